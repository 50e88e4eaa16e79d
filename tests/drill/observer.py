"""Looks at rows and cloud over and over, and says second by second what happened."""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import requests
from django.db import InterfaceError, OperationalError, connection

from clusters.cloud.types import REQUEST_TAG
from clusters.domain.states import State
from clusters.models import ClusterRequest, Event, InventorySnapshot
from tests.drill.clock import Clock
from tests.drill.cloud import SimulatorControl
from tests.drill.facts import tag_of

NAP: Final = 0.4
_LOOK: Final = 0.1
"""How long a look takes where nobody else wants the processor."""

_OVERTAKEN: Final = 200
"""How many numbers of events may be given out while one of them waits for its commit."""

_UNSURE: Final = (State.SENDING, State.UNCLEAR)


class Watch:
    """
    What was seen so far. A database that is away just now is looked at later.

    `moved` holds, for each request, when it was first seen in which state, in order.
    `nap` is how long to sleep between two looks.
    """

    def __init__(self, clock: Clock, say: Callable[[str], None]) -> None:
        self.nap = NAP
        self.clouds: list[SimulatorControl] = []
        self.moved: defaultdict[UUID, list[tuple[str, float]]] = defaultdict(list)
        self.most_living: defaultdict[str, int] = defaultdict(int)
        self.problems: list[str] = []
        self.on_move: Callable[[ClusterRequest], None] = lambda _: None
        self._clock = clock
        self._say = say
        self._last_event = 0
        self._told: set[int] = set()
        self._creates: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
        self._noted: dict[UUID, tuple[object, ...]] = {}
        self._unsure: defaultdict[UUID, float] = defaultdict(float)
        self.is_database_away = False
        self._looked_at = time.monotonic()
        self._rests_since = self._looked_at
        self._lags: list[tuple[float, float]] = []

    def lag_since(self, moment: float) -> float:
        """
        Return for how long the machine has kept the drill itself waiting since then.

        The portal's processes wait for the same processors, so this is no delay of theirs.
        """
        return sum(min(lag, at - moment) for at, lag in self._lags if at > moment)

    def begin_again(self) -> None:
        """Take the history as it is now for known: the database was replaced."""
        self._told = set(Event.objects.values_list("pk", flat=True))
        self._last_event = max(self._told, default=0)

    def look(self) -> None:
        """Take in what happened since the last look."""
        self._mind_the_lag()
        for cloud in self.clouds:
            self._look_at_cloud(cloud)
        try:
            self._look_at_events()
            self._look_at_rows()
        except (OperationalError, InterfaceError):
            connection.close()
        self._rests_since = time.monotonic()

    def _mind_the_lag(self) -> None:
        """Only a nap can lag: a look may wait for a cloud or a database that is away."""
        now = time.monotonic()
        lag = now - self._rests_since - self.nap
        if lag > 0:
            self._lags.append((now, lag))

    def _look_at_cloud(self, cloud: SimulatorControl) -> None:
        try:
            journal = cloud.journal()
        except requests.RequestException:
            return  # the row has stopped it
        self._tell_creates(cloud, journal["creates"])
        for tag, counts in journal["tags"].items():
            key, _, value = tag.partition("=")
            if key == REQUEST_TAG:
                most = max(self.most_living[value], counts["clusters"])
                self.most_living[value] = most

    def _tell_creates(
        self, cloud: SimulatorControl, creates: list[dict[str, Any]]
    ) -> None:
        told = self._creates[cloud.url]
        for number, create in enumerate(creates):
            entry = (create["status"], create["done"], create["answered"])
            if number < len(told) and told[number] == entry:
                continue
            told[number:] = [entry]
            name = (create["body"] or {}).get("cluster", {}).get("name", "?")
            self._say(
                f"cloud: create of {name} ({tag_of(create)[:8]}): {_said(create)}"
            )

    def _look_at_events(self) -> None:
        # PostgreSQL gives the numbers before the commits, which come in any order.
        recent = Event.objects.filter(pk__gt=self._last_event - _OVERTAKEN)
        new = set(recent.values_list("pk", flat=True)) - self._told
        events = Event.objects.filter(pk__in=new).order_by("pk")
        for event in events.select_related("request"):
            self._told.add(event.pk)
            self._last_event = max(self._last_event, event.pk)
            if event.request is None:
                continue  # of a cloud project, or of a person
            name = event.request.name
            if not event.to_state:
                self._say(f"{name}: {event.kind} {_brief(event.data)}")
                continue
            arrow = f"{event.from_state or '·'} → {event.to_state}"
            self._say(f"{name}: {arrow} ({event.kind}) {_brief(event.data)}")
            self.moved[event.request.id].append((event.to_state, time.monotonic()))
            self.on_move(event.request)

    def _look_at_rows(self) -> None:
        now, before = time.monotonic(), self._looked_at
        self._looked_at = now
        looks_count = dict(
            InventorySnapshot.objects.filter(error="").values_list(
                "cloud_project_id", "is_complete"
            )
        )
        rows = ClusterRequest.objects.filter(state__in=_UNSURE).prefetch_related(
            "attempts"
        )
        for row in rows:
            note = (row.state, row.absent_scans, row.needs)
            if self._noted.get(row.id) != note and (row.absent_scans or row.needs):
                self._say(f"{row.name}: {row.absent_scans} looks in vain {row.needs}")
            self._noted[row.id] = note
            self._count_time(row, now - before, looks_count)

    def _count_time(
        self, row: ClusterRequest, passed: float, looks_count: dict[int, bool]
    ) -> None:
        """No row may be unsure for long and call nobody, while looks count."""
        if row.needs:
            self._unsure.pop(row.id, None)
            return
        if self.is_database_away:
            return
        if row.state == State.SENDING or looks_count.get(row.cloud_project_id):
            self._unsure[row.id] += min(passed, self.nap + _LOOK)
        most = self._clock.longest_unsure(len(row.attempts.all()))
        if self._unsure[row.id] > most:
            self.problems.append(
                f"{row.name} was unsure for {most:.0f} s, calling nobody"
            )
            self._unsure[row.id] = float("-inf")


def _said(create: dict[str, Any]) -> str:
    did = "done" if create["done"] else "not done"
    if create["answered"]:
        return f"{did}, answered {create['status']}"
    return f"{did}, not answered"


def _brief(data: dict[str, Any]) -> str:
    shown = ("code", "outcome", "cluster_id", "because", "why", "looks", "attempts")
    return " ".join(f"{key}={data[key]!s:.60}" for key in shown if data.get(key))
