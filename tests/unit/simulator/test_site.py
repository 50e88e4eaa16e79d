"""The standing conditions of a site: quotas, switches, stock."""

from typing import Any

import pytest

from clusters.simulator.site import Site
from clusters.simulator.stock import GENERAL, Release, Stock
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, error_of, order

SUBNET_LEGACY = "8e2f3041-9cad-4ebf-8021-3c4d5e6f7081"
PASSWORD = "example-Passw0rd!"


class TestSite:
    def caller(self, clock: Clock, **conditions: Any) -> Caller:
        caller = Caller.of(World(clock=clock, site=Site(**conditions)))
        caller.sign_in()
        return caller

    def test_wants_a_datastore_where_it_is_strict(self, clock: Clock) -> None:
        caller = self.caller(clock, strict=True)
        answer = caller.create(order())
        assert answer.json() == {
            "errCode": "CSS.0036",
            "externalMessage": "CSS.0036 : Internal error",
        }
        datastore = {"type": "elasticsearch", "version": "7.6.2"}
        assert caller.create(order(datastore=datastore)).status_code == 200

    @pytest.mark.parametrize(
        ("conditions", "code"),
        [
            ({"cluster_quota": 0}, "CSS.1112"),
            ({"cpu_quota": 5}, "CSS.0052"),
            ({"ram_quota_gb": 47}, "CSS.0054"),
            ({"disk_quota": 2}, "CSS.0055"),
            ({"disk_quota_gb": 299}, "CSS.0060"),
            ({"account_frozen": True}, "CSS.0021"),
            ({"may_create": False}, "CSS.0051"),
        ],
    )
    def test_refuses_beyond_its_limits(
        self, clock: Clock, conditions: dict[str, Any], code: str
    ) -> None:
        caller = self.caller(clock, **conditions)
        assert error_of(caller.create(order())) == (400, code)

    def test_has_room_for_twenty_clusters(self, clock: Clock) -> None:
        caller = self.caller(clock)
        for number in range(20):
            name = f"logs-{number}"
            answer = caller.create(order(name=name, instanceNum=1))
            assert answer.status_code == 200
        assert error_of(caller.create(order(instanceNum=1))) == (400, "CSS.1112")

    def test_may_have_no_enterprise_projects(self, clock: Clock) -> None:
        caller = self.caller(clock, has_enterprise_projects=False)
        wish = order(enterprise_project_id="0")
        assert error_of(caller.create(wish)) == (400, "CSS.0070")
        assert caller.create(order()).status_code == 200

    def test_refuses_security_mode_on_an_old_engine(self, clock: Clock) -> None:
        old = Release(engine="elasticsearch", version="6.2.3", flavors=GENERAL)
        caller = self.caller(clock, stock=Stock(releases=(old,)))
        assert error_of(
            caller.create(order(authorityEnable=True, adminPwd=PASSWORD))
        ) == (400, "CSS.5169")
        assert caller.create(order()).status_code == 200

    def test_refuses_a_node_where_addresses_are_used_up(self, clock: Clock) -> None:
        caller = self.caller(clock)
        small = {"instance__nics__netId": SUBNET_LEGACY, "instanceNum": 1}
        assert caller.create(order(name="one-1", **small)).status_code == 200
        assert caller.create(order(name="two-2", **small)).status_code == 200
        wish = order(name="three", **small)
        assert error_of(caller.create(wish)) == (400, "CSS.0064")
