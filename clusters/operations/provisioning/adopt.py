"""End what is unclear by what a look has shown."""

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

"""Our own code: somebody else's cluster has this name, so nothing was sent."""


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
    Take this cluster as the one of the request; nothing is sent for it.

    :raises MoveNotAllowed: if the row moved on meanwhile
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
    Fail a request whose name somebody else's cluster has; the verb fits its state.

    :raises MoveNotAllowed: if the row moved on meanwhile
    """
    columns = {**CLEARED_ERROR, "error_code": PortalCode.NAME_TAKEN.value, "needs": ""}
    holder = verdict.candidates[0].id
    data = {"code": PortalCode.NAME_TAKEN.value, "holder": holder}
    advance(request_id, verb, now=now, expected=expected, data=data, **columns)
