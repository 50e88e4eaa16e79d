"""Void decisions: nothing is sent for them, and an approver has to decide again."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from clusters.domain.permissions import is_recent
from clusters.domain.states import Verb
from clusters.models import Attempt, ClusterRequest, Decision
from clusters.models.request_columns import Needs
from clusters.operations.core.columns import CLEARED_ABSENCE
from clusters.operations.core.expected import BYTES, Expected
from clusters.operations.core.transitions import advance

log = logging.getLogger(__name__)

DECISION_TOO_OLD: Final = gettext_noop("It was approved too long ago.")


def decided_at(cluster_request: ClusterRequest) -> datetime | None:
    """
    Return when the approval in force was given; None if there is none.

    No WHERE repeats what is read here. That is enough: the time of a decision never
    changes, and only the holder of the request's claim voids a decision.
    """
    standing = Decision.objects.standing_approvals().filter(request=cluster_request)
    return standing.values_list("at", flat=True).first()


def is_decided(cluster_request: ClusterRequest, now: datetime) -> bool:
    """Whether there is an approval in force that is not older than `DECISION_HOLDS`."""
    at = decided_at(cluster_request)
    return at is not None and is_recent(at, now)


def void_decision(
    claimed: ClusterRequest,
    attempts: Sequence[Attempt],
    found: dict[str, Any],
    *,
    now: datetime,
    **changes: Any,
) -> None:
    """
    Void the decision and return the request to `pending`, with the columns `changes`.

    If there is an attempt, a cluster may exist: then an operator is asked instead. `found`
    says why the decision is void; it is logged and goes into the event.

    :raises MoveNotAllowed: if the request is not under the claim that it was read with
    """
    details = {key: value for key, value in found.items() if value}
    log.error("decision.void", extra={"request_id": str(claimed.id), **details})
    if attempts:
        ask_operator(claimed, details, now=now)
        return
    with transaction.atomic():
        advance(
            claimed.id,
            Verb.REVERT,
            now=now,
            expected_claim=claimed.claim,
            data=found,
            expected=Expected.of(claimed, *BYTES),
            place_sha256="",
            **changes,
        )
        # After `advance`, under the row's lock: only decisions before this claim are void.
        claimed.decisions.filter(voided_at=None).update(voided_at=now)


def ask_operator(
    claimed: ClusterRequest, data: dict[str, Any], *, now: datetime
) -> None:
    """
    Mark the claimed request unclear and set `needs` to operator; `data` says why.

    :raises MoveNotAllowed: if the request is not under the claim that it was read with
    """
    advance(
        claimed.id,
        Verb.LOSE,
        now=now,
        expected_claim=claimed.claim,
        data=data,
        needs=Needs.OPERATOR,
        answer_by=Now(),
        **CLEARED_ABSENCE,
    )
