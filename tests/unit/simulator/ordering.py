"""Orders a cluster and reads it back, insisting on success."""

from typing import Any

from tests.unit.simulator.caller import Caller, order


def made(caller: Caller, **changes: object) -> str:
    answer = caller.create(order(**changes))
    assert answer.status_code == 200, answer.text
    cluster_id: str = answer.json()["cluster"]["id"]
    return cluster_id


def detail(caller: Caller, cluster_id: str) -> dict[str, Any]:
    answer = caller.css("GET", f"clusters/{cluster_id}")
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json()
    return shown


def listed(caller: Caller, **query: object) -> dict[str, Any]:
    answer = caller.css("GET", "clusters", params=query)
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json()
    return shown
