"""The list of clusters, the deletion of a cluster, the list of flavors."""

from typing import Any

import pytest

from clusters.simulator.account import Account, Project
from clusters.simulator.world import World
from tests.unit.simulator.caller import ACCOUNT, Caller, Clock, error_of, login, sample
from tests.unit.simulator.ordering import detail, listed, made
from tests.unit.simulator.shapes import shape


class TestList:
    def test_matches_the_documented_sample(self, caller: Caller, clock: Clock) -> None:
        made(caller, name="ES-Portal-00")
        clock.now += 100
        caller.create(sample("create-v1-request-current"))
        shown, documented = listed(caller), sample("list-clusters")
        assert set(shown) == set(documented)
        pairs = zip(shown["clusters"], documented["clusters"], strict=True)
        assert all(shape(ours) == shape(theirs) for ours, theirs in pairs)
        assert [each["name"] for each in shown["clusters"]] == [
            each["name"] for each in documented["clusters"]
        ]

    def test_is_empty_at_first(self, caller: Caller) -> None:
        assert listed(caller) == {"totalSize": 0, "clusters": []}

    @pytest.fixture
    def twelve(self, caller: Caller, clock: Clock) -> list[str]:
        for number in range(12):
            made(caller, name=f"logs-{number:02}", instanceNum=1)
            clock.now += 0 if number % 2 else 1
        return [f"logs-{number:02}" for number in reversed(range(12))]

    def names(self, shown: dict[str, Any]) -> list[str]:
        return [each["name"] for each in shown["clusters"]]

    def test_shows_ten_by_default_newest_first(
        self, caller: Caller, twelve: list[str]
    ) -> None:
        shown = listed(caller)
        assert self.names(shown) == twelve[:10]
        assert shown["totalSize"] == 12

    @pytest.mark.parametrize(
        ("query", "first", "last"),
        [
            ({"start": 1, "limit": 5}, 0, 5),
            ({"start": 6, "limit": 5}, 5, 10),
            ({"start": 11, "limit": 5}, 10, 12),
            ({"start": 13, "limit": 5}, 12, 12),
            ({"limit": 1000}, 0, 12),
            ({"limit": 5000}, 0, 12),
            ({"start": 3}, 2, 12),
            ({"offset": 3, "limit": 2}, 2, 4),
        ],
    )
    def test_paginates(
        self,
        caller: Caller,
        twelve: list[str],
        query: dict[str, int],
        first: int,
        last: int,
    ) -> None:
        shown = listed(caller, **query)
        assert self.names(shown) == twelve[first:last]
        assert shown["totalSize"] == 12

    @pytest.mark.parametrize(
        "query",
        [
            {"limit": "0"},
            {"limit": "-1"},
            {"start": "0"},
            {"start": "x"},
            {"limit": ""},
            {"limit": "9" * 5000},
            {"start": "٣"},
        ],
    )
    def test_refuses_invalid_pagination(
        self, caller: Caller, query: dict[str, str]
    ) -> None:
        response = caller.css("GET", "clusters", params=query)
        assert error_of(response) == (400, "CSS.0001")

    def test_filters_by_engine(self, caller: Caller) -> None:
        made(caller, name="logs-1")
        opensearch = {"type": "opensearch", "version": "1.3.6"}
        made(caller, name="logs-2", datastore=opensearch)
        shown = listed(caller, datastoreType="opensearch")
        assert (self.names(shown), shown["totalSize"]) == (["logs-2"], 1)
        assert listed(caller, datastoreType="")["totalSize"] == 2

    def test_shows_one_project_only(self, clock: Clock) -> None:
        team = Project(id="f" * 32, name="cn-north-4_team")
        account = Account(projects=(*ACCOUNT.projects, team))
        world = World(clock=clock, account=account)
        alice, bob = Caller.of(world), Caller.of(world)
        alice.sign_in()
        bob.sign_in(login(id=team.id))
        bob.project_id = team.id
        cluster_id = made(alice)
        assert listed(bob)["totalSize"] == 0
        foreign = bob.css("GET", f"clusters/{cluster_id}")
        assert error_of(foreign) == (403, "CSS.0015")
        assert made(bob) != cluster_id


class TestDelete:
    def test_removes_the_cluster(self, caller: Caller, clock: Clock) -> None:
        cluster_id = made(caller)
        clock.now += 100
        response = caller.css("DELETE", f"clusters/{cluster_id}")
        assert (response.status_code, response.content) == (200, b"")
        gone = caller.css("GET", f"clusters/{cluster_id}")
        assert error_of(gone) == (403, "CSS.0015")
        assert listed(caller)["totalSize"] == 0

    def test_is_refused_the_second_time(self, caller: Caller, clock: Clock) -> None:
        cluster_id = made(caller)
        clock.now += 100
        caller.css("DELETE", f"clusters/{cluster_id}")
        response = caller.css("DELETE", f"clusters/{cluster_id}")
        assert error_of(response) == (403, "CSS.0015")

    def test_is_refused_during_creation(self, caller: Caller) -> None:
        cluster_id = made(caller)
        response = caller.css("DELETE", f"clusters/{cluster_id}")
        assert error_of(response) == (409, "CSS.0011")
        assert listed(caller)["totalSize"] == 1

    def test_releases_name_and_addresses(self, caller: Caller, clock: Clock) -> None:
        cluster_id = made(caller)
        clock.now += 100
        caller.css("DELETE", f"clusters/{cluster_id}")
        again = made(caller)
        clock.now += 100
        assert detail(caller, again)["endpoint"].startswith("192.168.0.11:9200,")

    def test_by_hand_is_possible_during_creation(
        self, caller: Caller, world: World
    ) -> None:
        world.delete_by_hand(made(caller))
        assert world.clusters == ()


class TestFlavors:
    @pytest.fixture
    def versions(self, caller: Caller) -> list[dict[str, Any]]:
        response = caller.css("GET", "es-flavors")
        assert response.status_code == 200
        assert set(response.json()) == {"versions"}
        blocks: list[dict[str, Any]] = response.json()["versions"]
        return blocks

    def test_match_the_documented_sample(self, versions: list[dict[str, Any]]) -> None:
        assert shape(versions) == shape(sample("flavors")["versions"])

    def test_are_grouped_by_version_and_node_type(
        self, versions: list[dict[str, Any]]
    ) -> None:
        roles = ("ess", "ess-master", "ess-client", "ess-cold")
        assert [(each["version"], each["type"]) for each in versions] == [
            (version, role)
            for version in ("7.10.2", "7.6.2", "1.3.6")
            for role in roles
        ]

    def test_include_sold_out_and_local_disk_flavors(
        self, versions: list[dict[str, Any]]
    ) -> None:
        sold = {each["name"]: each for each in versions[0]["flavors"]}
        assert sold["ess.spec-32u64g"]["availableAZ"] == ""
        assert sold["ess.spec-16u64g"]["availableAZ"] == "cn-north-4a,cn-north-4b"
        assert sold["ess.spec-i3small"]["diskrange"] == "1600,1600"
        assert sold["ess.spec-2u16g"]["diskrange"] == "40,1280"
        assert "ess.spec-i3small" not in [
            each["name"] for each in versions[1]["flavors"]
        ]
