"""Which version of the create call is used is part of what gets approved."""

import json

import pytest

from clusters import wiring
from clusters.cloud.types import BackupPolicy
from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.models.cloud_project import ApiVersion
from clusters.operations.core.errors import NotSendable
from clusters.operations.provisioning.provision import provision_next
from clusters.operations.requests.decide import approve_request
from clusters.operations.requests.retry import retry_request
from clusters.simulator.world import World
from tests.factories import approved, submitted, user
from tests.flows.provision.conftest import ENGINE
from tests.flows.provision.wire import Scripted

pytestmark = pytest.mark.django_db

PLACED = BackupPolicy(
    period="16:00 GMT+08:00",
    prefix="snapshot",
    keepday=7,
    bucket="css-backup",
    base_path="logs",
    agency="css_obs_agency",
)


@pytest.fixture
def take_turn(project, cloud, clock):
    """Run one pass of a worker; return its claim."""

    def turn():
        return provision_next(
            project.id,
            cloud=cloud,
            encryptor=wiring.encryptor(),
            engine=ENGINE,
            now=clock(),
        )

    return turn


def reload(row: ClusterRequest) -> ClusterRequest:
    return ClusterRequest.objects.get(id=row.id)


def switch(project, api: ApiVersion) -> None:
    project.api_version = api
    project.save()


class TestProject:
    def test_decides_on_the_body_that_is_asked_for(self, project):
        assert "instance" in json.loads(submitted("logs-one").body)["cluster"]
        switch(project, ApiVersion.V2)
        cluster = json.loads(submitted("logs-two", backup=PLACED).body)["cluster"]
        assert [role["type"] for role in cluster["roles"]] == ["ess"]

    @pytest.mark.parametrize("api", list(ApiVersion))
    def test_decides_on_the_call(self, project, take_turn, world: World, wire, api):
        switch(project, api)
        row = approved(backup=PLACED, description="Logs of the web shop")
        paths: list[str] = []
        wire.on_create = paths.append
        take_turn()
        assert reload(row).state == State.CREATING
        assert paths == [f"/{api.label}/{world.account.projects[0].id}/clusters"]
        assert world.creates[0]["body"] == json.loads(row.body)


class TestSwitch:
    @pytest.mark.parametrize(
        ("before", "after"),
        [(ApiVersion.V1, ApiVersion.V2), (ApiVersion.V2, ApiVersion.V1)],
    )
    def test_after_the_approval_voids_it_and_sends_nothing(
        self, project, take_turn, world: World, before, after
    ):
        switch(project, before)
        row = approved(backup=PLACED)
        switch(project, after)
        take_turn()
        changed = reload(row)
        assert changed.state == State.PENDING
        assert changed.body_sha256 != row.body_sha256
        assert ("roles" in changed.body) is (after is ApiVersion.V2)
        assert row.decisions.get().voided_at is not None
        assert world.creates == []
        assert take_turn() is None

    def test_before_the_approval_shows_the_new_body_for_another_one(
        self, project, take_turn, world: World
    ):
        row = submitted(backup=PLACED)
        switch(project, ApiVersion.V2)
        row.refresh_from_db()
        approve(row)
        take_turn()
        assert reload(row).state == State.PENDING
        approve(reload(row))
        take_turn()
        assert reload(row).state == State.CREATING
        assert "roles" in world.creates[0]["body"]["cluster"]

    def test_while_the_body_leaves_does_not_change_where_it_goes(
        self, project, take_turn, world: World, wire
    ):
        row = approved(backup=PLACED)
        paths: list[str] = []
        wire.on_create = paths.append
        wire.before_create = lambda: switch(project, ApiVersion.V2)
        take_turn()
        assert reload(row).state == State.CREATING
        assert [path.split("/")[1] for path in paths] == ["v1.0"]
        assert world.creates[0]["body"] == json.loads(row.body)

    def test_to_a_call_that_would_refuse_it_cannot_be_approved(self, project):
        row = submitted()
        switch(project, ApiVersion.V2)
        row.refresh_from_db()
        with pytest.raises(NotSendable, match="needs bucket, path and agency"):
            approve(row)
        assert reload(row).state == State.PENDING

    def test_after_a_refusal_leaves_asking_again(self, project, take_turn, wire, clock):
        row = approved()
        wire.next_create = Scripted.json(400, {"errCode": "CSS.1112"})
        take_turn()
        assert reload(row).state == State.FAILED
        switch(project, ApiVersion.V2)
        with pytest.raises(NotSendable, match="Ask again instead"):
            retry_request(reload(row), by=user("alice"), now=clock())
        assert reload(row).state == State.FAILED


def approve(row: ClusterRequest) -> None:
    approve_request(
        row, approver=user("bob"), body_sha256=row.body_sha256, now=row.created_at
    )
