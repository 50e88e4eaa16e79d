"""Plain functions that make what tests need; Alice asks, Bob approves, Olga operates."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User

from clusters import wiring
from clusters.cloud.types import (
    BackupPolicy,
    ClusterSpec,
    Datastore,
    Volume,
)
from clusters.domain.states import State
from clusters.models import CloudProject, Cluster, ClusterRequest
from clusters.operations.requests.decide import approve_request
from clusters.operations.requests.submit import SubmissionData, submit_request
from clusters.simulator.account import Account

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
CLUSTER_ID = "ef683016-871e-48bc-bf93-74a29d60d214"
ENDPOINT = "192.168.0.11:9200,192.168.0.12:9200,192.168.0.13:9200"

_GROUPS = {"bob": "approvers", "dora": "auditors", "olga": "operators"}


def user(name: str = "alice", *, groups: tuple[str, ...] = ()) -> User:
    """Return this person, made once, in the groups that the name stands for."""
    person = User.objects.filter(username=name).first()
    if person is None:
        person = User.objects.create_user(name, password=PASSWORD)
        for group in {*groups, *filter(None, [_GROUPS.get(name)])}:
            person.groups.add(Group.objects.get_or_create(name=group)[0])
    return person


def cloud_project(name: str = "demo", **changes: Any) -> CloudProject:
    """Return this cloud project, made once; its credentials are no ciphertext."""
    found = CloudProject.objects.filter(name=name).first()
    return found or CloudProject.objects.create(
        **{
            "name": name,
            "region": "cn-north-4",
            "domain_name": "demo-account",
            "username": "portal-bot",
            "sealed_password": "sealed",
            "project_name": "cn-north-4",
            "project_id": Account().projects[0].id,
            "iam_url": "https://iam.test",
            "css_url": "https://css.test",
            "vpc_url": "https://vpc.test",
            **changes,
        }
    )


def spec(name: str = "logs-search", **changes: Any) -> ClusterSpec:
    """Return a spec that the simulated cloud accepts."""
    return ClusterSpec(
        **{
            "name": name,
            "flavor": "ess.spec-4u16g",
            "instance_num": 3,
            "vpc_id": "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b",
            "subnet_id": "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809",
            "security_group_id": "3b4c5d6e-7f80-4192-a3b4-c5d6e7f8091a",
            "volume": Volume(type="HIGH", size_gb=100),
            "datastore": Datastore(type="elasticsearch", version="7.10.2"),
            "availability_zones": ("cn-north-4a",),
            "backup": BackupPolicy(
                period="16:00 GMT+08:00", prefix="snapshot", keepday=7
            ),
            **changes,
        }
    )


def submitted(
    name: str = "logs-search",
    *,
    requester: User | None = None,
    project: CloudProject | None = None,
    now: datetime = NOON,
    watchers: tuple[str, ...] = (),
    own_password: str | None = None,
    **spec_changes: Any,
) -> ClusterRequest:
    """Return a pending request, submitted as a person does it."""
    return submit_request(
        requester=requester or user("alice"),
        cloud_project=project or cloud_project(),
        submission=SubmissionData(
            spec=spec(name, **spec_changes),
            reason="Search for the web logs.",
            own_password=own_password,
            labels={
                "flavor": "4 vCPU, 16 GB",
                "vpc": "vpc-prod (192.168.0.0/16)",
                "subnet": "subnet-search (192.168.0.0/24)",
                "security_group": "css-sg",
            },
            watchers=watchers,
        ),
        submission_key=uuid.uuid4(),
        encryptor=wiring.encryptor(),
        now=now,
    )


def approved(name: str = "logs-search", **how: Any) -> ClusterRequest:
    """Return a request that Bob has approved."""
    row = submitted(name, **how)
    now = how.get("now", NOON) + timedelta(minutes=1)
    approve_request(row, approver=user("bob"), body_sha256=row.body_sha256, now=now)
    row.refresh_from_db()
    return row


def cluster_request(
    name: str = "logs-search", *, state: State = State.PENDING, **changes: Any
) -> ClusterRequest:
    """
    Return a request put into this state by hand, with the columns that it needs.

    For pages; a test about moves takes `submitted` or `approved` and moves it.
    """
    how = {
        key: changes.pop(key)
        for key in (
            "requester",
            "project",
            "now",
            "watchers",
            "security",
            "own_password",
        )
        if key in changes
    }
    row = submitted(name, **how)
    given = {**_of_cluster(row, state), **_cluster_columns(changes)}
    columns = {"state": state, **_needed(state), **_place(row, state), **changes}
    if given.get("cloud_id"):
        columns["cluster"] = cluster(row, **_place(row, state), **given)
    ClusterRequest.objects.filter(id=row.id).update(**columns)
    row.refresh_from_db()
    return row


def cluster(row: ClusterRequest, **columns: Any) -> Cluster:
    """Return a cluster of this request's place and owner, which has no request yet."""
    return Cluster.objects.create(
        **{
            "cloud_project": row.cloud_project,
            "place_sha256": row.place_sha256,
            "name": row.name,
            "owner": row.requester,
            "owner_name": row.requester_name,
            "spec": row.spec,
            "created_at": row.moved_at,
            **columns,
        }
    )


def forget_clusters(**columns: Any) -> None:
    """Let the rows know of no cluster, as after a restore; write these columns, too."""
    ClusterRequest.objects.update(cluster=None, **columns)
    Cluster.objects.all().delete()


def _cluster_columns(changes: dict[str, Any]) -> dict[str, Any]:
    """Take out what is said of the request's cluster."""
    names = {field.name for field in Cluster._meta.fields}
    names -= {field.name for field in ClusterRequest._meta.fields}
    return {key: changes.pop(key) for key in list(changes) if key in names}


def _place(row: ClusterRequest, state: State) -> dict[str, Any]:
    undecided = (State.PENDING, State.REJECTED, State.EXPIRED)
    if state in undecided:
        return {}
    return {"place_sha256": row.cloud_project.place.fingerprint}


def _of_cluster(row: ClusterRequest, state: State) -> dict[str, Any]:
    known = Cluster.objects.filter(cloud_project=row.cloud_project, cloud_id=CLUSTER_ID)
    cloud_id = str(uuid.uuid4()) if known.exists() else CLUSTER_ID
    if state == State.CREATING:
        return {"cloud_id": cloud_id, "cloud_status": "100"}
    if state == State.ACTIVE:
        return {
            "cloud_id": cloud_id,
            "endpoint": ENDPOINT,
            "cloud_status": "200",
            "ready_at": row.moved_at,
        }
    return {}


def _needed(state: State) -> dict[str, Any]:
    if state == State.SENDING:
        return {"claim": 1, "claimed_until": NOON + timedelta(minutes=3)}
    if state == State.FAILED:
        return {
            "error_code": "CSS.1112",
            "error_message": "CSS.1112 : The number of instances reached the quota.",
            "error_status": 400,
            "error_request_id": "0d4e8a",
        }
    return {}
