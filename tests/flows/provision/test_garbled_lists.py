"""One item that cannot be read spoils no list of clusters."""

import logging
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clusters.cloud.types import REQUEST_TAG
from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest, InventorySnapshot
from clusters.models.cloud_project import Known
from clusters.operations.inventory.scan import UNREADABLE
from clusters.simulator.world import World
from tests.factories import approved
from tests.flows.provision.rows import make_due, make_foreign_cluster, reload
from tests.flows.provision.test_garbled_offers import spoil
from tests.flows.provision.test_unclear import advance

pytestmark = pytest.mark.django_db

READABLE = [
    {"tags": [{"key": "", "value": "x"}]},
    {"instances": [None], "endpoint": {}, "actions": 7, "datastore": "es"},
    {"name": None, "tags": [{"key": REQUEST_TAG, "value": "somebody"}]},
]
"""What garbles a cluster that is certainly not ours."""

UNKNOWN = [
    None,
    {"id": None},
    {"id": 7.5},
    {"name": {}},
    {"tags": "a=b"},
    {"tags": [{"value": "x"}]},
    {"tags": [{"key": REQUEST_TAG, "value": []}]},
    {"tags": [{"key": REQUEST_TAG, "value": None}]},
    {"tags": [{"key": REQUEST_TAG, "value": ""}]},
    {"tags": [{"key": REQUEST_TAG, "value": each} for each in ("theirs", "ours")]},
]
"""What makes of it one that could be ours; None puts null in its place."""


@pytest.fixture
def garble_theirs(world: World, wire):
    """Let one of two clusters of somebody else be listed with these parts."""
    world.act({"add_foreign": {"name": "theirs", "count": 2}})

    def go(parts: dict[str, Any] | None) -> None:
        def shown(row: Any) -> Any:
            if row["name"] != "theirs-1":
                return row
            return None if parts is None else {**row, **parts}

        def garble(what: str, data: Any) -> Any:
            if what == "clusters":
                data["clusters"] = [shown(row) for row in data["clusters"]]
            return data

        wire.garble = garble

    return go


@pytest.fixture
def look_long_enough(poll):
    def go() -> None:
        for _ in range(3):
            poll()
            advance(15)
        poll()

    return go


def lost(take_turn, world: World) -> ClusterRequest:
    """Return a request whose attempt was lost before the cloud did anything."""
    row = approved()
    world.inject(next_create="lost_before")
    take_turn()
    advance(600)
    return row


class TestLook:
    @pytest.mark.parametrize("parts", READABLE)
    def test_settles_beside_one_that_cannot_be_ours(
        self, take_turn, look_long_enough, world: World, garble_theirs, parts: Any
    ):
        asked = lost(take_turn, world)
        garble_theirs(parts)
        look_long_enough()
        assert reload(asked).state == State.APPROVED
        snapshot = InventorySnapshot.objects.get()
        assert snapshot.is_complete
        [left_out] = snapshot.left_out
        assert (left_out["what"], left_out["count"]) == ("clusters", 1)
        assert left_out["may_be_ours"] == 0
        [theirs] = [each for each in world.clusters if each.order.name == "theirs-1"]
        assert theirs.id in left_out["first"]

    @pytest.mark.parametrize("parts", UNKNOWN)
    def test_proves_nothing_beside_one_that_may_be_ours(
        self,
        take_turn,
        look_long_enough,
        world: World,
        garble_theirs,
        caplog,
        parts: Any,
    ):
        asked = lost(take_turn, world)
        garble_theirs(parts)
        with caplog.at_level(logging.ERROR):
            look_long_enough()
        assert reload(asked).state == State.UNCLEAR
        assert reload(asked).absent_scans == 0
        snapshot = InventorySnapshot.objects.get()
        assert (snapshot.is_complete, snapshot.error) == (False, UNREADABLE)
        assert snapshot.left_out[0]["may_be_ours"] == 1
        assert "scan.unreadable" in {record.message for record in caplog.records}

    @pytest.mark.parametrize("parts", UNKNOWN)
    def test_lets_nothing_be_sent_beside_one_that_may_be_ours(
        self, take_turn, poll, project, garble_theirs, parts: Any
    ):
        asked = approved()
        garble_theirs(parts)
        # Somebody else's fresh look is not good enough either.
        CloudProject.objects.update(quarantined_at=timezone.now())
        poll()
        CloudProject.objects.update(quarantined_at=None)
        take_turn()
        assert reload(asked).state == State.APPROVED
        assert not asked.attempts.exists()

    def test_goes_on_once_it_can_be_read_again(self, take_turn, garble_theirs, wire):
        asked = approved()
        garble_theirs(None)
        take_turn()
        wire.garble = None
        make_due()
        take_turn()
        assert reload(asked).state == State.CREATING


def garbled(**parts: Any) -> Any:
    """Return what lets every cluster have these parts, in the list and by itself."""

    def garble(what: str, data: Any) -> Any:
        rows = data["clusters"] if what == "clusters" else [data]
        for row in rows:
            if "instances" in row:
                row.update(parts)
        return data

    return garble


class TestOurs:
    @pytest.mark.parametrize(
        "parts",
        [
            {"instances": [None]},
            {"endpoint": []},
            {"datastore": 7, "created": {}, "vpcId": [], "subnetId": []},
            {"name": None},
            {"actionProgress": "5%"},
        ],
    )
    def test_is_found_by_its_tag_whatever_else_is_garbled(
        self, take_turn, poll, world: World, wire, parts: Any
    ):
        asked = approved()
        world.inject(next_create="lost_after")
        take_turn()
        advance(600)
        wire.garble = garbled(**parts)
        poll()
        assert reload(asked).state == State.CREATING
        assert reload(asked).cloud_id in {each.id for each in world.clusters}
        assert len(world.clusters) == 1

    def test_is_not_called_ready_while_its_nodes_cannot_be_read(
        self, take_turn, poll, clock, wire
    ):
        asked = approved()
        take_turn()
        clock.advance(minutes=5)
        wire.garble = garbled(instances=[None])
        poll()
        assert reload(asked).state == State.CREATING
        wire.garble = None
        poll()
        assert reload(asked).state == State.ACTIVE

    def test_does_not_teach_that_the_cloud_drops_tags(
        self, take_turn, poll, wire, project
    ):
        approved()
        take_turn()
        wire.garble = garbled(tags="a=b")
        poll()
        project.refresh_from_db()
        assert project.keeps_tags == Known.UNKNOWN

    def test_and_another_without_a_name_do_not_teach_that_names_may_be_equal(
        self, take_turn, poll, world: World, wire, project
    ):
        world.act({"add_foreign": {"name": "theirs"}})
        approved()
        take_turn()
        wire.garble = garbled(name=None)
        poll()
        project.refresh_from_db()
        assert project.names_unique != Known.NO


class TestByName:
    """Of a cloud that drops tags; but what a cluster has for tags is there."""

    @pytest.mark.parametrize(("tags", "found"), [([], True), ("a=b", False)])
    def test_none_is_ours_whose_tags_cannot_be_read(
        self, take_turn, poll, world: World, wire, tags: Any, found: bool
    ):
        asked = approved()
        world.inject(next_create="lost_after", drop_tags=True)
        CloudProject.objects.update(keeps_tags=Known.NO)
        take_turn()
        advance(600)
        wire.garble = garbled(tags=tags)
        poll()
        assert bool(reload(asked).cloud_id) == found


class TestCheckCloud:
    @pytest.fixture
    def check(self, project, cloud, monkeypatch):
        def go() -> str:
            CloudProject.objects.update(sealed_password="sealed")
            monkeypatch.setattr("clusters.wiring.cloud", lambda _: cloud)
            call_command("check_cloud", stdout=(said := StringIO()))
            return said.getvalue()

        return go

    def test_says_what_is_left_out(self, check, wire):
        wire.garble = spoil
        said = check()
        assert "1 LEFT OUT, the first: ess.spec-2u8g: answer.versions.flavors" in said
        assert "bad [U+202E], s-bad: answer.subnets.vpc_id is not there" in said

    def test_counts_clusters_of_every_page(self, check, world: World):
        world.act({"add_foreign": {"name": "theirs", "count": 9}})
        world.inject(list_limit_cap=2)
        assert "clusters: ok, 9" in check()

    def test_fails_where_a_cluster_may_be_ours(self, check, garble_theirs):
        garble_theirs({"tags": "a=b"})
        with pytest.raises(CommandError):
            check()


def test_a_foreign_cluster_with_our_name_and_no_readable_tags_is_not_adopted(
    take_turn, poll, cloud, world: World, wire
):
    asked = approved("logs-search")
    world.inject(next_create="lost_before")
    take_turn()
    advance(600)
    make_foreign_cluster(cloud)
    wire.garble = garbled(tags="a=b")
    poll()
    assert reload(asked).state == State.UNCLEAR
    assert reload(asked).cloud_id == ""
