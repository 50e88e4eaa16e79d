"""The lists of VPCs, subnets and security groups."""

from typing import Any

import pytest

from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, order, sample
from tests.unit.simulator.shapes import shape

LISTS = [
    ("vpcs", "vpcs", "vpcs-v1"),
    ("subnets", "subnets", "subnets-v1"),
    ("security-groups", "security_groups", "security-groups-v1"),
]


def rows(caller: Caller, path: str, **query: object) -> list[dict[str, Any]]:
    response = caller.vpc(path, **query)
    assert response.status_code == 200
    found: list[dict[str, Any]] = response.json()[path.replace("-", "_")]
    return found


class TestLists:
    @pytest.mark.parametrize(("path", "key", "name"), LISTS)
    def test_match_the_documented_sample(
        self, caller: Caller, path: str, key: str, name: str
    ) -> None:
        response = caller.vpc(path)
        assert set(response.json()) == {key}
        first = response.json()[key][0]
        # The text names this field of subnets, the sample leaves it out.
        first.pop("available_ip_address_count", None)
        assert shape(first) == shape(sample(name)[key][0])

    def test_return_shorter_pages_if_the_page_size_is_capped(
        self, caller: Caller, world: World
    ) -> None:
        every = rows(caller, "subnets")
        world.inject(network_limit_cap=3)
        assert rows(caller, "subnets", limit=500) == every[:3]
        assert rows(caller, "subnets", limit=500, marker=every[2]["id"]) == every[3:]

    def test_begin_with_the_sample_network(self, caller: Caller) -> None:
        for path, key, name in LISTS:
            assert rows(caller, path)[0]["id"] == sample(name)[key][0]["id"]

    def test_show_the_vpc_of_every_subnet(self, caller: Caller) -> None:
        vpcs = {each["id"]: each["name"] for each in rows(caller, "vpcs")}
        subnets = rows(caller, "subnets")
        assert [(each["name"], vpcs[each["vpc_id"]]) for each in subnets] == [
            ("subnet-search", "vpc-prod"),
            ("subnet-legacy", "vpc-prod"),
            ("subnet-test", "vpc-test"),
            ("subnet-retired", "vpc-test"),
        ]

    def test_show_status_and_free_addresses_of_subnets(self, caller: Caller) -> None:
        state = {
            each["name"]: (each["status"], each["available_ip_address_count"])
            for each in rows(caller, "subnets")
        }
        assert state["subnet-search"] == ("ACTIVE", 242)
        assert state["subnet-legacy"] == ("ACTIVE", 2)
        assert state["subnet-retired"][0] == "ERROR"

    def test_subtract_the_addresses_of_clusters(
        self, caller: Caller, world: World
    ) -> None:
        cluster_id = caller.create(order()).json()["cluster"]["id"]
        assert rows(caller, "subnets")[0]["available_ip_address_count"] == 239
        world.delete_by_hand(cluster_id)
        assert rows(caller, "subnets")[0]["available_ip_address_count"] == 242

    def test_show_a_group_without_9200(self, caller: Caller) -> None:
        rules = {
            each["name"]: [
                (rule["protocol"], rule["port_range_min"], rule["port_range_max"])
                for rule in each["security_group_rules"]
            ]
            for each in rows(caller, "security-groups")
        }
        assert rules == {
            "sg-search": [("tcp", 9200, 9300)],
            "sg-internal": [(None, None, None)],
            "sg-web-only": [("tcp", 443, 443), ("icmp", None, None)],
        }


class TestPaging:
    def test_continues_after_the_marker(self, caller: Caller) -> None:
        everything = rows(caller, "subnets")
        first = rows(caller, "subnets", limit=3)
        second = rows(caller, "subnets", limit=3, marker=first[-1]["id"])
        assert first + second == everything
        assert len(second) == 1
        assert rows(caller, "subnets", marker=second[-1]["id"]) == []

    def test_filters(self, caller: Caller) -> None:
        vpc_id = rows(caller, "vpcs")[1]["id"]
        found = rows(caller, "subnets", vpc_id=vpc_id)
        assert [each["name"] for each in found] == ["subnet-test", "subnet-retired"]
        assert [each["name"] for each in rows(caller, "vpcs", id=vpc_id)] == [
            "vpc-test"
        ]

    def test_returns_nothing_for_limit_0(self, caller: Caller) -> None:
        assert rows(caller, "vpcs", limit=0) == []

    @pytest.mark.parametrize(
        "query",
        [
            {"limit": "2001"},
            {"limit": "-1"},
            {"limit": "x"},
            {"limit": "9" * 5000},
            {"marker": "nobody"},
        ],
    )
    def test_refuses_invalid_pagination(
        self, caller: Caller, query: dict[str, str]
    ) -> None:
        response = caller.vpc("vpcs", **query)
        assert response.status_code == 400
        assert set(response.json()) == {"code", "message"}
        assert response.json()["code"] == "VPC.0101"


class TestProject:
    def test_in_the_url_must_match_the_token(self, caller: Caller) -> None:
        caller.project_id = "f" * 32
        response = caller.vpc("vpcs")
        assert response.status_code == 400
        assert response.json()["code"] == "VPC.0007"
        assert caller.css("GET", "clusters").json()["errCode"] == "CSS.0015"
