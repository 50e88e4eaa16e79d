"""
Workers and looks that stand still at every call to the cloud, until they are let go on.

All of it happens in one thread and one transaction: each of them is a greenlet, so that
any order can be tried, and the same order again. The clocks stand still, too.
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

    _ruler: ClassVar["Clock | None"] = None

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    @contextmanager
    def ruling_the_database(self) -> Iterator[None]:
        """Within this block SQLite reads this clock where it is asked for its own."""
        Clock._ruler = self
        try:
            yield
        finally:
            Clock._ruler = None

    @classmethod
    def strftime(cls, _form: str, _moment: str) -> str:
        """Return what SQLite's own function returns for Django's `Now()`."""
        now = cls._ruler() if cls._ruler else datetime.now(UTC)
        return now.astimezone(UTC).isoformat(" ", "milliseconds")[:23]


@receiver(connection_created)
def _lend_a_clock(connection: Any, **_: object) -> None:
    # At once: a statement that was compiled before would keep SQLite's own function.
    if connection.vendor == "sqlite":
        connection.connection.create_function("STRFTIME", 2, Clock.strftime)


class Player(greenlet):
    """
    One worker's turn or one look.

    `stands_at` says before which call it waits: list, gate (no body is out yet), body
    (the gate is open), answer (the cloud has done what it was going to do); "" once it
    has ended. A dead one stands for ever.
    """

    def __init__(self, name: str, run: Callable[[], Any]) -> None:
        super().__init__(self._play)
        # Where a loop of asyncio runs beside, as Playwright's does, Django keeps its
        # connections by context.
        self.gr_context = copy_context()
        self._work = run
        self.name = name
        self.stands_at = "start"
        self.claim = 0
        self.saw_it = False
        self.is_dead = False
        self.error: Exception | None = None

    def __repr__(self) -> str:
        return self.name

    @property
    def has_ended(self) -> bool:
        """Whether it ran to its end."""
        return self.stands_at == ""

    def go_on(self) -> None:
        """
        Run until it stands again.

        What it raised, of its own accord, is raised here.
        """
        self.parent = getcurrent()
        self.switch()
        if self.error:
            raise self.error

    def clear_away(self) -> None:
        """End it for good; what it does then is rolled back by the caller."""
        if not self.dead:
            self.parent = getcurrent()
            self.throw(GreenletExit)

    def _play(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - raised where it is watched
            self.error = error
        self.stands_at = ""


class Wings(SimulatorAdapter):
    """The wire to the cloud, on which every player comes to stand."""

    def __init__(
        self,
        world: World,
        *,
        shows_it: Callable[[], bool],
        on_leaving: Callable[[Player], None],
    ) -> None:
        super().__init__(world)
        self._shows_it = shows_it
        self._on_leaving = on_leaving

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        path = (request.url or "").split("?")[0]
        if not path.endswith("/clusters"):
            return super().send(request, *args, **kwargs)
        if request.method == "POST":
            return self._create(request, *args, **kwargs)
        self._stand("list")
        _me().saw_it = _me().saw_it or self._shows_it()
        return super().send(request, *args, **kwargs)

    def _create(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._stand("gate")
        request.body = b"".join(iter(lambda: request.body.read(16_384), b""))
        self._on_leaving(_me())
        self._stand("body")
        try:
            answer = super().send(request, *args, **kwargs)
        except RequestException:
            self._stand("answer")
            raise
        self._stand("answer")
        return answer

    def _stand(self, where: str) -> None:
        me = _me()
        me.stands_at = where
        me.parent.switch()


def _me() -> Player:
    me = getcurrent()
    assert isinstance(me, Player)
    return me
