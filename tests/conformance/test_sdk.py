"""The vendor's SDK reads the simulator's responses and accepts our create bodies."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from clusters.cloud.huawei.body import (
    build_body,
    canonical_bytes,
    needs_password,
    with_password,
)
from clusters.cloud.types import (
    BackupPolicy,
    ClusterSpec,
    CreateApi,
    Datastore,
    NodeGroup,
    PublicAccess,
    SecurityMode,
    Tag,
    Volume,
    VpcEndpoint,
)
from clusters.simulator.server import serve
from clusters.simulator.world import World
from tests.factories import spec
from tests.unit.simulator.caller import PROJECT_ID, Caller, Clock

pytestmark = [pytest.mark.services, pytest.mark.nightly]

CALLER = Path(__file__).with_name("sdk_caller.py")
BUILD_SECONDS = 100

SMALL = Volume(type="HIGH", size_gb=40)
PASSWORD = "example-Passw0rd"
FULL = spec(
    "everything",
    availability_zones=("cn-north-4a", "cn-north-4b"),
    datastore=Datastore(type="elasticsearch", version="7.10.2"),
    volume=Volume(type="ULTRAHIGH", size_gb=200),
    backup=BackupPolicy(
        period="16:00 GMT+08:00",
        prefix="snapshot",
        keepday=7,
        frequency="DAY",
        bucket="example-css-backup",
        base_path="css_repository/everything",
        agency="css_obs_agency",
    ),
    description="Logs of the shop",
    tags=(Tag(key="team", value="shop"), Tag(key="empty", value="")),
    enterprise_project_id="0",
    security=SecurityMode(https=True),
    masters=NodeGroup(flavor="ess.spec-2u8g", instance_num=3, volume=SMALL),
    clients=NodeGroup(flavor="ess.spec-4u8g", instance_num=2, volume=SMALL),
    cold=NodeGroup(
        flavor="ess.spec-4u16g",
        instance_num=2,
        volume=Volume(type="COMMON", size_gb=1000),
    ),
    encryption_key_id="0d1e2f3a-4b5c-4d6e-8f7a-8b9c0d1e2f3a",
    public=PublicAccess(bandwidth_mbit=5, whitelist=("192.0.2.0/24", "198.51.100.7")),
    kibana=PublicAccess(bandwidth_mbit=10),
    vpc_endpoint=VpcEndpoint(
        with_dns=True, permissions=("iam:domain::0f1e2d3c4b5a69788796a5b4c3d2e1f0",)
    ),
)
LEAN = replace(spec("lean", backup=None), flavor="ess.spec-i3small", volume=None)
APIS = pytest.mark.parametrize("api", list(CreateApi))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=clock, build_seconds=BUILD_SECONDS)


@pytest.fixture
def caller(world: World) -> Iterator[Caller]:
    with serve(world) as server:
        caller = Caller(server.address)
        caller.sign_in()
        yield caller


@pytest.fixture
def sdk(sdk_python: Path, caller: Caller) -> "Sdk":
    return Sdk(sdk_python, caller)


class Sdk:
    """The SDK's client in a process of its own, connected to the simulator."""

    def __init__(self, python: Path, caller: Caller) -> None:
        self._python = python
        self._cloud = {
            "url": caller.base,
            "project_id": PROJECT_ID,
            "token": caller.token,
        }

    def call(self, name: str, *, api: str = "v1", **more: Any) -> dict[str, Any]:
        """Make one call and return what `sdk_caller` reports about it."""
        package = f"huaweicloudsdkcss.{api}"
        task = {
            "cloud": self._cloud,
            "calls": [{"package": package, "name": name, **more}],
        }
        done = subprocess.run(
            [self._python, "-X", "utf8", CALLER],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)[0]
        return report

    def create(self, spec: ClusterSpec, api: CreateApi) -> dict[str, Any]:
        """Create a cluster with the body that the portal sends for this spec."""
        return self.call("CreateCluster", api=api, body=sent_body(spec, api))

    def made(self, spec: ClusterSpec, api: CreateApi) -> str:
        """Create a cluster, require that it is accepted, and return its id."""
        report = self.create(spec, api)
        assert_lossless(report)
        return str(report["answer_again"]["cluster"]["id"])


def sent_body(spec: ClusterSpec, api: CreateApi) -> dict[str, Any]:
    """Return the body as it leaves: with a password for the reference to one."""
    body = canonical_bytes(build_body(spec, api=api))
    if needs_password(body):
        body = with_password(body, PASSWORD)
    sent: dict[str, Any] = json.loads(body)
    return sent


def without_password(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body without the value that the simulator's journal hides."""
    cluster = {
        key: value for key, value in body["cluster"].items() if key != "adminPwd"
    }
    return {"cluster": cluster}


def assert_lossless(report: dict[str, Any]) -> None:
    assert "refused" not in report, report["refused"]
    assert report["unknown_in_answer"] == []
    assert report["answer_again"] == without_nulls(report["answer"])


def without_nulls(data: Any) -> Any:
    """Remove nulls: the SDK has one None for null and for absent."""
    if isinstance(data, dict):
        pairs = data.items()
        return {key: without_nulls(value) for key, value in pairs if value is not None}
    if isinstance(data, list):
        return [without_nulls(each) for each in data]
    return data


class TestAnswers:
    @pytest.mark.parametrize(
        ("seconds", "status"), [(0, "100"), (BUILD_SECONDS, "200")]
    )
    @APIS
    def test_of_list_and_detail_decode_without_loss(
        self, sdk: Sdk, clock: Clock, api: CreateApi, seconds: int, status: str
    ) -> None:
        made = sdk.made(FULL, api)
        sdk.made(LEAN, api)
        clock.now += seconds
        listed = sdk.call("ListClustersDetails", query={"limit": 10})
        shown = sdk.call("ShowClusterDetail", query={"cluster_id": made})
        assert_lossless(listed)
        assert_lossless(shown)
        assert [each["name"] for each in listed["answer_again"]["clusters"]] == [
            "lean",
            "everything",
        ]
        assert shown["answer_again"]["status"] == status

    def test_of_a_build_that_failed_decode_without_loss(
        self, sdk: Sdk, world: World, clock: Clock
    ) -> None:
        world.inject(next_create="fails_303")
        made = sdk.made(FULL, CreateApi.V1)
        clock.now += BUILD_SECONDS
        shown = sdk.call("ShowClusterDetail", query={"cluster_id": made})
        assert_lossless(shown)
        assert_lossless(sdk.call("ListClustersDetails", query={"limit": 10}))
        assert shown["answer_again"]["failedReason"]["errorCode"] == "CSS.6000"

    @pytest.mark.parametrize("name", ["ListFlavors", "ListDiskType"])
    def test_of_what_is_sold_decode_without_loss(self, sdk: Sdk, name: str) -> None:
        report = sdk.call(name)
        assert report["answer"] != {}
        assert_lossless(report)


class TestCreateBodies:
    def test_are_tried_with_every_field_of_a_spec(self) -> None:
        filled = [field.name for field in fields(FULL) if getattr(FULL, field.name)]
        assert filled == [field.name for field in fields(ClusterSpec)]

    @pytest.mark.parametrize("spec", [FULL, LEAN], ids=lambda each: each.name)
    @APIS
    def test_hold_nothing_that_the_request_models_lack(
        self, sdk: Sdk, world: World, api: CreateApi, spec: ClusterSpec
    ) -> None:
        body = sent_body(spec, api)
        report = sdk.create(spec, api)
        assert report["unknown_in_body"] == []
        assert report["body_again"] == body
        # The SDK sent the same body as the portal would, and the cluster was created.
        assert without_password(world.creates[-1]["body"]) == without_password(body)
        assert_lossless(report)
