"""Helpers that create and read clusters and require success."""

from typing import Any

from tests.unit.simulator.caller import Caller, order


def made(caller: Caller, **changes: object) -> str:
    response = caller.create(order(**changes))
    assert response.status_code == 200, response.text
    cluster_id: str = response.json()["cluster"]["id"]
    return cluster_id


def detail(caller: Caller, cluster_id: str) -> dict[str, Any]:
    response = caller.css("GET", f"clusters/{cluster_id}")
    assert response.status_code == 200
    shown: dict[str, Any] = response.json()
    return shown


def listed(caller: Caller, **query: object) -> dict[str, Any]:
    response = caller.css("GET", "clusters", params=query)
    assert response.status_code == 200
    shown: dict[str, Any] = response.json()
    return shown
