"""What a v2.0 create may and may not say."""

import copy
from typing import Any

import pytest
import requests

from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, error_of, sample
from tests.unit.simulator.ordering import detail

PLACE = {"bucket": "css-backup", "basePath": "logs", "agency": "css_obs_agency"}
SNAPSHOTS = {"period": "16:00 GMT+08:00", "prefix": "snapshot", "keepday": 7}
DATA, MASTER = 0, 1
WHITE_LIST = {"enableWhiteList": False}
PUBLIC = {
    "eip": {"bandWidth": {"size": 5}},
    "publicBindType": "auto_assign",
    "elbWhiteListReq": WHITE_LIST,
}


def wish(role: int | None = None, **changes: Any) -> dict[str, Any]:
    """
    Return the documented body with changes, of one role where it is named.

    None takes a key out, ``...`` stands for JSON's null.
    """
    body: dict[str, Any] = copy.deepcopy(sample("create-v2-request"))
    cluster = body["cluster"]
    block = cluster if role is None else cluster["roles"][role]
    for key, value in changes.items():
        if value is None:
            del block[key]
        else:
            block[key] = None if value is ... else value
    return body


def create(caller: Caller, body: object) -> requests.Response:
    return caller.call("POST", f"/v2.0/{caller.project_id}/clusters", json=body)


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("no engine", wish(datastore=None), 400, "CSS.5004"),
    ("no kind of engine", wish(datastore={"version": "7.10.2"}), 400, "CSS.5002"),
    ("no zone", wish(availability_zone=None), 400, "CSS.5052"),
    ("no network", wish(nics=None), 400, "CSS.5046"),
    ("no roles", wish(roles=None), 400, "CSS.5167"),
    ("roles of nothing", wish(roles=[]), 400, "CSS.5167"),
    ("roles that are none", wish(roles={}), 400, "CSS.0001"),
    ("a role that is none", wish(roles=["ess"]), 400, "CSS.0001"),
    ("masters alone", wish(DATA, type="ess-master"), 400, "CSS.5167"),
    ("an unknown role", wish(MASTER, type="data"), 400, "CSS.0076"),
    ("a role that is a list", wish(MASTER, type=["ess"]), 400, "CSS.0076"),
    ("a role twice", wish(MASTER, type="ess"), 400, "CSS.5039"),
    ("4 masters", wish(MASTER, instanceNum=4), 400, "CSS.5134"),
    ("1 master", wish(MASTER, instanceNum=1), 400, "CSS.5047"),
    ("11 masters", wish(MASTER, instanceNum=11), 400, "CSS.5047"),
    ("201 data nodes", wish(DATA, instanceNum=201), 400, "CSS.5047"),
    ("2 data nodes in 3 zones", wish(DATA, instanceNum=2), 400, "CSS.5172"),
    (
        "large disks for masters",
        wish(MASTER, volume={"volume_type": "HIGH", "size": 60}),
        400,
        "CSS.5078",
    ),
    (
        "local disks for masters",
        wish(MASTER, flavorRef="ess.spec-i3small"),
        400,
        "CSS.5007",
    ),
    (
        "local disks and a volume",
        wish(DATA, flavorRef="ess.spec-i3small"),
        400,
        "CSS.5170",
    ),
    (
        "disks that a zone does not sell",
        wish(DATA, volume={"volume_type": "ESSD", "size": 100}),
        400,
        "CSS.0065",
    ),
    (
        "a flavor that a zone does not sell",
        wish(DATA, flavorRef="ess.spec-16u64g"),
        400,
        "CSS.0068",
    ),
    ("what belongs to v1.0", wish(instanceNum=3), 400, "CSS.5037"),
    ("an unknown key in a role", wish(DATA, nodes=3), 400, "CSS.5037"),
    ("no bucket", wish(backupStrategy=SNAPSHOTS), 400, "CSS.0001"),
    (
        "no path",
        wish(backupStrategy={**SNAPSHOTS, "bucket": "css-backup"}),
        400,
        "CSS.0001",
    ),
    (
        "public access without https",
        wish(httpsEnable=False, publicIPReq=PUBLIC),
        400,
        "CSS.5310",
    ),
    (
        "another way to bind",
        wish(publicIPReq={**PUBLIC, "publicBindType": "manual"}),
        400,
        "CSS.5098",
    ),
    (
        "too wide a band",
        wish(publicIPReq={**PUBLIC, "eip": {"bandWidth": {"size": 201}}}),
        400,
        "CSS.0071",
    ),
    (
        "no white list",
        wish(publicIPReq={**PUBLIC, "elbWhiteListReq": {}}),
        400,
        "CSS.0001",
    ),
    (
        "Kibana without security mode",
        wish(
            authorityEnable=False,
            httpsEnable=False,
            publicKibanaReq={"eipSize": 5, "elbWhiteList": WHITE_LIST},
        ),
        400,
        "CSS.5310",
    ),
    (
        "Kibana without a band",
        wish(publicKibanaReq={"elbWhiteList": WHITE_LIST}),
        400,
        "CSS.0071",
    ),
    ("an endpoint without a word on names", wish(loadBalance={}), 400, "CSS.0001"),
    (
        "a password with + alone",
        wish(adminPwd="Abcdefgh+^+"),
        400,
        "CSS.0050",
    ),
]


class TestCreate:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [pytest.param(*rest, id=name) for name, *rest in REFUSED],
    )
    def test_refuses(
        self, caller: Caller, world: World, body: object, status: int, code: str
    ) -> None:
        assert error_of(create(caller, body)) == (status, code)
        assert world.clusters == ()

    def test_breaks_down_over_a_null_for_the_bucket(
        self, caller: Caller, world: World
    ) -> None:
        body = wish(backupStrategy={**SNAPSHOTS, **PLACE, "bucket": None})
        answer = create(caller, body)
        assert answer.status_code == 500
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.text.startswith("<html>")
        assert world.creates[-1]["status"] == 500
        assert world.clusters == ()

    @pytest.mark.parametrize(
        "body",
        [
            wish(),
            wish(DATA, instanceNum=200),
            wish(MASTER, instanceNum=9),
            wish(backupStrategy=None),
            wish(backupStrategy={**SNAPSHOTS, "bucket": "css-backup", "basePath": "a"}),
            wish(publicIPReq=PUBLIC),
            wish(publicKibanaReq={"eipSize": 200, "elbWhiteList": WHITE_LIST}),
            wish(loadBalance={"endpointWithDnsName": True}),
        ],
    )
    def test_takes(self, caller: Caller, body: object) -> None:
        answer = create(caller, body)
        assert (answer.status_code, answer.text[:11]) == (200, '{"cluster":')

    def test_builds_every_kind_of_node(self, caller: Caller, clock: Clock) -> None:
        cluster_id = create(caller, wish()).json()["cluster"]["id"]
        clock.now += 100
        shown = detail(caller, cluster_id)
        assert [each["type"] for each in shown["instances"]] == [
            *["ess"] * 3,
            *["ess-master"] * 3,
        ]
        assert [each["volume"]["size"] for each in shown["instances"]] == [
            *[100] * 3,
            *[40] * 3,
        ]
        assert len({each["ip"] for each in shown["instances"]}) == 6
        assert shown["endpoint"].count(":9200") == 3
        assert shown["desc"] == "requested by portal"

    def test_shares_names_with_v1(self, caller: Caller) -> None:
        assert create(caller, wish()).status_code == 200
        current = sample("create-v1-request-current")
        assert error_of(caller.create(current)) == (400, "CSS.5050")

    def test_outlives_a_restart(self, tmp_path: Any, clock: Clock) -> None:
        file = tmp_path / "state.json"
        first = Caller.of(World(clock=clock, state_file=file))
        first.sign_in()
        create(first, wish())
        assert World(clock=clock, state_file=file).clusters[0].order.node_count == 6


class TestDisks:
    def test_look_as_documented(self, caller: Caller) -> None:
        shown = caller.css("GET", "disktypes").json()
        assert set(shown) == {"diskTypes"}
        assert shown["diskTypes"][0] == sample("disktypes")["diskTypes"][0]
        assert shown["diskTypes"][2] == {
            "availabilityZone": "cn-north-4c",
            "volumeNames": ["SATA", "SAS", "SSD"],
        }
