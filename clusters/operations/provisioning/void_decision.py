"""A decision that holds no longer: nothing is sent by it, a person has to say so anew."""

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
    Return when the approval was given by which it may be sent; None without one.

    Read from another table, and repeated in no WHERE: the moment of a decision never
    changes, and one is made void only by whoever holds the claim of its request.
    """
    standing = Decision.objects.standing_approvals().filter(request=cluster_request)
    return standing.values_list("at", flat=True).first()


def is_decided(cluster_request: ClusterRequest, now: datetime) -> bool:
    """Whether somebody approved it, and not too long ago for it to be sent."""
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
    Make the decision void and the request wait for another one, with `changes`.

    Once something was sent a cluster may be there: then an operator is asked instead.

    :raises MoveNotAllowed: if it is not under the claim that it was read with
    """
    facts = {key: value for key, value in found.items() if value}
    log.error("decision.void", extra={"request_id": str(claimed.id), **facts})
    if attempts:
        ask_operator(claimed, facts, now=now)
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
        # Only now, under the row's lock: no decision of another turn is made void.
        claimed.decisions.filter(voided_at=None).update(voided_at=now)


def ask_operator(
    claimed: ClusterRequest, data: dict[str, Any], *, now: datetime
) -> None:
    """
    Mark the claimed request unclear and have an operator decide; `data` says why.

    :raises MoveNotAllowed: if it is not under the claim that it was read with
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
