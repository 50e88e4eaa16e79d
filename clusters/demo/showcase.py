"""
Creates the showcase: one request in every state, for the demo.

Each request goes through the operations and the table of transitions, so that its
history is like that of a real one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib.auth.models import User

from clusters.cloud.types import (
    BackupPolicy,
    ClusterSpec,
    Datastore,
    Outcome,
    Volume,
)
from clusters.credentials.encryption import Encryptor
from clusters.domain.engine_settings import NEVER
from clusters.domain.states import Verb
from clusters.models import Attempt, CloudProject, Cluster, ClusterRequest
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.core.transitions import advance
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.decide import approve_request, reject_request
from clusters.operations.requests.submit import SubmissionData, submit_request

_NAMESPACE: Final = UUID("5f2b8a3e-6f0d-4c53-9d0f-0a8f0f8e7c11")
_LABELS: Final = {
    "flavor": "4 vCPU, 16 GB",
    "vpc": "vpc-prod (192.168.0.0/16)",
    "subnet": "subnet-search (192.168.0.0/24)",
    "security_group": "sg-search",
}


@dataclass(frozen=True)
class People:
    """The demo's people: Alice and Charlie request, Bob approves."""

    alice: User
    charlie: User
    bob: User


class _Builder:
    """Builds one request; `now` is the time of its next event."""

    def __init__(
        self,
        project: CloudProject,
        requester: User,
        name: str,
        *,
        began: datetime,
        reason: str,
        encryptor: Encryptor,
        nodes: int = 3,
    ) -> None:
        self.now = began
        self.row = submit_request(
            requester=requester,
            cloud_project=project,
            submission=SubmissionData(
                spec=_spec(name, nodes), reason=reason, labels=dict(_LABELS)
            ),
            submission_key=uuid5(_NAMESPACE, name),
            encryptor=encryptor,
            now=began,
        )
        self._columns(due_at=NEVER)

    def after(self, **delta: float) -> "_Builder":
        """Advance `now` by this timedelta."""
        self.now += timedelta(**delta)
        return self

    def approved(self, approver: User, comment: str = "") -> "_Builder":
        """Approve the request."""
        approve_request(
            self.row,
            approver=approver,
            body_sha256=self.row.body_sha256,
            now=self.now,
            comment=comment,
        )
        return self._columns(due_at=NEVER)

    def sent(self) -> "_Builder":
        """Claim the request and record an attempt that has no answer yet."""
        self.moved(Verb.CLAIM, claim=1, claimed_until=NEVER)
        Attempt.objects.create(
            request=self.row,
            number=1,
            claim=1,
            body_sha256=self.row.body_sha256,
            place_sha256=self.row.cloud_project.place.fingerprint,
            sent_at=self.now,
        )
        return self._columns(sent_at=self.now, answer_by=NEVER)

    def answered(self, outcome: Outcome, **words: Any) -> "_Builder":
        """Record the answer of the attempt."""
        took = {"duration_ms": 1312, **words}
        self.row.attempts.update(outcome=outcome, answered_at=self.now, **took)
        return self

    def moved(
        self, verb: Verb, *, shown: dict[str, Any] | None = None, **columns: Any
    ) -> "_Builder":
        """Make this transition; `shown` and the error columns become the event's data."""
        errors = ("error_code", "error_message")
        data = {key: columns[key] for key in errors if key in columns}
        advance(
            self.row.id, verb, now=self.now, data={**(shown or {}), **data}, **columns
        )
        return self

    def accepted(self, cloud_id: str) -> "_Builder":
        """Record that the cloud has accepted the create, with the cluster's id."""
        data = {"cluster_id": cloud_id}
        take_up_cluster(self.row.id, Verb.ACCEPT, cloud_id, now=self.now, data=data)
        return self

    def cluster(self, **columns: Any) -> "_Builder":
        """Set these columns of the cluster."""
        Cluster.objects.filter(requests=self.row).update(**columns)
        return self

    def _columns(self, **columns: Any) -> "_Builder":
        ClusterRequest.objects.filter(id=self.row.id).update(**columns)
        self.row.refresh_from_db()
        return self


def seed_showcase(
    project: CloudProject, people: People, *, encryptor: Encryptor, now: datetime
) -> None:
    """Create a request for each state, with times before `now`."""
    alice, charlie, bob = people.alice, people.charlie, people.bob

    def begin(
        owner: User, name: str, reason: str, nodes: int = 3, **ago: float
    ) -> _Builder:
        began = now - timedelta(**ago)
        return _Builder(
            project,
            owner,
            name,
            began=began,
            reason=reason,
            encryptor=encryptor,
            nodes=nodes,
        )

    old = begin(charlie, "old-index", "Trial of the new mapping.", 1, days=9)
    cancel_request(old.row, by=charlie, now=old.after(hours=1).now)
    quiet = begin(charlie, "quiet-index", "Nobody looked at this one.", 1, days=40)
    quiet.after(days=30).moved(Verb.EXPIRE)
    big = begin(charlie, "everything-search", "All logs of all teams.", 32, days=6)
    reject_request(
        big.row,
        approver=bob,
        comment="32 nodes for a trial? Please begin with three.",
        now=big.after(minutes=20).now,
    )
    _working(begin(alice, "audit-search", "Search for the audit trail.", days=3), bob)
    _out_of_quota(begin(charlie, "metrics-search", "Metrics of the shop.", days=1), bob)
    _broken(begin(alice, "events-search", "Events of the last month.", days=2), bob)
    _unclear(begin(alice, "orders-search", "Orders, by customer.", minutes=14), bob)
    creating = begin(alice, "logs-search-prod", "Search for the web logs.", minutes=12)
    _accepted(creating.after(minutes=1).approved(bob), "logs-search-prod")
    creating.cluster(cloud_status="100", cloud_progress="62%", seen_at=now)
    begin(alice, "tickets-search", "Support tickets.", minutes=9).after(
        seconds=40
    ).approved(bob).after(seconds=2).sent()
    begin(charlie, "users-search", "Users by name.", minutes=6).after(
        minutes=1
    ).approved(bob, "Fine for now.")
    begin(charlie, "catalog-es", "The shop's catalog.", 5, hours=1)


def _working(it: _Builder, bob: User) -> None:
    _accepted(it.after(minutes=2).approved(bob), it.row.name)
    endpoint = "192.168.0.21:9200,192.168.0.22:9200,192.168.0.23:9200"
    it.after(minutes=15).cluster(
        endpoint=endpoint, cloud_status="200", ready_at=it.now
    ).moved(Verb.READY, shown={"endpoint": endpoint})


def _broken(it: _Builder, bob: User) -> None:
    _accepted(it.after(minutes=4).approved(bob), it.row.name)
    it.after(minutes=11).moved(
        Verb.BREAK,
        error_code="CSS.6000",
        error_message="Failed to create the cluster.",
    ).cluster(cloud_status="303")


def _out_of_quota(it: _Builder, bob: User) -> None:
    words = {
        "code": "CSS.1112",
        "message": "CSS.1112 : The number of instances has reached the quota.",
        "status": 400,
        "request_id_of_cloud": "0d4e8a1c5b7f4e0f9a3d2c6b8e1f7a90",
    }
    it.after(minutes=3).approved(bob).after(seconds=2).sent()
    it.after(seconds=1).answered(Outcome.REFUSED, **words).moved(
        Verb.REFUSE,
        error_code=words["code"],
        error_message=words["message"],
        error_status=words["status"],
        error_request_id=words["request_id_of_cloud"],
    )


def _unclear(it: _Builder, bob: User) -> None:
    it.after(minutes=1).approved(bob).after(seconds=2).sent()
    it.after(seconds=65).answered(
        Outcome.UNKNOWN,
        message="No complete answer within 65 seconds",
        duration_ms=65_000,
    ).moved(Verb.LOSE)


def _accepted(it: _Builder, name: str) -> None:
    cluster_id = str(uuid5(_NAMESPACE, f"cluster {name}"))
    it.after(seconds=2).sent().after(seconds=1).answered(
        Outcome.ACCEPTED,
        cluster_id=cluster_id,
        status=200,
        request_id_of_cloud=uuid5(_NAMESPACE, f"call {name}").hex,
    ).accepted(cluster_id)


def _spec(name: str, nodes: int) -> ClusterSpec:
    return ClusterSpec(
        name=name,
        flavor="ess.spec-4u16g",
        instance_num=nodes,
        volume=Volume(type="HIGH", size_gb=100),
        datastore=Datastore(type="elasticsearch", version="7.10.2"),
        availability_zones=("cn-north-4a",),
        backup=BackupPolicy(period="16:00 GMT+08:00", prefix="snapshot", keepday=7),
        vpc_id="1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b",
        subnet_id="2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809",
        security_group_id="3b4c5d6e-7f80-4192-a3b4-c5d6e7f8091a",
    )
