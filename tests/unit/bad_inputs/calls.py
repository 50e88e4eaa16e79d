"""Bad inputs that the form cannot express, sent directly to the simulated cloud."""

from collections.abc import Callable
from typing import Any

import requests

from clusters.cloud.types import CreateApi
from clusters.simulator.site import Site
from clusters.simulator.stock import GENERAL, Release, Stock
from clusters.simulator.world import World
from tests.unit.bad_inputs.bodies import body, create
from tests.unit.simulator.caller import Caller, Clock, login, sample

V1, V2 = CreateApi.V1, CreateApi.V2
NOWHERE = "00000000-0000-4000-8000-000000000000"
PASSWORD = "example-Passw0rd!"
PUBLIC: dict[str, Any] = {
    "eip": {"bandWidth": {"size": 5}},
    "publicBindType": "auto_assign",
    "elbWhiteListReq": {"enableWhiteList": False},
}
OLD = Stock(
    releases=(Release(engine="elasticsearch", version="6.2.3", flavors=GENERAL),)
)

Attempt = Callable[[], requests.Response]


def signed_in(**site: Any) -> Caller:
    """Return a signed-in caller of a cloud with this configuration of the site."""
    caller = Caller.of(World(clock=Clock(), site=Site(**site)))
    caller.sign_in()
    return caller


def _with(
    api: CreateApi = V1, site: dict[str, Any] | None = None, **wrong: Any
) -> Attempt:
    return lambda: create(signed_in(**(site or {})), api, body(api, **wrong))


def _both(site: dict[str, Any] | None = None, **wrong: Any) -> list[Attempt]:
    return [_with(api, site, **wrong) for api in CreateApi]


def _public(**changes: Any) -> Attempt:
    secure = {"authorityEnable": True, "httpsEnable": True, "adminPwd": PASSWORD}
    wrong = {**secure, **changes.pop("cluster", {})}
    return _with(V2, **wrong, publicIPReq={**PUBLIC, **changes})


def _role(position: int = 1, **changes: Any) -> Attempt:
    wrong = sample("create-v2-request")
    wrong["cluster"]["roles"][position] |= changes
    return lambda: create(signed_in(), V2, wrong)


def _secure(**changes: Any) -> list[Attempt]:
    return _both(authorityEnable=True, **changes)


def _empty_body() -> requests.Response:
    return signed_in().css("POST", "clusters", data=b"")


def _used_name() -> requests.Response:
    caller = signed_in()
    create(caller, V1, body())
    return create(caller, V2, body(V2))


def _token(change: Callable[[str], str]) -> Attempt:
    def call() -> requests.Response:
        caller = signed_in()
        caller.token = change(caller.token)
        return create(caller, V1, body())

    return call


def _expired() -> requests.Response:
    clock = Clock()
    caller = Caller.of(World(clock=clock))
    caller.sign_in()
    clock.now += 86_401
    return create(caller, V1, body())


def _other_region() -> requests.Response:
    clock = Clock()
    world = World(clock=clock)
    caller = Caller.of(world)
    caller.sign_in()
    for key, token in world._state.tokens.items():
        world._state.tokens[key] = type(token)(
            project_id=token.project_id,
            region="eu-west-101",
            expires_at=token.expires_at,
        )
    return create(caller, V1, body())


def _other_project(path: Callable[[Caller], requests.Response]) -> Attempt:
    def call() -> requests.Response:
        caller = signed_in()
        caller.project_id = "f" * 32
        return path(caller)

    return call


def _busy() -> requests.Response:
    caller = signed_in()
    made = create(caller, V1, body()).json()["cluster"]["id"]
    return caller.css("DELETE", f"clusters/{made}")


def _wrong_password() -> requests.Response:
    wrong = login()
    wrong["auth"]["identity"]["password"]["user"]["password"] = "wrong"
    return signed_in().sign_in(wrong)


CALLS: dict[int, list[Attempt]] = {
    1: [_empty_body],
    5: [_used_name],
    16: _both(instance__flavorRef="ess.spec-i3small"),
    24: [
        _with(V1, {"strict": True}, datastore=None),
        _with(V2, datastore=None),
    ],
    32: _both(backupStrategy__bucket="nobody"),
    34: _both(httpsEnable=True),
    35: _secure(),
    36: [*_secure(adminPwd="Abc-123"), *_secure(adminPwd="abcdefgh1")],
    37: _secure(adminPwd="Huawei@123"),
    38: _both(
        {"stock": OLD},
        authorityEnable=True,
        adminPwd=PASSWORD,
        datastore={"type": "elasticsearch", "version": "6.2.3"},
    ),
    39: [
        attempt
        for key in ("", "k" * 37, "a b")
        for attempt in _both(tags=[{"key": key, "value": "v"}])
    ],
    40: _both(tags=[{"key": "k", "value": "v" * 44}]),
    41: _both({"has_enterprise_projects": False}, enterprise_project_id="0"),
    42: [_role(type="ess-client", position=0)],
    43: [_role(instanceNum=4)],
    44: [_role(type="data")],
    45: [_public(cluster={"httpsEnable": False})],
    46: [_public(publicBindType="manual")],
    47: [_public(eip={"bandWidth": {"size": size}}) for size in (0, 201)],
    48: _both({"cluster_quota": 0}),
    49: [
        attempt
        for quota in ("cpu_quota", "ram_quota_gb", "disk_quota", "disk_quota_gb")
        for attempt in _both({quota: 1})
    ],
    50: _both({"account_frozen": True}),
    51: _both({"may_create": False}),
    52: [_token(lambda token: token[:100])],
    53: [_expired],
    54: [_other_region],
    55: [_token(lambda token: "")],
    56: [
        _other_project(lambda caller: create(caller, V1, body())),
        _other_project(lambda caller: create(caller, V2, body(V2))),
        _other_project(lambda caller: caller.vpc("vpcs")),
    ],
    57: [lambda: signed_in().call("POST", f"/v1/{'f' * 32}/clusters", json=body())],
    58: _both({"throttled": True}),
    59: [lambda: signed_in().css("GET", f"clusters/{NOWHERE}")],
    60: [_busy],
    62: [_wrong_password],
    63: [lambda: signed_in().call("POST", "/v3/auth/tokens", data=b"{")],
}
"""By number of the bad input, the calls; each gets one of the documented answers."""
