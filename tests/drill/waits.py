"""Waiting: the test bed waits for what its observer sees, and for its processes."""

import time
from collections.abc import Callable
from typing import Any, Final

from clusters.models import ClusterRequest
from tests.drill.clock import Clock
from tests.drill.cloud import SimulatorControl
from tests.drill.observer import Observer
from tests.drill.process import Process

_FAILPOINT_SECONDS: Final = 30


class WaitTimeout(Exception):
    """What the case waited for did not happen in time."""


class FailpointNotReached(WaitTimeout):
    """A worker never reached its failpoint, so the case has tested nothing."""


class Waits:
    """Each method observes, and logs what happens, for as long as it waits."""

    cloud: SimulatorControl

    def __init__(self, clock: Clock, observer: Observer) -> None:
        self.clock = clock
        self.observer = observer

    def wait(self, seconds: float) -> None:
        """Wait, and log what happens meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.observer.observe()
            time.sleep(self.observer.interval)

    def wait_until(
        self, what: str, is_so: Callable[[], Any], *, seconds: float | None = None
    ) -> Any:
        """
        Wait until `is_so` returns something true, and return that; log what happens.

        :raises WaitTimeout: after `seconds`, or after longer than any outcome may take
        """
        timeout = self.clock.max_unsure(3) + 30 if seconds is None else seconds
        began = time.monotonic()
        while time.monotonic() - began - self.observer.lag_since(began) < timeout:
            self.observer.observe()
            if found := is_so():
                return found
            time.sleep(self.observer.interval)
        raise WaitTimeout(f"waited {timeout:.0f} s in vain: {what}")

    def wait_for_state(self, request: ClusterRequest, *states: str) -> None:
        """
        Wait until the request is in one of these states, or was since this call.

        :raises WaitTimeout: if it never is
        """
        self.observer.observe()
        moves = self.observer.transitions[request.id]
        first = max(len(moves) - 1, 0)
        try:
            self.wait_until(
                f"{request.name} is {' or '.join(states)}",
                lambda: any(state in states for state, _ in moves[first:]),
            )
        except WaitTimeout as timeout:
            path = " ".join(state for state, _ in moves)
            request.refresh_from_db()
            message = f"{timeout}; seen: {path}; now: {request.state}"
            raise WaitTimeout(message) from timeout

    def wait_for_failpoint(self, process: Process, times: int = 1) -> None:
        """
        Wait until the worker has reached its failpoint so many times.

        :raises FailpointNotReached: if it does not within 30 s
        """
        try:
            self.wait_until(
                f"{process.name} reaches its failpoint",
                lambda: len(process.reached) >= times,
                seconds=_FAILPOINT_SECONDS,
            )
        except WaitTimeout as timeout:
            message = f"{process.name} never reached its failpoint"
            raise FailpointNotReached(message) from timeout

    def wait_for_create(
        self, number: int = 1, *, cloud: SimulatorControl | None = None
    ) -> Any:
        """Wait for so many complete create bodies; return the last of them."""
        target = cloud or self.cloud
        self.wait_until(
            f"create {number} arrives", lambda: len(target.creates()) >= number
        )
        return target.creates()[number - 1]

    def wait_until_ready(self, *workers: Process) -> None:
        """Wait until these workers take messages."""
        names = " and ".join(each.name for each in workers)
        self.wait_until(
            f"{names} is ready", lambda: all(each.is_ready for each in workers)
        )
