"""Opens and follows the form of a small and a large cloud project in turn."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.test import Client

from clusters.domain.catalog import Catalog
from clusters.models import CatalogSnapshot
from tests import factories
from tests.bench.measuring import ROUNDS, cost_of
from tests.bench.table import head, print_line, row
from tests.unit.ask.made import RIGHT
from tests.unit.ask.sized import large_catalog, sized_catalog

FORM: Final = "/requests/new/"
BAR: Final = 1.3


def run(database: str, subnets: int) -> None:
    """Measure page and answers; a round asks both sides, so that both see the same load."""
    client = Client()
    client.force_login(factories.user("alice"))
    sides = {"small": sized_catalog(), "large": large_catalog(subnets=subnets)}
    for name, catalog in sides.items():
        CatalogSnapshot.objects.create(
            cloud_project=factories.cloud_project(name),
            data=catalog.to_json(),
            fetched_at=factories.NOON,
            tried_at=factories.NOON,
        )
    print_line(
        f"{database}; 10 flavors, 3 zones, 20 subnets, 10 groups, 5 VPCs against"
        f" 500, 20, {subnets:,}, 700, 300; {ROUNDS} rounds; bar {BAR}\n"
    )
    head("what", "queries", "kB, small", "kB, large", "ms, small", "ms, large", "ratio")
    for title, steps in _steps(client, sides):
        _compare(title, *steps)


def _steps(
    client: Client, sides: dict[str, Catalog]
) -> list[tuple[str, list[Callable[[], int]]]]:
    changes: dict[str, dict[str, str]] = {
        "answer, all chosen": {},
        "answer, no VPC yet": {"vpc_id": "", "subnet_id": ""},
        "answer to a search": {"find_subnet": "subnet-00011", "find_flavor": "4 vCPU"},
    }
    pages = [partial(_page, client, name) for name in sides]
    return [
        ("page", pages),
        *(
            (
                title,
                [
                    partial(_answer, client, {**_typed(name, catalog), **changed})
                    for name, catalog in sides.items()
                ],
            )
            for title, changed in changes.items()
        ),
    ]


def _typed(name: str, catalog: Catalog) -> dict[str, Any]:
    return {
        **RIGHT,
        "cloud_project": name,
        "flavor": "ess.spec-4u16g.1",
        "vpc_id": catalog.vpcs[0].id,
        "subnet_id": catalog.subnets[0].id,
        "security_group_id": catalog.security_groups[0].id,
    }


def _page(client: Client, name: str) -> int:
    answer = client.get(FORM, {"cloud_project": name})
    assert answer.status_code == 200
    return len(answer.content)


def _answer(client: Client, typed: dict[str, Any]) -> int:
    answer = client.post(FORM, typed, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return len(answer.content)


def _compare(title: str, small: Callable[[], int], large: Callable[[], int]) -> None:
    costs = [cost_of(step) for step in (small, large)]
    rounds = [[_milliseconds(step) for step in (small, large)] for _ in range(ROUNDS)]
    times = [statistics.median(side) for side in zip(*rounds, strict=True)]
    row(
        title,
        max(each.queries for each in costs),
        *(f"{each.bytes / 1000:.1f}" for each in costs),
        *(f"{each:.1f}" for each in times),
        f"{times[1] / times[0]:.2f}",
    )


def _milliseconds(step: Callable[[], int]) -> float:
    began = time.perf_counter()
    step()
    return (time.perf_counter() - began) * 1000
