"""Create bodies of both versions with something wrong in them, and who answers them."""

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
_RIGHT = sample("golden-bodies")["backup with a place"]["v1"]


def right_body() -> dict[str, Any]:
    """Return a v1.0 body that every cloud takes, with a backup that has a place."""
    body: dict[str, Any] = copy.deepcopy(_RIGHT)
    return body


def body(api: CreateApi = CreateApi.V1, **changes: Any) -> dict[str, Any]:
    """Return the right body with values replaced by path; ``...`` stands for null."""
    wrong = right_body()
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
    """Return what the vendor says a v1.0 body becomes: roles, nics and zones moved."""
    cluster = dict(v1["cluster"])
    instance = dict(cluster.pop("instance"))
    for key in ("nics", "availability_zone"):
        if key in instance:
            cluster[key] = instance.pop(key)
    if "instanceNum" in cluster:
        instance["instanceNum"] = cluster.pop("instanceNum")
    return {"cluster": {**cluster, "roles": [{"type": "ess", **instance}]}}


def create(caller: Caller, api: CreateApi, wrong: object) -> requests.Response:
    """POST a body to the call of this version."""
    version = {"v1": "v1.0", "v2": "v2.0"}[api]
    path = f"/{version}/{caller.project_id}/clusters"
    return caller.call("POST", path, json=wrong)


def said(answer: requests.Response) -> str:
    """Return status and code, as the list of documented answers has them."""
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return str(answer.status_code)
    data = answer.json()
    data = data.get("error", data)
    code = data.get("errCode") or data.get("error_code") or data.get("code") or ""
    return f"{answer.status_code} {code}".strip()


def catalog_of(world: World) -> Catalog:
    """Return what the simulated cloud offers, read by the real client."""
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
