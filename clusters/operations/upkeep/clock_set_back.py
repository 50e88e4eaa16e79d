"""
What the rows say of the future, after the database's clock was set back.

A wait that was written before is over, at the latest, its own length from now. So it is
cut to that and never shorter: no wait ends before the real time has passed that it was
written for. A fact of the future is none. docs/architecture.md has the reasons.
"""

import logging
from datetime import timedelta
from typing import Any, Final

from django.db.models import F, Model, QuerySet
from django.db.models.functions import Now

from clusters.domain.engine_settings import LONGEST_WAIT, NEVER
from clusters.domain.states import State
from clusters.models import (
    CatalogSnapshot,
    CloudProject,
    Cluster,
    ClusterRequest,
    Heartbeat,
    Mail,
)
from clusters.operations.core.columns import CLEARED_ABSENCE
from clusters.operations.core.database_clock import future

log = logging.getLogger(__name__)

_ASKED: Final = (State.SENDING, State.UNCLEAR)


def handle_clock_set_back(*, call: timedelta) -> int:
    """
    Cut what waits for a moment further ahead than any that is written.

    `call` is the longest that a call to the cloud may take now. Safe to run any time:
    while the clock goes on as it should, nothing is changed. Returns how many rows were.
    """
    cut = _shorten_calls(call) + _forget_facts() + _wake()
    if cut:
        log.warning("clock.set_back", extra={"rows": cut})
    return cut


def _shorten_calls(call: timedelta) -> int:
    """
    Let each call that was sent "in the future" end its own full length from now.

    It was sent before now, so it really ends earlier. Of the others an `answer_by` far
    ahead was set when the call was over already (`keep_watching`).
    """
    asked = ClusterRequest.objects.filter(state__in=_ASKED, answer_by__lt=NEVER)
    sent = asked.filter(sent_at__gt=future()).update(
        answer_by=Now() + (F("answer_by") - F("sent_at")), sent_at=Now()
    )
    longest = max(2 * call, LONGEST_WAIT)
    return sent + asked.filter(answer_by__gt=Now() + longest).update(answer_by=Now())


def _forget_facts() -> int:
    """Looks in vain, signs of life and quarantines of the future begin anew."""
    unclear = ClusterRequest.objects.filter(state=State.UNCLEAR)
    catalogs = CatalogSnapshot.objects.filter(tried_at__gt=future())
    shut = CloudProject.objects.filter(quarantined_at__gt=future())
    alive, _per_model = Heartbeat.objects.filter(seen_at__gt=future()).delete()
    return (
        alive
        + unclear.filter(last_absent_at__gt=future()).update(**CLEARED_ABSENCE)
        + catalogs.update(tried_at=Now())
        + shut.update(quarantined_at=Now() + timedelta())
    )


def _wake() -> int:
    """Let what is due further ahead than anything that is written be due at once."""
    approved = ClusterRequest.objects.filter(state=State.APPROVED)
    return (
        _due(approved, "due_at")
        + _due(Cluster.objects.all(), "deletion_due_at")
        + _due(CloudProject.objects.all(), "due_at")
        + _due(Mail.objects.all(), "due_at")
    )


def _due(rows: "QuerySet[Any, Model]", column: str) -> int:
    far = {f"{column}__gt": Now() + LONGEST_WAIT, f"{column}__lt": NEVER}
    return rows.filter(**far).update(**{column: Now()})
