"""The detail call, from the start of a creation to its end."""

import pytest

from clusters.simulator.site import Site
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, sample
from tests.unit.simulator.ordering import detail, made
from tests.unit.simulator.shapes import shape

GROUP_WEB_ONLY = "c2637485-d0e1-42f3-8465-708192a3b4c5"
GROUP_INTERNAL = "b1526374-cfd0-41e2-b354-6f708192a3b4"
GROUP = "instance__nics__securityGroupId"


class TestDetail:
    @pytest.fixture
    def current(self, caller: Caller) -> str:
        return str(
            caller.create(sample("create-v1-request-current")).json()["cluster"]["id"]
        )

    def test_matches_the_documented_sample_during_creation(
        self, caller: Caller, current: str
    ) -> None:
        assert shape(detail(caller, current)) == shape(sample("detail-creating"))

    def test_matches_the_documented_sample_when_available(
        self, caller: Caller, clock: Clock, current: str
    ) -> None:
        clock.now += 100
        assert shape(detail(caller, current)) == shape(sample("detail-available"))

    def test_matches_the_documented_sample_when_failed(
        self, caller: Caller, world: World, clock: Clock
    ) -> None:
        world.inject(next_create="fails_303")
        body = sample("create-v1-request-current")
        cluster_id = caller.create(body).json()["cluster"]["id"]
        clock.now += 100
        documented = sample("detail-failed-current")
        shown = detail(caller, cluster_id)
        assert shape(shown) == shape(documented)
        assert shown["status"] == "303"
        assert shown["failedReason"] == documented["failedReason"]

    def test_matches_the_sample_of_2021_with_legacy_fields(self, clock: Clock) -> None:
        world = World(clock=clock, build_seconds=100, site=Site(legacy_fields=True))
        caller = Caller.of(world)
        caller.sign_in()
        world.inject(next_create="fails_303")
        body = sample("create-v1-request-current")
        cluster_id = caller.create(body).json()["cluster"]["id"]
        clock.now += 100
        shown = detail(caller, cluster_id)
        assert shape(shown) == shape(sample("detail-failed-legacy"))
        assert "totalSize" not in caller.css("GET", "clusters").json()

    def test_shows_the_requested_values(self, caller: Caller, current: str) -> None:
        shown, documented = detail(caller, current), sample("detail-creating")
        moving = {"id", "created", "updated", "instances"}
        assert {key: shown[key] for key in set(shown) - moving} == {
            key: documented[key] for key in set(documented) - moving
        }
        assert shown["created"] == shown["updated"] == "2026-11-23T12:00:00"
        assert [each["name"] for each in shown["instances"]] == [
            each["name"] for each in documented["instances"]
        ]
        assert shown["instances"][0]["specCode"] == "ess.spec-4u16g"

    def test_never_shows_the_password(self, caller: Caller, current: str) -> None:
        assert "example-Passw0rd" not in str(detail(caller, current))

    def test_progresses_from_five_percent_to_available(
        self, caller: Caller, clock: Clock
    ) -> None:
        cluster_id = made(caller)
        seen = []
        for _ in range(5):
            shown = detail(caller, cluster_id)
            seen.append((shown["status"], shown["actionProgress"]))
            clock.now += 33
        assert seen == [
            ("100", {"CREATING": "5%"}),
            ("100", {"CREATING": "33%"}),
            ("100", {"CREATING": "66%"}),
            ("100", {"CREATING": "99%"}),
            ("200", {}),
        ]

    def test_shows_endpoint_and_addresses_when_available(
        self, caller: Caller, clock: Clock
    ) -> None:
        cluster_id = made(caller)
        clock.now += 99.9
        shown = detail(caller, cluster_id)
        assert shown["endpoint"] is None
        assert {each["ip"] for each in shown["instances"]} == {None}
        clock.now += 0.1
        shown = detail(caller, cluster_id)
        assert shown["endpoint"] == (
            "192.168.0.11:9200,192.168.0.12:9200,192.168.0.13:9200"
        )
        assert [each["ip"] for each in shown["instances"]] == [
            "192.168.0.11",
            "192.168.0.12",
            "192.168.0.13",
        ]
        assert {each["status"] for each in shown["instances"]} == {"200"}

    def test_gives_every_node_its_own_address(
        self, caller: Caller, clock: Clock
    ) -> None:
        first, second = made(caller, name="logs-1"), made(caller, name="logs-2")
        clock.now += 100
        addresses = [
            node["ip"]
            for cluster_id in (first, second)
            for node in detail(caller, cluster_id)["instances"]
        ]
        assert len(set(addresses)) == 6

    def test_distributes_nodes_over_the_zones(self, caller: Caller) -> None:
        zones = "cn-north-4b,cn-north-4c"
        cluster_id = made(caller, instance__availability_zone=zones)
        placed = [each["azCode"] for each in detail(caller, cluster_id)["instances"]]
        assert placed == ["cn-north-4b", "cn-north-4c", "cn-north-4b"]

    def test_fails_at_the_end_if_the_group_blocks_port_9200(
        self, caller: Caller, clock: Clock
    ) -> None:
        cluster_id = made(caller, **{GROUP: GROUP_WEB_ONLY})
        clock.now += 99
        assert detail(caller, cluster_id)["status"] == "100"
        assert "failedReason" not in detail(caller, cluster_id)
        clock.now += 1
        assert detail(caller, cluster_id)["status"] == "303"
        assert detail(caller, cluster_id)["failedReason"]["errorCode"] == "CSS.6000"

    def test_succeeds_if_the_group_allows_every_port(
        self, caller: Caller, clock: Clock
    ) -> None:
        cluster_id = made(caller, **{GROUP: GROUP_INTERNAL})
        clock.now += 100
        assert detail(caller, cluster_id)["status"] == "200"

    def test_shows_no_disk_for_a_node_with_local_disks(self, caller: Caller) -> None:
        local = {"instance__flavorRef": "ess.spec-i3small", "instance__volume": None}
        nodes = detail(caller, made(caller, **local))["instances"]
        assert [each["volume"] for each in nodes] == [None, None, None]

    @pytest.mark.parametrize("cluster_id", ["no-such-cluster", "%2e%2e", "a b"])
    def test_refuses_an_unknown_cluster(self, caller: Caller, cluster_id: str) -> None:
        response = caller.css("GET", f"clusters/{cluster_id}")
        documented = next(
            each
            for each in sample("errors")
            if each["case"] == "CSS cluster deleted or no access"
        )
        assert response.status_code == documented["status"]
        assert response.json() == documented["body"]
