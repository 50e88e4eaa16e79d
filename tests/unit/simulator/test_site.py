"""The configuration of a site: quotas, flags, catalog."""

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

    def test_requires_a_datastore_if_strict(self, clock: Clock) -> None:
        caller = self.caller(clock, strict=True)
        response = caller.create(order())
        assert response.json() == {
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
    def test_refuses_a_create_beyond_its_limits(
        self, clock: Clock, conditions: dict[str, Any], code: str
    ) -> None:
        caller = self.caller(clock, **conditions)
        assert error_of(caller.create(order())) == (400, code)

    def test_has_a_quota_of_twenty_clusters(self, clock: Clock) -> None:
        caller = self.caller(clock)
        for number in range(20):
            name = f"logs-{number}"
            response = caller.create(order(name=name, instanceNum=1))
            assert response.status_code == 200
        assert error_of(caller.create(order(instanceNum=1))) == (400, "CSS.1112")

    def test_refuses_enterprise_projects_if_it_has_none(self, clock: Clock) -> None:
        caller = self.caller(clock, has_enterprise_projects=False)
        body = order(enterprise_project_id="0")
        assert error_of(caller.create(body)) == (400, "CSS.0070")
        assert caller.create(order()).status_code == 200

    def test_refuses_security_mode_for_an_old_engine(self, clock: Clock) -> None:
        old = Release(engine="elasticsearch", version="6.2.3", flavors=GENERAL)
        caller = self.caller(clock, stock=Stock(releases=(old,)))
        assert error_of(
            caller.create(order(authorityEnable=True, adminPwd=PASSWORD))
        ) == (400, "CSS.5169")
        assert caller.create(order()).status_code == 200

    def test_refuses_a_node_without_a_free_address(self, clock: Clock) -> None:
        caller = self.caller(clock)
        small = {"instance__nics__netId": SUBNET_LEGACY, "instanceNum": 1}
        assert caller.create(order(name="one-1", **small)).status_code == 200
        assert caller.create(order(name="two-2", **small)).status_code == 200
        body = order(name="three", **small)
        assert error_of(caller.create(body)) == (400, "CSS.0064")
