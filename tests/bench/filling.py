"""Many requests with their history, as after some years."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone

from clusters.cloud.huawei.body import sha256_of
from clusters.cloud.types import CreateApi
from clusters.domain import spec_json
from clusters.domain.states import State
from clusters.models import (
    Attempt,
    CatalogSnapshot,
    CloudProject,
    Cluster,
    ClusterRequest,
    Decision,
    Event,
    Heartbeat,
    InventorySnapshot,
)
from clusters.operations.core.request_body import body_of
from tests import factories
from tests.unit.ask.made import catalog

YEARS: Final = 2
BATCH: Final = 1000
STILL_THERE: Final = 450
"""How many clusters nobody has deleted in the cloud yet, however many there were."""
REQUESTERS: Final = 100
PROJECTS: Final = ("demo", "search", "logs")
FLAVORS: Final = ("ess.spec-4u16g", "ess.spec-8u32g", "ess.spec-16u64g")
CODES: Final = ("CSS.1112", "CSS.0068", "CSS.5050", "CSS.6000", "CSS.7777")

ENDED: Final = {
    State.ACTIVE: 68,
    State.FAILED: 14,
    State.REJECTED: 6,
    State.CANCELLED: 9,
    State.EXPIRED: 3,
}
"""How many of a hundred old requests ended how."""

OPEN: Final = {
    State.PENDING: 60,
    State.APPROVED: 10,
    State.SENDING: 4,
    State.UNCLEAR: 4,
    State.CREATING: 12,
}
"""How many are on the way now, however many there are in all."""

_STEPS: Final = {
    State.PENDING: ("submit",),
    State.REJECTED: ("submit", "reject"),
    State.CANCELLED: ("submit", "cancel"),
    State.EXPIRED: ("submit", "expire"),
    State.APPROVED: ("submit", "approve"),
    State.SENDING: ("submit", "approve", "claim"),
    State.UNCLEAR: ("submit", "approve", "claim", "lose"),
    State.CREATING: ("submit", "approve", "claim", "accept"),
    State.ACTIVE: ("submit", "approve", "claim", "accept", "ready"),
    State.FAILED: ("submit", "approve", "claim", "refuse"),
}


@dataclass
class Portal:
    """The people and places of the bench, and the rows that were made so far."""

    people: list[User]
    projects: list[CloudProject]
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - no secret
    count: int = 0
    alive: int = 0
    now: datetime = field(default_factory=timezone.now)

    def grow_to(self, total: int) -> None:
        """Add old requests until there are so many."""
        for first in range(self.count, total, BATCH):
            _save([self._ended() for _ in range(first, min(first + BATCH, total))])
        self.count = max(total, self.count)
        # PostgreSQL counts by itself after a while; SQLite never does, and only moves
        # what was written to its place.
        is_postgres = connection.vendor == "postgresql"
        tidy = "ANALYZE" if is_postgres else "PRAGMA wal_checkpoint(TRUNCATE)"
        with connection.cursor() as cursor:
            cursor.execute(tidy)

    def open_some(self) -> None:
        """Add the requests that are on the way, the newest of all."""
        states = [state for state, count in OPEN.items() for _ in range(count)]
        self.count += len(states)
        _save([self._new(state, days=self.random.random()) for state in states])

    def _ended(self) -> ClusterRequest:
        [state] = self.random.choices(list(ENDED), weights=list(ENDED.values()))
        return self._new(state, days=1 + self.random.random() * 365 * YEARS)

    def _new(self, state: State, *, days: float) -> ClusterRequest:
        pick = self.random.choice
        request_id, requester = uuid.uuid4(), pick(self.people)
        project = pick(self.projects)
        spec = factories.spec(f"search-{request_id.hex[:12]}", flavor=pick(FLAVORS))
        body = body_of(spec, request_id, CreateApi.V1)
        asked_at = self.now - timedelta(days=days)
        columns = self._columns(state, asked_at)
        cluster = self._cluster(state, asked_at)
        row = ClusterRequest(
            id=request_id,
            cluster=cluster,
            state=state,
            cloud_project=project,
            place_sha256=project.place.fingerprint if _was_approved(state) else "",
            requester=requester,
            requester_name=requester.username,
            submission_sha256="0" * 64,
            name=spec.name,
            reason="Search for the web logs of the shop, for a year.",
            spec=spec_json.to_json(spec),
            labels={"vpc": "vpc-prod (192.168.0.0/16)", "flavor": "4 vCPU, 16 GB"},
            flavor=spec.flavor,
            instance_num=spec.instance_num,
            body=body.decode(),
            body_sha256=sha256_of(body),
            created_at=asked_at,
            claimed_at=asked_at if "claim" in _STEPS[state] else None,
            **{"moved_at": asked_at + timedelta(hours=1), **columns},
        )
        if cluster is not None:
            _describe(cluster, row)
        return row

    def _cluster(self, state: State, asked_at: datetime) -> Cluster | None:
        """Return the cluster that a request in this state has."""
        cluster = Cluster(cloud_id=str(uuid.uuid4()), created_at=asked_at)
        if state is State.CREATING:
            cluster.cloud_status = "100"
            return cluster
        if state is not State.ACTIVE:
            return None
        self.alive += 1
        cluster.cloud_status, cluster.endpoint = "200", factories.ENDPOINT
        cluster.ready_at = asked_at + timedelta(hours=1)
        cluster.health = "" if self.alive <= STILL_THERE else "vanished"
        return cluster

    def _columns(self, state: State, asked_at: datetime) -> dict[str, Any]:
        """Return what this state needs or brings along."""
        code = self.random.choice(CODES)
        columns: dict[State, dict[str, Any]] = {
            State.SENDING: {
                "claim": 1,
                "claimed_until": self.now + timedelta(days=1),
            },
            State.UNCLEAR: {"claim": 1, "sent_at": asked_at, "answer_by": asked_at},
            State.FAILED: {
                "error_code": code,
                "error_status": 400,
                "error_message": f"{code} : The number of instances reached the quota.",
            },
        }
        return columns.get(state, {})


def new_portal() -> Portal:
    """Create people, cloud projects, their catalogs and inventory snapshots."""
    names = ["charlie", *(f"charlie-{number}" for number in range(2, REQUESTERS))]
    people = [factories.user("alice")]
    people += User.objects.bulk_create([User(username=name) for name in names])
    for name in ("approvers", "operators", "auditors"):
        Group.objects.get_or_create(name=name)
    for name in ("bob", "olga", "dora"):
        factories.user(name)
    User.objects.filter(username="dora").update(is_staff=True, is_superuser=True)
    now = timezone.now()
    projects = [factories.cloud_project(name) for name in PROJECTS]
    for project in projects:
        offered = catalog().to_json()
        CatalogSnapshot.objects.create(
            cloud_project=project, data=offered, fetched_at=now, tried_at=now
        )
        InventorySnapshot.objects.create(
            cloud_project=project, began_at=now, ended_at=now
        )
    Heartbeat.objects.create(name="worker@bench", kind="worker", seen_at=now)
    return Portal(people=people, projects=projects)


def _describe(cluster: Cluster, row: ClusterRequest) -> None:
    """Give the cluster what its request asked for."""
    cluster.cloud_project, cluster.place_sha256 = row.cloud_project, row.place_sha256
    cluster.owner, cluster.owner_name = row.requester, row.requester_name
    cluster.name, cluster.spec = row.name, row.spec


def _save(rows: list[ClusterRequest]) -> None:
    Cluster.objects.bulk_create([row.cluster for row in rows if row.cluster])
    ClusterRequest.objects.bulk_create(rows)
    Event.objects.bulk_create([event for row in rows for event in _history(row)])
    Attempt.objects.bulk_create([_attempt(row) for row in rows if _was_sent(row)])
    Decision.objects.bulk_create([_decision(row) for row in rows if _was_decided(row)])


def _history(row: ClusterRequest) -> Iterator[Event]:
    for seq, kind in enumerate(_STEPS[State(row.state)], 1):
        at = row.created_at + timedelta(minutes=seq)
        yield Event(
            request=row, seq=seq, at=at, kind=kind, actor_name="bob", hash=f"{seq:064}"
        )


def _was_approved(state: State) -> bool:
    return "approve" in _STEPS[state]


def _was_sent(row: ClusterRequest) -> bool:
    return "claim" in _STEPS[State(row.state)] and row.state != State.SENDING


def _attempt(row: ClusterRequest) -> Attempt:
    outcome = {State.FAILED: "refused", State.UNCLEAR: "unknown"}
    return Attempt(
        request=row,
        number=1,
        claim=1,
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        sent_at=row.created_at + timedelta(minutes=4),
        answered_at=row.created_at + timedelta(minutes=5),
        outcome=outcome.get(State(row.state), "accepted"),
        code=row.error_code,
        cluster_id=row.cloud_id,
    )


def _was_decided(row: ClusterRequest) -> bool:
    return bool({"approve", "reject"} & {*_STEPS[State(row.state)]})


def _decision(row: ClusterRequest) -> Decision:
    return Decision(
        request=row,
        verdict="rejected" if row.state == State.REJECTED else "approved",
        by_name="bob",
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        at=row.created_at + timedelta(minutes=2),
    )
