"""
Repair times in the future, after the database's clock was set back.

A wait that was written before now is over, at the latest, its own length from now. So it
is cut to that length and never shorter: no wait ends before its real time has passed.
Times of things that happened cannot be in the future; they are reset. The reasons for
each column: docs/architecture.md, "When the database's clock is wrong".
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

_SENT: Final = (State.SENDING, State.UNCLEAR)
"""States in which a call may be under way."""


def handle_clock_set_back(*, call: timedelta) -> int:
    """
    Cut all waits that end later than any wait is written; return how many rows changed.

    `call` is the limit of one HTTP call (`EngineSettings.call`). Safe to run at any time:
    with a right clock nothing is changed.
    """
    cut = _shorten_calls(call) + _reset_past_times() + _shorten_waits()
    if cut:
        log.warning("clock.set_back", extra={"rows": cut})
    return cut


def _shorten_calls(call: timedelta) -> int:
    """
    Let each call that was sent "in the future" end its own full length from now.

    It was sent before now, so it really ends earlier. An `answer_by` far ahead with a
    `sent_at` in the past was written by `keep_watching`, after the call had ended.
    """
    rows = ClusterRequest.objects.filter(state__in=_SENT, answer_by__lt=NEVER)
    sent = rows.filter(sent_at__gt=future()).update(
        answer_by=Now() + (F("answer_by") - F("sent_at")), sent_at=Now()
    )
    longest = max(2 * call, LONGEST_WAIT)
    return sent + rows.filter(answer_by__gt=Now() + longest).update(answer_by=Now())


def _reset_past_times() -> int:
    """Reset counted scans, catalog readings, quarantines and heartbeats of the future."""
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


def _shorten_waits() -> int:
    """Make rows due now whose due time is further ahead than `LONGEST_WAIT`."""
    approved = ClusterRequest.objects.filter(state=State.APPROVED)
    return (
        _due(approved, "due_at")
        + _due(Cluster.objects.all(), "deletion_due_at")
        + _due(CloudProject.objects.all(), "due_at")
        + _due(Mail.objects.all(), "due_at")
    )


def _due(rows: "QuerySet[Any, Model]", column: str) -> int:
    too_far = {f"{column}__gt": Now() + LONGEST_WAIT, f"{column}__lt": NEVER}
    return rows.filter(**too_far).update(**{column: Now()})
