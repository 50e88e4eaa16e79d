"""A worker that is asked to stop: it saves the answer of what it sent, and sends no more."""

import signal
import uuid
from collections.abc import Iterator

import pytest

from tests.services.stack import Stack, wait_for

pytestmark = [pytest.mark.services, pytest.mark.nightly]

CALL_SECONDS = 7.0
"""What the stack of these tests gives one call."""


@pytest.fixture
def slow(shared_stack: Stack) -> Iterator[Stack]:
    """A stack whose cloud takes two seconds for every answer."""
    if "worker" not in shared_stack.processes:
        shared_stack.start_worker("worker")
    name = f"first-{uuid.uuid4().hex[:8]}"
    path = shared_stack.person("alice").ask(name)
    shared_stack.person("bob").approve(path)
    # The token is there, and a look.
    shared_stack.person("alice").waits_for(path, "active")
    shared_stack.inject(slow_seconds=2)
    yield shared_stack
    shared_stack.inject(slow_seconds=None)


def stop(stack: Stack) -> None:
    """Ask the worker to stop, as supervisors do; the crash drill measures how long."""
    worker = stack.processes.pop("worker")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(5 * CALL_SECONDS) == 0, stack.log("worker")[-2000:]


def age_looks(stack: Stack) -> None:
    """Make every scan too old to be shared."""
    long_ago = "InventorySnapshot.objects.update(began_at='2020-01-01T00:00:00Z')"
    stack.manage(
        "shell", "-c", f"from clusters.models import InventorySnapshot; {long_ago}"
    )


@pytest.mark.parametrize(
    "shared_stack",
    ["files-sqlite", "redis-postgres"],
    indirect=True,
)
class TestSigterm:
    def test_in_the_middle_of_a_create_lets_it_end_and_saves_its_answer(
        self, slow: Stack
    ):
        alice, bob = slow.person("alice"), slow.person("bob")
        path = alice.ask("in-the-middle")
        bob.approve(path)
        wait_for(lambda: slow.creates("in-the-middle"))
        assert alice.state(path) == "sending"
        stop(slow)
        assert alice.state(path) in ("creating", "active")
        assert len(slow.creates("in-the-middle")) == 1

    def test_before_the_gate_sends_nothing_and_gives_the_row_back(self, slow: Stack):
        alice, bob = slow.person("alice"), slow.person("bob")
        age_looks(slow)
        path = alice.ask("before-the-gate")
        bob.approve(path)
        wait_for(lambda: alice.state(path) == "sending")
        stop(slow)
        assert alice.state(path) == "approved"
        assert slow.creates("before-the-gate") == []
