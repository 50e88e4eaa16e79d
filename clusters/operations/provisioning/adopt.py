"""Move a request by a cluster that a scan has shown: adopt it, or fail for its name."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from clusters.domain.error_codes import PortalCode
from clusters.domain.matching import Match
from clusters.domain.states import Verb
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.core.columns import CLEARED_ERROR
from clusters.operations.core.expected import NOTHING, Expected
from clusters.operations.core.transitions import advance

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def adopt(
    request_id: UUID,
    cluster_id: str,
    *,
    now: datetime,
    expected: Expected = NOTHING,
    actor: "User | None" = None,
    comment: str = "",
) -> None:
    """
    Take this cluster over as the one of the request.

    :raises MoveNotAllowed: if the request is in another state, or not as expected
    """
    take_up_cluster(
        request_id,
        Verb.ADOPT,
        cluster_id,
        now=now,
        expected=expected,
        actor=actor,
        data={"cluster_id": cluster_id} | ({"comment": comment} if comment else {}),
        failures=0,
        needs="",
        **CLEARED_ERROR,
    )


def fail_taken_name(
    request_id: UUID,
    verb: Verb,
    verdict: Match,
    *,
    now: datetime,
    expected: Expected,
) -> None:
    """
    Fail a request because a foreign cluster has its name.

    `verb` is REFUSE for a request that is sending, SETTLE for one that is unclear.

    :raises MoveNotAllowed: if the request is in another state, or not as expected
    """
    columns = {**CLEARED_ERROR, "error_code": PortalCode.NAME_TAKEN.value, "needs": ""}
    holder = verdict.candidates[0].id
    data = {"code": PortalCode.NAME_TAKEN.value, "holder": holder}
    advance(request_id, verb, now=now, expected=expected, data=data, **columns)
