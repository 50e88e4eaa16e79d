"""Makes the same calls by hand, by the client, and by the client as it is wired."""

import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import requests

from clusters import wiring
from clusters.cloud.huawei import css
from clusters.cloud.huawei.auth import MemoryTokenStore
from clusters.cloud.huawei.client import Credentials, Endpoints, HuaweiCloud
from clusters.models import CloudProject
from tests import factories
from tests.bench.connecting import count_connections
from tests.bench.table import head, print_line, row
from tests.services.stack import Stack

ROUNDS: Final = 21
SIZES: Final = {1: 40, 20: 40, 100: 16, 1_000: 2}
"""How many clusters are listed, and how many calls a round has then."""
BAR: Final = 1.2
PASSWORD: Final = "simulator-Passw0rd"

Sides = dict[str, Callable[[], object]]


def run(database: str) -> None:
    """Start a simulator in a process of its own, and measure only this one."""
    with TemporaryDirectory(prefix="portal-bench-") as folder:
        stack = Stack(
            folder=Path(folder),
            database_url=os.environ["DATABASE_URL"],
            broker_url="memory://",
        )
        stack.start_simulator()
        try:
            _run(stack, database)
        finally:
            stack.stop()


def _run(stack: Stack, database: str) -> None:
    ours, wired = _client(stack.simulator_url), _wired(stack.simulator_url)
    print_line(
        f"{ROUNDS} rounds, the sides in turn; the shared token is in {database}\n"
    )
    head(
        "call",
        "kB",
        "requests, µs",
        "client, µs",
        f"ratio, bar {BAR}",
        "without reading the clusters, µs",
        "ratio",
        "with the shared token, µs",
        "ratio",
    )
    made = 0
    for size, calls in SIZES.items():
        made += _grow(stack, size - made)
        page = {"start": 1, "limit": size}
        bare = _bare(stack.simulator_url, ours, page)
        _compare(
            f"list of {size:,}",
            len(bare().content),
            calls,
            {
                "bare": lambda bare=bare: bare().json(),
                "ours": partial(ours.list_page, **page),
                "unread": partial(_unread, ours, stack.simulator_url, page),
                "wired": partial(wired.list_page, **page),
            },
        )
    print_line()
    count_connections(ours, stack)


def _compare(title: str, size: int, calls: int, sides: Sides) -> None:
    """Take turns, so that whatever else the machine does meets all sides."""
    costs: dict[str, list[float]] = {name: [] for name in sides}
    for step in sides.values():
        step()
    for _ in range(ROUNDS):
        for name, step in sides.items():
            costs[name].append(_microseconds(step, calls))
    bare, *others = (statistics.median(each) for each in costs.values())
    cells = (cell for cost in others for cell in (f"{cost:,.0f}", f"{cost / bare:.2f}"))
    row(title, f"{size / 1e3:,.1f}", f"{bare:,.0f}", *cells)


def _microseconds(step: Callable[[], object], calls: int) -> float:
    """Return the processor time of this process, all threads, for one call."""
    began = time.process_time()
    for _ in range(calls):
        step()
    return (time.process_time() - began) / calls * 1e6


def _client(url: str) -> HuaweiCloud:
    """The client alone: its token is in memory."""
    return HuaweiCloud(
        http=wiring.new_http(),
        region="cn-north-4",
        endpoints=Endpoints(iam=url, css=url, vpc=url),
        credentials=Credentials(
            domain="demo-account",
            username="portal-bot",
            password=PASSWORD,
            project_name="cn-north-4",
        ),
        tokens=MemoryTokenStore(),
    )


def _wired(url: str) -> HuaweiCloud:
    """The client of a worker: its token is encrypted in the shared cache."""
    project: CloudProject = factories.cloud_project(
        iam_url=url, css_url=url, vpc_url=url
    )
    project.sealed_password = wiring.encrypted_for(project, PASSWORD)
    project.save()
    cloud = wiring.cloud(project)
    assert isinstance(cloud, HuaweiCloud)
    return cloud


def _bare(
    url: str, cloud: HuaweiCloud, page: dict[str, int]
) -> Callable[[], requests.Response]:
    token = cloud.sign_in()
    address = f"{url}/v1.0/{token.project_id}/clusters"
    headers = {"X-Auth-Token": token.value}
    return partial(requests.Session().get, address, params=page, headers=headers)


def _unread(cloud: HuaweiCloud, url: str, page: dict[str, int]) -> object:
    """The same call of the client, up to the JSON; no value is made of it."""
    return cloud._client.get(url, css.CLUSTERS_PATH, lambda answer: answer, page)


def _grow(stack: Stack, count: int) -> int:
    """Let somebody else have so many more clusters."""
    submission = {"add_foreign": {"name": f"theirs-{count}", "count": count}}
    url = f"{stack.simulator_url}/_simulator/world"
    requests.post(url, json=submission, timeout=30).raise_for_status()
    return count
