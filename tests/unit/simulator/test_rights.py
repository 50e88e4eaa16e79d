"""A user whose permissions are limited to one enterprise project."""

from typing import Any

import pytest

from clusters.simulator.account import Account
from clusters.simulator.network import VPC_PROD, VPC_TEST
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, order

OURS = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
BY_ENTERPRISE_PROJECT = ("vpcs", "security-groups")


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=clock, account=Account(enterprise_project_id=OURS))


@pytest.fixture
def caller(world: World) -> Caller:
    caller = Caller.of(world)
    caller.sign_in()
    return caller


def rows(caller: Caller, path: str, **query: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.vpc(path, **query).json()[
        path.replace("-", "_")
    ]
    return found


class TestNetworks:
    @pytest.mark.parametrize("path", [*BY_ENTERPRISE_PROJECT, "subnets"])
    def test_are_not_listed_without_a_filter(self, caller: Caller, path: str) -> None:
        response = caller.vpc(path)
        assert (response.status_code, response.json()["code"]) == (403, "VPC.2701")

    @pytest.mark.parametrize("path", BY_ENTERPRISE_PROJECT)
    @pytest.mark.parametrize("named", [OURS, "all_granted_eps"])
    def test_are_listed_by_enterprise_project(
        self, caller: Caller, path: str, named: str
    ) -> None:
        found = rows(caller, path, enterprise_project_id=named)
        assert {each["enterprise_project_id"] for each in found} == {OURS}

    @pytest.mark.parametrize("path", BY_ENTERPRISE_PROJECT)
    def test_of_another_enterprise_project_are_refused(
        self, caller: Caller, path: str
    ) -> None:
        response = caller.vpc(path, enterprise_project_id="0")
        assert (response.status_code, response.json()["code"]) == (403, "VPC.2701")

    def test_list_subnets_by_vpc(self, caller: Caller) -> None:
        found = rows(caller, "subnets", vpc_id=VPC_PROD)
        assert {each["vpc_id"] for each in found} == {VPC_PROD}
        assert caller.vpc("subnets", vpc_id=VPC_TEST).status_code == 403

    def test_of_a_whole_account_are_filtered(self, clock: Clock) -> None:
        caller = Caller.of(World(clock=clock))
        caller.sign_in()
        assert rows(caller, "vpcs", enterprise_project_id=OURS) == []
        for everything in ("0", "all_granted_eps"):
            found = rows(caller, "vpcs", enterprise_project_id=everything)
            assert found == rows(caller, "vpcs")


class TestClusters:
    def test_are_created_in_the_users_enterprise_project_only(
        self, caller: Caller
    ) -> None:
        for body in (order(), order(enterprise_project_id="0")):
            response = caller.create(body)
            assert (response.status_code, response.json()["errCode"]) == (
                400,
                "CSS.0051",
            )
        assert caller.create(order(enterprise_project_id=OURS)).status_code == 200

    def test_are_created_in_visible_networks_only(self, caller: Caller) -> None:
        there = {"instance__nics__vpcId": VPC_TEST}
        body = order(enterprise_project_id=OURS, **there)
        assert caller.create(body).json()["errCode"] == "CSS.5021"

    def test_of_others_are_not_listed(self, caller: Caller, world: World) -> None:
        world.act({"add_foreign": {"name": "theirs", "count": 2}})
        caller.create(order(enterprise_project_id=OURS))
        shown = caller.css("GET", "clusters").json()
        assert [each["enterpriseProjectId"] for each in shown["clusters"]] == [OURS]
        assert shown["totalSize"] == 1
        theirs = next(each for each in world.clusters if each.order.name == "theirs-1")
        response = caller.css("GET", f"clusters/{theirs.id}")
        assert (response.status_code, response.json()["errCode"]) == (403, "CSS.0015")


class TestSwitch:
    def test_limits_networks_and_creates(self, clock: Clock) -> None:
        world = World(clock=clock)
        caller = Caller.of(world)
        caller.sign_in()
        world.inject(narrowed_to=OURS)
        assert caller.vpc("vpcs").json()["code"] == "VPC.2701"
        assert rows(caller, "vpcs", enterprise_project_id=OURS) == []
        assert caller.create(order()).json()["errCode"] == "CSS.5021"
        world.inject(narrowed_to=None)
        assert len(rows(caller, "vpcs")) == 3

    def test_overrides_the_limit_of_a_limited_user(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(narrowed_to="0")
        assert len(rows(caller, "vpcs", enterprise_project_id="0")) == 2
        world.inject(narrowed_to=None)
        assert caller.vpc("vpcs", enterprise_project_id="0").status_code == 403
