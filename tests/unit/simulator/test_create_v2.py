"""The checks of a v2.0 create."""

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


def create_body(role: int | None = None, **changes: Any) -> dict[str, Any]:
    """
    Return the documented body with changes in the cluster, or in the role at an index.

    None removes a key; ``...`` stands for JSON's null.
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
    ("no engine", create_body(datastore=None), 400, "CSS.5004"),
    (
        "no kind of engine",
        create_body(datastore={"version": "7.10.2"}),
        400,
        "CSS.5002",
    ),
    ("no zone", create_body(availability_zone=None), 400, "CSS.5052"),
    ("no network", create_body(nics=None), 400, "CSS.5046"),
    ("no roles", create_body(roles=None), 400, "CSS.5167"),
    ("roles of nothing", create_body(roles=[]), 400, "CSS.5167"),
    ("roles that are none", create_body(roles={}), 400, "CSS.0001"),
    ("a role that is none", create_body(roles=["ess"]), 400, "CSS.0001"),
    ("masters alone", create_body(DATA, type="ess-master"), 400, "CSS.5167"),
    ("an unknown role", create_body(MASTER, type="data"), 400, "CSS.0076"),
    ("a role that is a list", create_body(MASTER, type=["ess"]), 400, "CSS.0076"),
    ("a role twice", create_body(MASTER, type="ess"), 400, "CSS.5039"),
    ("4 masters", create_body(MASTER, instanceNum=4), 400, "CSS.5134"),
    ("1 master", create_body(MASTER, instanceNum=1), 400, "CSS.5047"),
    ("11 masters", create_body(MASTER, instanceNum=11), 400, "CSS.5047"),
    ("201 data nodes", create_body(DATA, instanceNum=201), 400, "CSS.5047"),
    ("2 data nodes in 3 zones", create_body(DATA, instanceNum=2), 400, "CSS.5172"),
    (
        "large disks for masters",
        create_body(MASTER, volume={"volume_type": "HIGH", "size": 60}),
        400,
        "CSS.5078",
    ),
    (
        "local disks for masters",
        create_body(MASTER, flavorRef="ess.spec-i3small"),
        400,
        "CSS.5007",
    ),
    (
        "local disks and a volume",
        create_body(DATA, flavorRef="ess.spec-i3small"),
        400,
        "CSS.5170",
    ),
    (
        "disks that a zone does not sell",
        create_body(DATA, volume={"volume_type": "ESSD", "size": 100}),
        400,
        "CSS.0065",
    ),
    (
        "a flavor that a zone does not sell",
        create_body(DATA, flavorRef="ess.spec-16u64g"),
        400,
        "CSS.0068",
    ),
    ("what belongs to v1.0", create_body(instanceNum=3), 400, "CSS.5037"),
    ("an unknown key in a role", create_body(DATA, nodes=3), 400, "CSS.5037"),
    ("no bucket", create_body(backupStrategy=SNAPSHOTS), 400, "CSS.0001"),
    (
        "no path",
        create_body(backupStrategy={**SNAPSHOTS, "bucket": "css-backup"}),
        400,
        "CSS.0001",
    ),
    (
        "public access without https",
        create_body(httpsEnable=False, publicIPReq=PUBLIC),
        400,
        "CSS.5310",
    ),
    (
        "another way to bind",
        create_body(publicIPReq={**PUBLIC, "publicBindType": "manual"}),
        400,
        "CSS.5098",
    ),
    (
        "too wide a band",
        create_body(publicIPReq={**PUBLIC, "eip": {"bandWidth": {"size": 201}}}),
        400,
        "CSS.0071",
    ),
    (
        "no white list",
        create_body(publicIPReq={**PUBLIC, "elbWhiteListReq": {}}),
        400,
        "CSS.0001",
    ),
    (
        "Kibana without security mode",
        create_body(
            authorityEnable=False,
            httpsEnable=False,
            publicKibanaReq={"eipSize": 5, "elbWhiteList": WHITE_LIST},
        ),
        400,
        "CSS.5310",
    ),
    (
        "Kibana without a band",
        create_body(publicKibanaReq={"elbWhiteList": WHITE_LIST}),
        400,
        "CSS.0071",
    ),
    (
        "an endpoint without a word on names",
        create_body(loadBalance={}),
        400,
        "CSS.0001",
    ),
    (
        "a password with + alone",
        create_body(adminPwd="Abcdefgh+^+"),
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

    def test_answers_a_null_bucket_with_an_html_page(
        self, caller: Caller, world: World
    ) -> None:
        body = create_body(backupStrategy={**SNAPSHOTS, **PLACE, "bucket": None})
        response = create(caller, body)
        assert response.status_code == 500
        assert response.headers["Content-Type"] == "text/html"
        assert response.text.startswith("<html>")
        assert world.creates[-1]["status"] == 500
        assert world.clusters == ()

    @pytest.mark.parametrize(
        "body",
        [
            create_body(),
            create_body(DATA, instanceNum=200),
            create_body(MASTER, instanceNum=9),
            create_body(backupStrategy=None),
            create_body(
                backupStrategy={**SNAPSHOTS, "bucket": "css-backup", "basePath": "a"}
            ),
            create_body(publicIPReq=PUBLIC),
            create_body(publicKibanaReq={"eipSize": 200, "elbWhiteList": WHITE_LIST}),
            create_body(loadBalance={"endpointWithDnsName": True}),
        ],
    )
    def test_accepts(self, caller: Caller, body: object) -> None:
        response = create(caller, body)
        assert (response.status_code, response.text[:11]) == (200, '{"cluster":')

    def test_creates_nodes_of_every_type(self, caller: Caller, clock: Clock) -> None:
        cluster_id = create(caller, create_body()).json()["cluster"]["id"]
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

    def test_refuses_a_name_in_use_by_a_v1_cluster(self, caller: Caller) -> None:
        assert create(caller, create_body()).status_code == 200
        current = sample("create-v1-request-current")
        assert error_of(caller.create(current)) == (400, "CSS.5050")

    def test_is_kept_over_a_restart(self, tmp_path: Any, clock: Clock) -> None:
        file = tmp_path / "state.json"
        first = Caller.of(World(clock=clock, state_file=file))
        first.sign_in()
        create(first, create_body())
        assert World(clock=clock, state_file=file).clusters[0].order.node_count == 6


class TestDisks:
    def test_match_the_documented_sample(self, caller: Caller) -> None:
        shown = caller.css("GET", "disktypes").json()
        assert set(shown) == {"diskTypes"}
        assert shown["diskTypes"][0] == sample("disktypes")["diskTypes"][0]
        assert shown["diskTypes"][2] == {
            "availabilityZone": "cn-north-4c",
            "volumeNames": ["SATA", "SAS", "SSD"],
        }
