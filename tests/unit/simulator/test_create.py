"""
The checks of a v1.0 create.

A number at the start of a case is its number in tests/data/huawei/bad-inputs.json.
"""

from typing import Any

import pytest

from clusters.simulator.network import VPC_TEST
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, error_of, order, sample

NOWHERE = "00000000-0000-4000-8000-000000000000"
VPC_PLANNED = "7d1e2f30-8b9c-4dae-9f10-2b3c4d5e6f70"
SUBNET_LEGACY = "8e2f3041-9cad-4ebf-8021-3c4d5e6f7081"
SUBNET_RETIRED = "a0415263-becf-40d1-a243-5e6f708192a3"
FLAVOR_ID = "11111111-2222-4333-8444-555555555501"
NICS = "instance__nics__"
VOLUME = "instance__volume__"
ZONE = "instance__availability_zone"
SNAPSHOT = "backupStrategy__"
LOCAL_DISK: dict[str, object] = {"instance__flavorRef": "ess.spec-i3small"}
SECURE: dict[str, object] = {"authorityEnable": True, "adminPwd": "example-Passw0rd!"}

REFUSED: list[tuple[str, dict[str, object], int, str]] = [
    ("2 a short name", {"name": "abc"}, 400, "CSS.5057"),
    ("2 a long name", {"name": "a" * 33}, 400, "CSS.5057"),
    ("3 a digit first", {"name": "7-logs"}, 400, "CSS.5077"),
    ("4 a space", {"name": "my logs"}, 400, "CSS.5057"),
    ("4 a dot", {"name": "my.logs"}, 400, "CSS.5057"),
    ("4 an umlaut", {"name": "löwe-logs"}, 400, "CSS.5057"),
    ("4 a line end", {"name": "logs-1\n"}, 400, "CSS.5057"),
    ("a name that is no text", {"name": 5}, 400, "CSS.5077"),
    ("no name", {"name": None}, 400, "CSS.5077"),
    ("6 no nodes", {"instanceNum": 0}, 400, "CSS.5047"),
    ("6 33 nodes", {"instanceNum": 33}, 400, "CSS.5047"),
    ("nodes as text", {"instanceNum": "3"}, 400, "CSS.5047"),
    ("nodes as true", {"instanceNum": True}, 400, "CSS.5047"),
    ("nodes left out", {"instanceNum": None}, 400, "CSS.5047"),
    (
        "7 more zones than nodes",
        {"instanceNum": 2, ZONE: "cn-north-4a,cn-north-4b,cn-north-4c"},
        400,
        "CSS.5172",
    ),
    ("8 an unknown zone", {ZONE: "cn-north-4z"}, 400, "CSS.5052"),
    ("8 an empty zone", {ZONE: ""}, 400, "CSS.5052"),
    ("9 a zone twice", {ZONE: "cn-north-4a,cn-north-4a"}, 400, "CSS.5052"),
    ("zones with a space", {ZONE: "cn-north-4a, cn-north-4b"}, 400, "CSS.5052"),
    ("10 an unknown flavor", {"instance__flavorRef": "ess.x"}, 400, "CSS.5007"),
    ("11 a flavor id", {"instance__flavorRef": FLAVOR_ID}, 400, "CSS.5007"),
    ("no flavor", {"instance__flavorRef": None}, 400, "CSS.5007"),
    (
        "12 a flavor sold out",
        {"instance__flavorRef": "ess.spec-32u64g", f"{VOLUME}size": 400},
        400,
        "CSS.0068",
    ),
    (
        "12 a flavor sold out in one zone",
        {"instance__flavorRef": "ess.spec-16u64g", ZONE: "cn-north-4c"},
        400,
        "CSS.0068",
    ),
    ("13 a volume type", {f"{VOLUME}volume_type": "SSD"}, 400, "CSS.5061"),
    ("14 no multiple of 20", {f"{VOLUME}size": 50}, 400, "CSS.5135"),
    ("15 too small", {f"{VOLUME}size": 20}, 400, "CSS.5009"),
    ("15 too large", {f"{VOLUME}size": 1300}, 400, "CSS.5009"),
    ("a size with a point", {f"{VOLUME}size": 100.0}, 400, "CSS.5078"),
    ("no volume", {"instance__volume": None}, 400, "CSS.5092"),
    ("16 a volume for local disks", LOCAL_DISK, 400, "CSS.5170"),
    ("17 no nics", {"instance__nics": None}, 400, "CSS.5046"),
    ("18 a VPC that is no UUID", {f"{NICS}vpcId": "vpc-prod"}, 400, "CSS.0001"),
    ("19 an unknown VPC", {f"{NICS}vpcId": NOWHERE}, 400, "CSS.5021"),
    ("20 an unknown subnet", {f"{NICS}netId": NOWHERE}, 404, "CSS.5022"),
    ("20 a subnet elsewhere", {f"{NICS}vpcId": VPC_TEST}, 400, "CSS.5074"),
    ("21 a VPC without CIDR", {f"{NICS}vpcId": VPC_PLANNED}, 400, "CSS.5157"),
    ("22 an unknown group", {f"{NICS}securityGroupId": NOWHERE}, 400, "CSS.5023"),
    ("23 too few addresses", {f"{NICS}netId": SUBNET_LEGACY}, 400, "CSS.0064"),
    (
        "a subnet that is not active",
        {f"{NICS}vpcId": VPC_TEST, f"{NICS}netId": SUBNET_RETIRED},
        400,
        "CSS.0001",
    ),
    (
        "25 another engine",
        {"datastore": {"type": "solr", "version": "7.10.2"}},
        400,
        "CSS.5002",
    ),
    (
        "26 an old version",
        {"datastore": {"type": "elasticsearch", "version": "6.5.4"}},
        400,
        "CSS.5003",
    ),
    (
        "26 a version of the other engine",
        {"datastore": {"type": "opensearch", "version": "7.10.2"}},
        400,
        "CSS.5005",
    ),
    ("27 a half hour", {f"{SNAPSHOT}period": "16:30 GMT+08:00"}, 400, "CSS.5018"),
    ("27 hour 24", {f"{SNAPSHOT}period": "24:00 GMT+08:00"}, 400, "CSS.5018"),
    ("28 no zone", {f"{SNAPSHOT}period": "16:00"}, 400, "CSS.5018"),
    ("28 an unknown zone", {f"{SNAPSHOT}period": "16:00 XYZ"}, 400, "CSS.5178"),
    ("29 a capital", {f"{SNAPSHOT}prefix": "Snapshot"}, 400, "CSS.5044"),
    ("29 33 characters", {f"{SNAPSHOT}prefix": "s" * 33}, 400, "CSS.5044"),
    ("30 keep 0", {f"{SNAPSHOT}keepday": 0}, 400, "CSS.3011"),
    ("30 keep 91", {f"{SNAPSHOT}keepday": 91}, 400, "CSS.3011"),
    ("keep as text", {f"{SNAPSHOT}keepday": "7"}, 400, "CSS.3011"),
    ("31 an agency", {f"{SNAPSHOT}agency": "css agency"}, 400, "CSS.5130"),
    ("32 an unknown bucket", {f"{SNAPSHOT}bucket": "nobody"}, 400, "CSS.0048"),
    ("a path from the root", {f"{SNAPSHOT}basePath": "/a"}, 400, "CSS.0001"),
    ("an unknown frequency", {f"{SNAPSHOT}frequency": "TUR"}, 400, "CSS.0001"),
    ("34 https alone", {"httpsEnable": True}, 400, "CSS.5171"),
    ("35 no password", {"authorityEnable": True}, 400, "CSS.0050"),
    ("36 a short password", {**SECURE, "adminPwd": "Abc-123"}, 400, "CSS.0050"),
    ("36 two classes", {**SECURE, "adminPwd": "abcdefgh1"}, 400, "CSS.0050"),
    ("37 a weak password", {**SECURE, "adminPwd": "Huawei@123"}, 400, "CSS.2026"),
    ("39 an empty key", {"tags": [{"key": "", "value": "v"}]}, 400, "CSS.5137"),
    ("39 a long key", {"tags": [{"key": "k" * 37}]}, 400, "CSS.5137"),
    ("39 a key with a space", {"tags": [{"key": "a b"}]}, 400, "CSS.5137"),
    ("a reserved key", {"tags": [{"key": "sys_a"}]}, 400, "CSS.5137"),
    ("40 a long value", {"tags": [{"key": "k", "value": "v" * 44}]}, 400, "CSS.5138"),
    ("a key twice", {"tags": [{"key": "k"}, {"key": "k"}]}, 400, "CSS.5039"),
    ("11 tags", {"tags": [{"key": f"k{n}"} for n in range(11)]}, 400, "CSS.5038"),
    ("an unknown parameter", {"roles": []}, 400, "CSS.5037"),
    ("null for a block", {"datastore": ...}, 400, "CSS.0001"),
    ("a long description", {"desc": "d" * 129}, 400, "CSS.0001"),
    ("a subscription", {"payInfo": {"payModel": 2, "period": 1}}, 400, "CSS.5302"),
    ("no instance", {"instance": None}, 400, "CSS.0001"),
    ("an enterprise project", {"enterprise_project_id": "x"}, 400, "CSS.0001"),
]


def body_with(changes: dict[str, object]) -> dict[str, Any]:
    """Return the create body with changes; ``...`` stands for JSON's null."""
    body = order(**changes)
    cluster = body["cluster"]
    for key, value in cluster.items():
        cluster[key] = None if value is ... else value
    return body


class TestCreate:
    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [pytest.param(*rest, id=name) for name, *rest in REFUSED],
    )
    def test_refuses(
        self,
        caller: Caller,
        world: World,
        changes: dict[str, object],
        status: int,
        code: str,
    ) -> None:
        assert error_of(caller.create(body_with(changes))) == (status, code)
        assert world.clusters == ()
        assert world.creates[-1]["status"] == status
        assert not world.creates[-1]["done"]

    @pytest.mark.parametrize(("status", "code"), sorted({each[2:] for each in REFUSED}))
    def test_refuses_with_documented_codes_only(self, status: int, code: str) -> None:
        (documented,) = (each for each in sample("error-codes") if each["code"] == code)
        assert str(status) in (documented["http_current"], documented["http_2021"])

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"", "CSS.0006"),
            (b"{", "CSS.0001"),
            (b"\xff", "CSS.0001"),
            (b"[" * 100_000, "CSS.0001"),
            (b'{"cluster": NaN}', "CSS.0001"),
            (b"[]", "CSS.0001"),
            (b"{}", "CSS.0001"),
            (b'{"cluster": []}', "CSS.0001"),
            (b'{"cluster": {"name": "a", "name": "b"}}', "CSS.5039"),
        ],
        ids=["empty", "cut", "utf-8", "deep", "NaN", "list", "bare", "inner", "twice"],
    )
    def test_refuses_a_malformed_body(
        self, caller: Caller, body: bytes, code: str
    ) -> None:
        response = caller.css("POST", "clusters", data=body)
        assert error_of(response) == (400, code)

    def test_starts_the_message_with_the_code(self, caller: Caller) -> None:
        message = caller.create(order(name="7")).json()["externalMessage"]
        assert message == "CSS.5077 : The cluster name is invalid."

    def test_refuses_a_name_in_use(self, caller: Caller, world: World) -> None:
        assert caller.create(order()).status_code == 200
        assert error_of(caller.create(order())) == (400, "CSS.5050")
        assert len(world.clusters) == 1

    def test_accepts_the_quick_start_body(self, caller: Caller) -> None:
        response = caller.create(order())
        assert response.status_code == 200
        made = response.json()
        assert set(made["cluster"]) == set(sample("create-response-200")["cluster"])
        assert made["cluster"]["name"] == "ES-Portal-01"

    def test_accepts_the_current_sample(self, caller: Caller) -> None:
        response = caller.create(sample("create-v1-request-current"))
        assert response.status_code == 200
        cluster_id = response.json()["cluster"]["id"]
        shown = caller.css("GET", f"clusters/{cluster_id}").json()
        assert shown["tags"][0]["key"] == "portal-request"
        assert shown["httpsEnable"] is True

    @pytest.mark.parametrize(
        "changes",
        [
            {**LOCAL_DISK, "instance__volume": None},
            {ZONE: "cn-north-4a,cn-north-4b,cn-north-4c"},
            {f"{VOLUME}volume_type": "ESSD", f"{VOLUME}size": 1280},
            {f"{VOLUME}size": 40, "instanceNum": 1},
            {"instanceNum": 32},
            {"name": "a-_Z" * 8},
            {"backupStrategy": None},
            {"backupStrategy": {"prefix": "s", "keepday": 90, "frequency": "HOUR"}},
            {"datastore": {"type": "opensearch", "version": "1.3.6"}},
            {"tags": [{"key": "k" * 36, "value": "v" * 43}, {"key": "empty"}]},
            {"desc": "d" * 128, "ipv6_enable": False},
            SECURE,
            {**SECURE, "httpsEnable": True},
        ],
    )
    def test_accepts(self, caller: Caller, changes: dict[str, object]) -> None:
        response = caller.create(order(**changes))
        assert (response.status_code, response.text[:11]) == (200, '{"cluster":')
