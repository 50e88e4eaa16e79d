"""Observes database and clouds, logs each change, and checks how long outcomes stay open."""

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

OBSERVE_INTERVAL: Final = 0.4
_OBSERVE_SECONDS: Final = 0.1
"""How long one observation takes on an idle machine."""

_MAX_ID_GAP: Final = 200
"""How many event ids may be given out while the transaction of one of them is open."""

_UNSURE: Final = (State.SENDING, State.UNCLEAR)


class Observer:
    """
    What was observed so far. While the database cannot be reached, it is left out.

    `transitions` holds, for each request, the states and the monotonic times at which
    each was first seen. `max_live` holds the most live clusters at once for each request
    id. `interval` is the pause between two observations, in seconds; whoever calls
    `observe` sleeps for so long. `on_transition` is called with the request after each.
    """

    def __init__(self, clock: Clock, log: Callable[[str], None]) -> None:
        self.interval = OBSERVE_INTERVAL
        self.clouds: list[SimulatorControl] = []
        self.transitions: defaultdict[UUID, list[tuple[str, float]]] = defaultdict(list)
        self.max_live: defaultdict[str, int] = defaultdict(int)
        self.problems: list[str] = []
        self.on_transition: Callable[[ClusterRequest], None] = lambda _: None
        self.is_database_down = False
        self._clock = clock
        self._log = log
        self._last_event = 0
        self._logged_events: set[int] = set()
        self._creates: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
        self._logged_rows: dict[UUID, tuple[object, ...]] = {}
        self._unsure_seconds: defaultdict[UUID, float] = defaultdict(float)
        self._observed_at = time.monotonic()
        self._idle_since = self._observed_at
        self._lags: list[tuple[float, float]] = []

    def lag_since(self, moment: float) -> float:
        """
        Return for how many seconds since `moment` the machine delayed the drill itself.

        The portal's processes wait for the same processors, so this is no fault of theirs.
        """
        return sum(min(lag, at - moment) for at, lag in self._lags if at > moment)

    def mark_history_as_seen(self) -> None:
        """Log none of the events that are there now: the database was replaced."""
        self._logged_events = set(Event.objects.values_list("pk", flat=True))
        self._last_event = max(self._logged_events, default=0)

    def observe(self) -> None:
        """Read and log what happened since the last call."""
        self._measure_lag()
        for cloud in self.clouds:
            self._observe_cloud(cloud)
        try:
            self._observe_events()
            self._observe_requests()
        except (OperationalError, InterfaceError):
            connection.close()
        self._idle_since = time.monotonic()

    def _measure_lag(self) -> None:
        """Count only sleeps that took too long: a read may wait for a stopped server."""
        now = time.monotonic()
        lag = now - self._idle_since - self.interval
        if lag > 0:
            self._lags.append((now, lag))

    def _observe_cloud(self, cloud: SimulatorControl) -> None:
        try:
            journal = cloud.journal()
        except requests.RequestException:
            return  # the case has stopped it
        self._log_creates(cloud, journal["creates"])
        for tag, count in journal["tags"].items():
            key, _, value = tag.partition("=")
            if key == REQUEST_TAG:
                most = max(self.max_live[value], count["clusters"])
                self.max_live[value] = most

    def _log_creates(
        self, cloud: SimulatorControl, creates: list[dict[str, Any]]
    ) -> None:
        logged = self._creates[cloud.url]
        for number, create in enumerate(creates):
            entry = (create["status"], create["done"], create["answered"])
            if number < len(logged) and logged[number] == entry:
                continue
            logged[number:] = [entry]
            name = (create["body"] or {}).get("cluster", {}).get("name", "?")
            self._log(
                f"cloud: create of {name} ({tag_of(create)[:8]}): {_outcome(create)}"
            )

    def _observe_events(self) -> None:
        # PostgreSQL assigns ids before the commits, which happen in any order.
        recent = Event.objects.filter(pk__gt=self._last_event - _MAX_ID_GAP)
        new = set(recent.values_list("pk", flat=True)) - self._logged_events
        events = Event.objects.filter(pk__in=new).order_by("pk")
        for event in events.select_related("request"):
            self._logged_events.add(event.pk)
            self._last_event = max(self._last_event, event.pk)
            if event.request is not None:
                self._log_event(event.request, event)

    def _log_event(self, request: ClusterRequest, event: Event) -> None:
        if not event.to_state:
            self._log(f"{request.name}: {event.kind} {_brief(event.data)}")
            return
        arrow = f"{event.from_state or '·'} → {event.to_state}"
        self._log(f"{request.name}: {arrow} ({event.kind}) {_brief(event.data)}")
        self.transitions[request.id].append((event.to_state, time.monotonic()))
        self.on_transition(request)

    def _observe_requests(self) -> None:
        now, before = time.monotonic(), self._observed_at
        self._observed_at = now
        is_complete = dict(
            InventorySnapshot.objects.filter(error="").values_list(
                "cloud_project_id", "is_complete"
            )
        )
        unsure = ClusterRequest.objects.filter(state__in=_UNSURE)
        for row in unsure.prefetch_related("attempts"):
            self._log_absence(row)
            self._count_time(row, now - before, is_complete)

    def _log_absence(self, row: ClusterRequest) -> None:
        entry = (row.state, row.absent_scans, row.needs)
        if self._logged_rows.get(row.id) != entry and (row.absent_scans or row.needs):
            self._log(f"{row.name}: absent in {row.absent_scans} scans {row.needs}")
        self._logged_rows[row.id] = entry

    def _count_time(
        self, row: ClusterRequest, passed: float, is_complete: dict[int, bool]
    ) -> None:
        """
        Note a problem if a request is unsure for too long and no operator is called.

        Time counts while scans are complete and the database can be reached.
        """
        if row.needs:
            self._unsure_seconds.pop(row.id, None)
            return
        if self.is_database_down:
            return
        if row.state == State.SENDING or is_complete.get(row.cloud_project_id):
            self._unsure_seconds[row.id] += min(
                passed, self.interval + _OBSERVE_SECONDS
            )
        most = self._clock.max_unsure(len(row.attempts.all()))
        if self._unsure_seconds[row.id] > most:
            self.problems.append(
                f"{row.name} was unsure for {most:.0f} s, and no operator was called"
            )
            self._unsure_seconds[row.id] = float("-inf")


def _outcome(create: dict[str, Any]) -> str:
    executed = "executed" if create["done"] else "not executed"
    if create["answered"]:
        return f"{executed}, answered {create['status']}"
    return f"{executed}, not answered"


def _brief(data: dict[str, Any]) -> str:
    shown = ("code", "outcome", "cluster_id", "because", "why", "looks", "attempts")
    return " ".join(f"{key}={data[key]!s:.60}" for key in shown if data.get(key))
