"""
Interleaving of workers and scans: each pauses at every call to the cloud.

All of them run in one thread and one transaction, each as a greenlet, so that every order
can be tried, and repeated. The clock moves only when a test moves it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db.backends.signals import connection_created
from django.dispatch import receiver
from greenlet import GreenletExit, getcurrent, greenlet
from requests import PreparedRequest, RequestException, Response

from clusters.simulator.adapter import SimulatorAdapter
from clusters.simulator.world import World


class Clock:
    """The time of the cloud, the portal and SQLite."""

    _current: ClassVar["Clock | None"] = None

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self.now += timedelta(seconds=seconds)

    @contextmanager
    def used_by_the_database(self) -> Iterator[None]:
        """Within this block SQLite reads this clock where it is asked for its own."""
        Clock._current = self
        try:
            yield
        finally:
            Clock._current = None

    @classmethod
    def strftime(cls, _form: str, _moment: str) -> str:
        """Return what SQLite's own function returns for Django's `Now()`."""
        now = cls._current() if cls._current else datetime.now(UTC)
        return now.astimezone(UTC).isoformat(" ", "milliseconds")[:23]


@receiver(connection_created)
def _install_clock(connection: Any, **_: object) -> None:
    # When the connection opens: a statement compiled earlier would keep SQLite's function.
    if connection.vendor == "sqlite":
        connection.connection.create_function("STRFTIME", 2, Clock.strftime)


class Worker(greenlet):
    """
    One pass of a worker (`provision_next`) or one scan, as a greenlet.

    `paused_at` names the step before which it waits: `list`, `gate` (no byte of the body
    has been sent), `body` (the gate is open), `answer` (the cloud has executed the call);
    "" once it has ended. One that is dead is never resumed.
    """

    def __init__(self, name: str, run: Callable[[], Any]) -> None:
        super().__init__(self._run)
        # Where a loop of asyncio runs beside, as Playwright's does, Django keeps its
        # connections by context.
        self.gr_context = copy_context()
        self._work = run
        self.name = name
        self.paused_at = "start"
        self.claim = 0
        self.saw_cluster = False
        self.is_dead = False
        self.error: Exception | None = None

    def __repr__(self) -> str:
        return self.name

    @property
    def has_ended(self) -> bool:
        """Whether it ran to its end."""
        return self.paused_at == ""

    def resume(self) -> None:
        """
        Run until the next pause or the end.

        :raises Exception: whatever the worker's own code raised
        """
        self.parent = getcurrent()
        self.switch()
        if self.error:
            raise self.error

    def terminate(self) -> None:
        """End it; the caller rolls back what it does while it ends."""
        if not self.dead:
            self.parent = getcurrent()
            self.throw(GreenletExit)

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - raised again by resume()
            self.error = error
        self.paused_at = ""


class PausingAdapter(SimulatorAdapter):
    """The wire to the simulator; pauses the running worker at every cluster call."""

    def __init__(
        self,
        world: World,
        *,
        list_shows_cluster: Callable[[], bool],
        on_send: Callable[[Worker], None],
    ) -> None:
        super().__init__(world)
        self._list_shows_cluster = list_shows_cluster
        self._on_send = on_send

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        path = (request.url or "").split("?")[0]
        if not path.endswith("/clusters"):
            return super().send(request, *args, **kwargs)
        if request.method == "POST":
            return self._create(request, *args, **kwargs)
        self._pause("list")
        _current_worker().saw_cluster = (
            _current_worker().saw_cluster or self._list_shows_cluster()
        )
        return super().send(request, *args, **kwargs)

    def _create(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._pause("gate")
        request.body = b"".join(iter(lambda: request.body.read(16_384), b""))
        self._on_send(_current_worker())
        self._pause("body")
        try:
            answer = super().send(request, *args, **kwargs)
        except RequestException:
            self._pause("answer")
            raise
        self._pause("answer")
        return answer

    def _pause(self, where: str) -> None:
        worker = _current_worker()
        worker.paused_at = where
        worker.parent.switch()


def _current_worker() -> Worker:
    worker = getcurrent()
    assert isinstance(worker, Worker)
    return worker
