"""
Every operation that writes, and concurrent changes between its read and its write.

`meanwhile` lets the other one go first, just before the operation's first write.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from clusters.cloud.errors import ClusterGone
from clusters.cloud.types import REQUEST_TAG, CloudCluster, CloudStatus, Outcome, Tag
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.matching import ListedCluster
from clusters.domain.states import State
from clusters.models import Attempt, ClusterRequest, InventorySnapshot
from clusters.operations.clusters.delete import request_deletion
from clusters.operations.clusters.follow import follow
from clusters.operations.clusters.health import watch_active
from clusters.operations.inventory.scan import Inventory
from clusters.operations.polling.capabilities import adopt_late_clusters
from clusters.operations.polling.resolve_unclear import settle_unclear
from clusters.operations.provisioning.claim import Claim, claim_next
from clusters.operations.provisioning.gate import Gate
from clusters.operations.provisioning.reconcile import reconcile
from clusters.operations.requests import decide, manual_resolution
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.hand_over import hand_over_request
from clusters.operations.requests.retry import retry_request
from tests.factories import CLUSTER_ID, ENDPOINT, NOON, cluster_request, user

ENGINE = EngineSettings(settle_seconds=30)
OTHER = "0" * 64
LATE = NOON + timedelta(hours=1)


@contextmanager
def meanwhile(
    other: Callable[[], object], *, before: tuple[str, ...] = ("UPDATE", "SAVEPOINT")
) -> Iterator[None]:
    """Let `other` happen once, before the first such statement within the block."""
    happened = []

    def interfere(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not happened and sql.startswith(before):
            happened.append(sql)
            other()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere):
        yield
    assert happened, "nothing was written"


class CloudShowing:
    """A cloud whose detail call shows these clusters, and says that others are deleted."""

    def __init__(self, *clusters: CloudCluster) -> None:
        self._shown = {each.id: each for each in clusters}

    def cluster(self, cluster_id: str) -> CloudCluster:
        if cluster_id in self._shown:
            return self._shown[cluster_id]
        raise ClusterGone("gone", code="CSS.3027", status=404, is_proven=True)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation, a row that it can write to, and the columns that it rests on."""

    name: str
    make: Callable[[], ClusterRequest]
    do: Callable[[ClusterRequest], object]
    rests_on: dict[str, Any]
    """What somebody else writes there; each of them alone must stop the operation."""
    before: tuple[str, ...] = ("UPDATE", "SAVEPOINT")


def _in(state: State, **changes: Any) -> Callable[[], ClusterRequest]:
    return lambda: cluster_request(state=state, **changes)


def _unclear(outcome: Outcome, *, looks: int, **changes: Any) -> ClusterRequest:
    """Return one that was looked for; after three looks the next is none of its own."""
    row = cluster_request(
        state=State.UNCLEAR,
        claim=1,
        answer_by=NOON,
        absent_scans=looks,
        last_absent_at=LATE - timedelta(seconds=1 if looks == 3 else 600),
        **changes,
    )
    Attempt.objects.create(
        request=row,
        number=1,
        claim=1,
        body_sha256=row.body_sha256,
        sent_at=NOON,
        outcome=outcome,
    )
    return row


def _with_candidate() -> ClusterRequest:
    row = _unclear(Outcome.UNKNOWN, looks=0, needs="operator")
    seen = ListedCluster(id=CLUSTER_ID, name=row.name).to_json()
    InventorySnapshot.objects.create(
        cloud_project=row.cloud_project,
        place_sha256=row.place_sha256,
        clusters=[seen],
    )
    return row


def _failed_after_unknown() -> ClusterRequest:
    row = _unclear(Outcome.UNKNOWN, looks=0)
    ClusterRequest.objects.filter(id=row.id).update(state=State.FAILED)
    row.refresh_from_db()
    return row


def _claimed() -> ClusterRequest:
    row = cluster_request(state=State.APPROVED)
    claim_next(row.cloud_project_id, engine=ENGINE, now=NOON)
    row.refresh_from_db()
    return row


def _listing(row: ClusterRequest, *clusters: CloudCluster) -> Inventory:
    return Inventory(
        began_at=LATE,
        clusters=clusters,
        is_complete=True,
        place_sha256=row.place_sha256,
    )


def _ours(row: ClusterRequest, status: CloudStatus) -> CloudCluster:
    return CloudCluster(
        id=CLUSTER_ID,
        name=row.name,
        status=status,
        raw_status=row.cluster.cloud_status if row.cluster else status.value,
        endpoint=ENDPOINT if status is CloudStatus.AVAILABLE else "",
        tags=(Tag(key=REQUEST_TAG, value=str(row.id)),),
    )


def _settle(row: ClusterRequest, *clusters: CloudCluster) -> None:
    settle_unclear(row.cloud_project, _listing(row, *clusters), engine=ENGINE, now=LATE)


def _follow(row: ClusterRequest, *clusters: CloudCluster) -> None:
    how = {"cloud": CloudShowing(*clusters), "engine": ENGINE, "now": LATE}
    follow(row.cloud_project_id, _listing(row, *clusters), **how)


def _open_gate(row: ClusterRequest) -> None:
    claim = Claim(
        request_id=row.id, cloud_project_id=row.cloud_project_id, number=row.claim
    )
    Gate(
        claim,
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        call=ENGINE.call,
        is_stopping=lambda: False,
    )()


def _lapse(row: ClusterRequest) -> ClusterRequest:
    columns = ("claimed_until", "answer_by")
    past = {name: F(name) - timedelta(days=1) for name in columns}
    ClusterRequest.objects.filter(id=row.id).update(**past)
    return row


_OWNER = {"submission_key": uuid.uuid4()}
_BYTES = {"body_sha256": OTHER, "place_sha256": OTHER}
_COUNT = {"claim": 2, "needs": "operator", "absent_scans": 0, "last_absent_at": None}

OPERATIONS = (
    Operation(
        name="approve",
        make=_in(State.PENDING),
        do=lambda row: decide.approve_request(
            row, approver=user("bob"), body_sha256=row.body_sha256, now=LATE
        ),
        rests_on=_OWNER | _BYTES,
    ),
    Operation(
        name="reject",
        make=_in(State.PENDING),
        do=lambda row: decide.reject_request(
            row, approver=user("bob"), comment="No.", now=LATE
        ),
        rests_on=_OWNER | _BYTES,
    ),
    Operation(
        name="cancel",
        make=_in(State.APPROVED),
        do=lambda row: cancel_request(row, by=user("alice"), now=LATE),
        rests_on=_OWNER,
    ),
    Operation(
        name="retry",
        make=_in(State.FAILED),
        do=lambda row: retry_request(row, by=user("alice"), now=LATE),
        rests_on=_OWNER | _BYTES | {"claim": 2, "cluster_id": CLUSTER_ID},
    ),
    Operation(
        name="hand over",
        make=_in(State.PENDING),
        do=lambda row: hand_over_request(
            row, by=user("olga"), requester=user("bob").username, now=LATE
        ),
        rests_on=_OWNER,
        before=("UPDATE",),
    ),
    Operation(
        name="order a deletion",
        make=_in(State.FAILED, cloud_id=CLUSTER_ID),
        do=lambda row: request_deletion(row, by=user("alice"), name=row.name, now=LATE),
        rests_on=_OWNER
        | {"cluster_id": "c2", "gone_at": NOON, "deletion_due_at": LATE}
        | {"error_code": "portal.deleted_outside"},
    ),
    Operation(
        name="adopt",
        make=_with_candidate,
        do=lambda row: manual_resolution.adopt_candidate(
            row, by=user("olga"), cluster_id=CLUSTER_ID, now=LATE
        ),
        rests_on=_OWNER | _BYTES | {"claim": 2},
    ),
    Operation(
        name="confirm absent",
        make=_with_candidate,
        do=lambda row: manual_resolution.confirm_absent(
            row, by=user("olga"), comment="Looked.", now=LATE
        ),
        rests_on=_OWNER | _BYTES | {"claim": 2},
    ),
    Operation(
        name="keep watching",
        make=_with_candidate,
        do=lambda row: manual_resolution.keep_watching(row, by=user("olga"), now=LATE),
        rests_on={"claim": 2},
    ),
    Operation(
        name="count a look",
        make=lambda: _unclear(Outcome.UNKNOWN, looks=1),
        do=_settle,
        rests_on=_COUNT,
    ),
    Operation(
        name="send again",
        make=lambda: _unclear(Outcome.UNKNOWN, looks=3),
        do=_settle,
        rests_on=_COUNT,
    ),
    Operation(
        name="settle as failed",
        make=lambda: _unclear(Outcome.REFUSED, looks=3),
        do=_settle,
        rests_on=_COUNT,
    ),
    Operation(
        name="ask an operator",
        make=lambda: _unclear(Outcome.NAME_HELD, looks=3),
        do=_settle,
        rests_on=_COUNT,
    ),
    Operation(
        name="adopt what a look shows",
        make=lambda: _unclear(Outcome.UNKNOWN, looks=1),
        do=lambda row: _settle(row, _ours(row, CloudStatus.AVAILABLE)),
        rests_on=_BYTES,
    ),
    Operation(
        name="find late",
        make=_failed_after_unknown,
        do=lambda row: adopt_late_clusters(
            row.cloud_project,
            _listing(row, _ours(row, CloudStatus.AVAILABLE)),
            now=LATE,
        ),
        rests_on=_BYTES | {"cluster_id": "c2"},
    ),
    Operation(
        name="ready",
        make=_in(State.CREATING),
        do=lambda row: _follow(row, _ours(row, CloudStatus.AVAILABLE)),
        rests_on={"cluster_id": "c2"},
    ),
    Operation(
        name="break",
        make=_in(State.CREATING),
        do=lambda row: _follow(row, _ours(row, CloudStatus.BROKEN)),
        rests_on={"cluster_id": "c2"},
    ),
    Operation(
        name="miss for the third time",
        make=_in(State.CREATING, seen_at=NOON, missing_since=NOON, missing_scans=2),
        do=_follow,
        rests_on={"cluster_id": "c2", "missing_since": None, "missing_scans": 0},
    ),
    Operation(
        name="mark as vanished",
        make=_in(State.ACTIVE),
        do=lambda row: watch_active(
            row.cloud_project_id, _listing(row), cloud=CloudShowing(), now=LATE
        ),
        rests_on={"cluster_id": "c2", "health": "broken"},
    ),
    Operation(
        name="gate",
        make=_claimed,
        do=_open_gate,
        rests_on=_BYTES | {"cluster_id": CLUSTER_ID, "claim": 7, "sent_at": NOON},
    ),
    Operation(
        name="take back what was not sent",
        make=lambda: _lapse(_claimed()),
        do=lambda row: reconcile(now=LATE),
        rests_on={"claim": 7, "sent_at": NOON},
    ),
)
