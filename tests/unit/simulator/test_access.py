"""What a v2.0 create asks for beside nodes and network, and the detail that shows it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusters.simulator.site import Site
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, error_of, order
from tests.unit.simulator.ordering import detail, listed
from tests.unit.simulator.test_create_v2 import (
    DATA,
    MASTER,
    PUBLIC,
    create,
    create_body,
)

KEY = "0d1e2f3a-4b5c-4d6e-8f7a-8b9c0d1e2f3a"
ENCRYPTED = {"systemEncrypted": "1", "systemCmkid": KEY}
FRIENDS = {"enableWhiteList": True, "whiteList": "198.51.100.7,192.0.2.0/24"}
KIBANA = {"eipSize": 10, "elbWhiteList": FRIENDS}
PERMISSION = "iam:domain::" + "0f" * 16
SMALL = {"volume_type": "HIGH", "size": 40}
CLIENTS = {
    "type": "ess-client",
    "instanceNum": 2,
    "flavorRef": "ess.spec-4u8g",
    "volume": SMALL,
}
COLD = {
    "type": "ess-cold",
    "instanceNum": 2,
    "flavorRef": "ess.spec-4u8g",
    "volume": {"volume_type": "COMMON", "size": 200},
}
EVERYTHING = create_body(
    publicIPReq={**PUBLIC, "elbWhiteListReq": FRIENDS},
    publicKibanaReq=KIBANA,
    loadBalance={"endpointWithDnsName": True, "vpcPermissions": [PERMISSION]},
    diskEncryption=ENCRYPTED,
    roles=[*create_body()["cluster"]["roles"], CLIENTS, COLD],
)


def made(caller: Caller, body: object) -> str:
    response = create(caller, body)
    assert response.status_code == 200, response.text
    return str(response.json()["cluster"]["id"])


def with_list(white_list: Any) -> dict[str, Any]:
    return create_body(publicIPReq={**PUBLIC, "elbWhiteListReq": white_list})


class TestDetail:
    def test_shows_every_way_to_a_cluster_that_works(
        self, caller: Caller, clock: Clock
    ) -> None:
        cluster_id = made(caller, EVERYTHING)
        clock.now += 100
        shown = detail(caller, cluster_id)
        told = {"whiteList": FRIENDS["whiteList"], "enableWhiteList": True}
        assert shown["publicIp"] == "203.0.113.3:9200"
        assert shown["bandwidthSize"] == 5
        assert shown["elbWhiteList"] == told
        assert shown["publicKibanaResp"] == {
            "eipSize": 10,
            "publicKibanaIp": "203.0.113.4:5601",
            "elbWhiteListResp": told,
        }
        assert shown["vpcepIp"] == "198.19.128.2"
        assert (shown["diskEncrypted"], shown["cmkId"]) == (True, KEY)
        assert (shown["httpsEnable"], shown["authorityEnable"]) == (True, True)
        assert [each["type"] for each in shown["instances"]] == [
            *["ess"] * 3,
            *["ess-master"] * 3,
            *["ess-client"] * 2,
            *["ess-cold"] * 2,
        ]

    def test_has_no_address_before_the_cluster_works(self, caller: Caller) -> None:
        shown = detail(caller, made(caller, EVERYTHING))
        assert shown["publicIp"] is None
        assert shown["publicKibanaResp"] is None
        assert "vpcepIp" not in shown

    def test_has_nothing_that_was_not_asked_for(
        self, caller: Caller, clock: Clock
    ) -> None:
        cluster_id = made(caller, create_body())
        clock.now += 100
        shown = detail(caller, cluster_id)
        assert shown["publicIp"] is shown["publicKibanaResp"] is None
        assert (shown["diskEncrypted"], shown["cmkId"]) == (False, "")
        assert "vpcepIp" not in shown

    def test_is_the_only_call_that_shows_the_endpoint_service(
        self, caller: Caller, clock: Clock
    ) -> None:
        made(caller, EVERYTHING)
        clock.now += 100
        (entry,) = listed(caller)["clusters"]
        assert entry["publicIp"] == "203.0.113.3:9200"
        assert "vpcepIp" not in entry

    def test_stays_the_same_over_a_restart(self, tmp_path: Path, clock: Clock) -> None:
        file = tmp_path / "state.json"
        first = Caller.of(World(clock=clock, state_file=file))
        first.sign_in()
        cluster_id = made(first, EVERYTHING)
        again = Caller.of(World(clock=clock, state_file=file))
        again.sign_in()
        clock.now += 100
        assert detail(again, cluster_id) == detail(first, cluster_id)

    def test_reads_a_state_that_was_written_before_all_this(
        self, tmp_path: Path, clock: Clock
    ) -> None:
        file = tmp_path / "state.json"
        caller = Caller.of(World(clock=clock, state_file=file))
        caller.sign_in()
        made(caller, create_body())
        state = json.loads(file.read_text())
        del state["clusters"][0]["order"]["access"]
        del state["clusters"][0]["order"]["cmk_id"]
        file.write_text(json.dumps(state))
        assert World(clock=clock, state_file=file).clusters[0].order.cmk_id == ""


class TestWhiteList:
    @pytest.mark.parametrize(
        "entries",
        ["198.51.100.7", "0.0.0.0/0", "192.0.2.0/24,198.51.100.7/32", "2001:db8::/32"],
    )
    def test_takes(self, caller: Caller, entries: str) -> None:
        made(caller, with_list({"enableWhiteList": True, "whiteList": entries}))

    @pytest.mark.parametrize(
        "white_list",
        [
            {"enableWhiteList": True},
            {"enableWhiteList": True, "whiteList": ""},
            {"enableWhiteList": True, "whiteList": "192.0.2.1/24"},
            {"enableWhiteList": True, "whiteList": "192.0.2.0/24, 198.51.100.7"},
            {"enableWhiteList": True, "whiteList": "192.0.2.0/255.255.255.0"},
            {"enableWhiteList": True, "whiteList": "fe80::1%eth0"},
            {"enableWhiteList": True, "whiteList": "192.0.2.0/24,192.0.2.0/24"},
            {"enableWhiteList": True, "whiteList": ["192.0.2.0/24"]},
            {"enableWhiteList": "true", "whiteList": "192.0.2.0/24"},
            {"enableWhiteList": False, "other": 1},
        ],
    )
    def test_refuses(self, caller: Caller, white_list: Any) -> None:
        assert create(caller, with_list(white_list)).status_code == 400

    def test_has_at_most_300_entries(self, caller: Caller) -> None:
        many = [f"10.{number // 250}.{number % 250}.0/24" for number in range(301)]
        full = {"enableWhiteList": True, "whiteList": ",".join(many[:300])}
        made(caller, with_list(full))
        over = {"enableWhiteList": True, "whiteList": ",".join(many)}
        assert error_of(create(caller, with_list(over))) == (400, "CSS.5038")


class TestEndpointService:
    @pytest.mark.parametrize(
        "permissions",
        ["*", ["*"], [PERMISSION.upper()], [PERMISSION + "0"], [PERMISSION, 7]],
    )
    def test_refuses_what_names_no_account(
        self, caller: Caller, permissions: Any
    ) -> None:
        balance = {"endpointWithDnsName": False, "vpcPermissions": permissions}
        body = create_body(loadBalance=balance)
        assert error_of(create(caller, body)) == (400, "CSS.0001")


class TestEncryption:
    @pytest.mark.parametrize(
        "block",
        [
            {},
            {"systemEncrypted": 1, "systemCmkid": KEY},
            {"systemEncrypted": True, "systemCmkid": KEY},
            {"systemEncrypted": "1"},
            {"systemEncrypted": "1", "systemCmkid": ""},
            {"systemEncrypted": "1", "systemCmkid": "my-key"},
        ],
    )
    def test_needs_the_switch_as_a_text_and_a_key(
        self, caller: Caller, block: Any
    ) -> None:
        body = create_body(diskEncryption=block)
        assert error_of(create(caller, body)) == (400, "CSS.0001")

    def test_is_off_when_the_switch_says_so(self, caller: Caller) -> None:
        cluster_id = made(caller, create_body(diskEncryption={"systemEncrypted": "0"}))
        assert detail(caller, cluster_id)["diskEncrypted"] is False


class TestPassword:
    @pytest.mark.parametrize(
        "password", ["Abcdefg1+", "Abcdefg1^", "Abcdefg1\\", "Abcdefg+^1"]
    )
    def test_may_have_more_special_characters_in_v1(
        self, caller: Caller, password: str
    ) -> None:
        secure = {"authorityEnable": True, "adminPwd": password}
        assert caller.create(order(**secure)).status_code == 200
        body = create_body(adminPwd=password)
        assert error_of(create(caller, body)) == (400, "CSS.0050")

    @pytest.mark.parametrize(
        "password", ["Abcdef 1!", "Abcdef1!密码", "Abcdef1!\n", "Abcdéf1!", 12345678]
    )
    def test_has_no_other_characters(self, caller: Caller, password: Any) -> None:
        body = create_body(adminPwd=password)
        assert error_of(create(caller, body)) == (400, "CSS.0050")

    @pytest.mark.parametrize("password", ["Admin@123", "QWERTY@123", "welcome@123"])
    def test_is_no_well_known_one(self, caller: Caller, password: str) -> None:
        body = create_body(adminPwd=password)
        assert error_of(create(caller, body)) == (400, "CSS.2026")


class TestQuotas:
    def caller_at(self, site: Site, clock: Clock) -> Caller:
        caller = Caller.of(World(clock=clock, site=site))
        caller.sign_in()
        return caller

    def test_of_a_kind_of_node_counts_that_kind_alone(self, clock: Clock) -> None:
        site = replace(Site(), node_quotas=(("ess-master", 5),))
        caller = self.caller_at(site, clock)
        made(caller, create_body())
        data = create_body()["cluster"]["roles"][:1]
        made(caller, create_body(name="without", roles=data))
        assert error_of(create(caller, create_body(name="another"))) == (
            400,
            "CSS.0053",
        )

    def test_of_public_addresses_counts_that_of_kibana(self, clock: Clock) -> None:
        caller = self.caller_at(replace(Site(), address_quota=1), clock)
        made(caller, create_body(publicIPReq=PUBLIC))
        body = create_body(name="another", publicKibanaReq=KIBANA)
        assert error_of(create(caller, body)) == (400, "CSS.0061")

    def test_of_endpoint_services(self, clock: Clock) -> None:
        caller = self.caller_at(replace(Site(), endpoint_quota=0), clock)
        body = create_body(loadBalance={"endpointWithDnsName": False})
        assert error_of(create(caller, body)) == (400, "CSS.0063")


class TestRoles:
    @pytest.mark.parametrize("nodes", [3, 5, 7, 9])
    def test_take_an_odd_number_of_masters(self, caller: Caller, nodes: int) -> None:
        made(caller, create_body(MASTER, instanceNum=nodes))

    @pytest.mark.parametrize("role", [CLIENTS, COLD], ids=["client", "cold"])
    def test_take_1_to_32_clients_and_cold_nodes(
        self, caller: Caller, role: dict[str, Any]
    ) -> None:
        data = create_body()["cluster"]["roles"][:1]
        for nodes in (0, 33):
            body = create_body(roles=[*data, {**role, "instanceNum": nodes}])
            assert error_of(create(caller, body)) == (400, "CSS.5047")
        for nodes in (1, 32):
            body = create_body(
                name=f"nodes-{nodes}", roles=[*data, {**role, "instanceNum": nodes}]
            )
            made(caller, body)

    def test_take_33_data_nodes_with_masters_only(self, caller: Caller) -> None:
        body = create_body(DATA, instanceNum=33)
        alone = create_body(roles=body["cluster"]["roles"][:1])
        assert error_of(create(caller, alone)) == (400, "CSS.5047")
        made(caller, body)
