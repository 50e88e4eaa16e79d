"""Create bodies with an invalid value, for both versions, and the calls that send them."""

import copy
from typing import Any

import requests

from clusters.cloud.huawei.auth import MemoryTokenStore
from clusters.cloud.huawei.client import Credentials, Endpoints, HuaweiCloud
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.types import CreateApi
from clusters.domain.catalog import Catalog
from clusters.simulator.adapter import SimulatorAdapter
from clusters.simulator.world import World
from tests.factories import NOON
from tests.unit.simulator.caller import ACCOUNT, Caller, sample

BAD_INPUTS: dict[int, dict[str, Any]] = {
    row["number"]: row for row in sample("bad-inputs")
}
_VALID = sample("golden-bodies")["backup with a place"]["v1"]


def valid_body() -> dict[str, Any]:
    """Return a valid v1.0 body; its snapshots have bucket, path and agency."""
    body: dict[str, Any] = copy.deepcopy(_VALID)
    return body


def body(api: CreateApi = CreateApi.V1, **changes: Any) -> dict[str, Any]:
    """Return the valid body with values replaced by path; ``...`` stands for null."""
    wrong = valid_body()
    for path, value in changes.items():
        *parents, key = path.split("__")
        block = wrong["cluster"]
        for parent in parents:
            block = block[parent]
        if value is None:
            del block[key]
        else:
            block[key] = None if value is ... else value
    return as_v2(wrong) if api is CreateApi.V2 else wrong


def as_v2(v1: dict[str, Any]) -> dict[str, Any]:
    """Convert a v1.0 body to v2.0: roles, nics and availability_zone move."""
    cluster = dict(v1["cluster"])
    instance = dict(cluster.pop("instance"))
    for key in ("nics", "availability_zone"):
        if key in instance:
            cluster[key] = instance.pop(key)
    if "instanceNum" in cluster:
        instance["instanceNum"] = cluster.pop("instanceNum")
    return {"cluster": {**cluster, "roles": [{"type": "ess", **instance}]}}


def create(caller: Caller, api: CreateApi, wrong: object) -> requests.Response:
    """Send a body to the create call of this version."""
    version = {"v1": "v1.0", "v2": "v2.0"}[api]
    path = f"/{version}/{caller.project_id}/clusters"
    return caller.call("POST", path, json=wrong)


def status_and_code(answer: requests.Response) -> str:
    """Return HTTP status and error code as in bad-inputs.json: "400 CSS.0001"."""
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return str(answer.status_code)
    data = answer.json()
    data = data.get("error", data)
    code = data.get("errCode") or data.get("error_code") or data.get("code") or ""
    return f"{answer.status_code} {code}".strip()


def catalog_of(world: World) -> Catalog:
    """Return the catalog of the simulated cloud, read with the portal's client."""
    cloud = HuaweiCloud(
        http=CloudHttp(
            connect_timeout=5, read_timeout=5, adapter=SimulatorAdapter(world)
        ),
        region="cn-north-4",
        endpoints=Endpoints(
            iam="https://cloud.test", css="https://cloud.test", vpc="https://cloud.test"
        ),
        credentials=Credentials(
            domain=ACCOUNT.domain,
            username=ACCOUNT.username,
            password=ACCOUNT.password,
            project_name=ACCOUNT.projects[0].name,
        ),
        tokens=MemoryTokenStore(),
    )
    return Catalog.of(
        flavors=cloud.flavors(),
        vpcs=cloud.vpcs(),
        subnets=cloud.subnets(),
        security_groups=cloud.security_groups(),
        disks=cloud.disks(),
        fetched_at=NOON,
    )
