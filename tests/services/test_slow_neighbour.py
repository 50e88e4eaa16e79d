"""A cloud project whose cloud hangs delays no other one, and no page."""

from collections.abc import Iterator

import pytest

from tests.services.neighbours import (
    PASSWORD,
    SLOW_FORM,
    ask,
    connect_slow,
    reads,
    states,
)
from tests.services.stack import NETWORK, Person, Stack, wait_for
from tests.services.stalling_proxy import StallingProxy

pytestmark = [pytest.mark.services, pytest.mark.nightly]

THREADS, MAX_CALLS = 8, 2
FOR_EVER = "600"
"""Seconds that a call may hang: longer than a test, which compares no times."""


@pytest.fixture
def environment() -> dict[str, str]:
    return {
        "WORKER_THREADS": str(THREADS),
        "MAX_CALLS": str(MAX_CALLS),
        "READ_TIMEOUT": FOR_EVER,
        "CLOUD_PASSWORD": PASSWORD,
    }


@pytest.fixture
def proxy(stack: Stack) -> Iterator[StallingProxy]:
    """What the CSS of `slow` is reached by; broken at the end, so that workers stop."""
    made = connect_slow(stack)
    yield made
    made.close()


@pytest.fixture
def people(stack: Stack) -> dict[str, Person]:
    return {name: stack.person(name) for name in ("alice", "bob", "olga")}


def is_refreshing(person: Person, proxy: StallingProxy) -> bool:
    """Press the button until the catalog of `slow` is read; refreshes have a minimum interval."""
    person.post("/requests/new/refresh/", cloud_project="slow")
    return bool(reads(proxy)["es-flavors"])


@pytest.fixture
def hanging(stack: Stack, proxy: StallingProxy, people: dict[str, Person]) -> list[str]:
    """Approved requests of `slow` that hold all the threads which they can get."""
    alice, bob = people["alice"], people["bob"]
    paths = ask(alice, "slow", THREADS)
    proxy.hang()
    for path in paths:
        bob.approve(path)
    wait_for(lambda: states(alice, paths)["sending"] == MAX_CALLS)
    wait_for(lambda: is_refreshing(alice, proxy))
    for _ in range(2 * THREADS):
        alice.post("/requests/new/refresh/", cloud_project="slow")
    # A cloud project in quarantine is scanned at every tick.
    stack.manage("quarantine")
    wait_for(lambda: reads(proxy)["clusters"] > MAX_CALLS)
    return paths


class TestASlowCloudProject:
    @pytest.mark.parametrize("stack", ["files-sqlite", "redis-postgres"], indirect=True)
    def test_delays_no_other_one_and_no_page(
        self,
        stack: Stack,
        proxy: StallingProxy,
        people: dict[str, Person],
        hanging: list[str],
    ) -> None:
        alice, bob, olga = people["alice"], people["bob"], people["olga"]
        served = len(proxy.served)
        paths = ask(alice, "demo", THREADS)
        for path in paths:
            bob.approve(path)
        for path in paths:
            alice.waits_for(path, "active")
        assert NETWORK["subnet_id"] in alice.get(SLOW_FORM)
        assert 'data-cloud-project="slow"' in olga.get("/operate/")
        for verb, paused in (("pause", "person"), ("resume", "")):
            olga.post(f"/operate/slow/{verb}/")
            mark = f'data-cloud-project="slow" data-paused="{paused}"'
            assert mark in " ".join(olga.get("/operate/").split())
        # All that while the first call was in flight, and nothing of `slow` went on.
        assert len(proxy.served) == served
        assert "cloud.unanswered" not in stack.log("worker")
        assert states(alice, hanging) == {
            "sending": MAX_CALLS,
            "approved": len(hanging) - MAX_CALLS,
        }
        assert reads(proxy) == {"clusters": MAX_CALLS + 1, "es-flavors": 1}

    @pytest.mark.parametrize("stack", ["redis-postgres"], indirect=True)
    def test_keeps_to_its_cap_over_all_workers(
        self,
        stack: Stack,
        proxy: StallingProxy,
        people: dict[str, Person],
        hanging: list[str],
    ) -> None:
        alice, bob = people["alice"], people["bob"]
        stack.start_worker("second")
        wait_for(lambda: "task_succeeded" in stack.log("second"))
        paths = ask(alice, "demo", THREADS)
        for path in paths:
            bob.approve(path)
        for path in paths:
            alice.waits_for(path, "active")
        assert states(alice, hanging)["sending"] == MAX_CALLS
        assert reads(proxy)["clusters"] == MAX_CALLS + 1
