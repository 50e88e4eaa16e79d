"""The people of a drill, the cloud project, and the clusters that they ask for."""

import uuid
from dataclasses import replace
from typing import Any, Final

from django.contrib.auth.models import Group, User
from django.utils import timezone

from clusters import wiring
from clusters.cloud.types import BackupPolicy, ClusterSpec, Datastore, Volume
from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion
from clusters.models.people import APPROVERS, OPERATORS
from clusters.operations.projects.connect import Connection
from clusters.operations.requests.decide import approve_request
from clusters.operations.requests.submit import SubmissionData, submit_request
from tests.drill.cloud import PASSWORD, PROJECT

_ROLES: Final = {"alice": "", "bob": APPROVERS, "charlie": APPROVERS, "olga": OPERATORS}


def create_actors() -> dict[str, User]:
    """Return Alice who asks, Bob and Charlie who approve, Olga who operates."""
    people = {}
    for name, role in _ROLES.items():
        person, _ = User.objects.get_or_create(username=name)
        if role:
            person.groups.add(Group.objects.get(name=role))
        people[name] = person
    return people


def connect(name: str, *, iam: str, css: str) -> CloudProject:
    """Create or change a cloud project whose services are at these addresses."""
    return wiring.connect(
        name,
        Connection(
            region="cn-north-4",
            domain_name="demo-account",
            username="portal-bot",
            project_name=PROJECT.name,
            project_id=PROJECT.id,
            iam_url=iam,
            css_url=css,
            vpc_url=iam,
            api_version=ApiVersion.V1,
        ),
        PASSWORD,
    )


def submit(
    requester: User, project: CloudProject, name: str, **changes: Any
) -> ClusterRequest:
    """
    Submit a request for a cluster of this name that the simulator would build.

    `changes` are fields of the spec that differ from the default.
    """
    return submit_request(
        requester=requester,
        cloud_project=project,
        submission=SubmissionData(
            spec=replace(_spec(name), **changes),
            reason="A crash drill.",
        ),
        submission_key=uuid.uuid4(),
        encryptor=wiring.encryptor(),
        now=timezone.now(),
    )


def approve(request: ClusterRequest, approver: User) -> None:
    """Approve the body that was submitted."""
    approve_request(
        request, approver=approver, body_sha256=request.body_sha256, now=timezone.now()
    )


def needs_operator(request: ClusterRequest) -> bool:
    """Whether an operator was called about this request."""
    request.refresh_from_db()
    return bool(request.needs)


def _spec(name: str) -> ClusterSpec:
    return ClusterSpec(
        name=name,
        flavor="ess.spec-4u16g",
        instance_num=1,
        vpc_id="1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b",
        subnet_id="2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809",
        security_group_id="3b4c5d6e-7f80-4192-a3b4-c5d6e7f8091a",
        volume=Volume(type="HIGH", size_gb=40),
        datastore=Datastore(type="elasticsearch", version="7.10.2"),
        availability_zones=("cn-north-4a",),
        backup=BackupPolicy(period="16:00 GMT+08:00", prefix="snapshot", keepday=7),
    )
