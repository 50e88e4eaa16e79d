"""Rows 57 and 58: what a decision rests on changes between its reading and its writing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from django.db import connections

from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion
from clusters.operations.requests import decide
from tests.drill import actors
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.kills import ONCE
from tests.drill.pages import Browser
from tests.drill.testbed import Stage

_RACES: Final = 8
_PATIENCE: Final = 60
_CONFLICT: Final = 409


@row(57, f"handed over to the approver while they approve, {_RACES} races a seed")
def own_request(stage: Stage) -> Expected:
    stage.cloud.inject(quota=2 * _RACES)
    bob, olga = (Browser(stage.people[name]) for name in ("bob", "olga"))
    requests = [stage.ask(f"race-{number}") for number in range(_RACES)]
    for request in requests:
        _at_once(
            partial(bob.post, request, "approve", body_sha256=request.body_sha256),
            partial(olga.post, request, "hand-over", requester="bob"),
        )
        kinds = list(request.events.order_by("seq").values_list("kind", flat=True))
        own = "hand_over" in kinds and "approve" in kinds[kinds.index("hand_over") :]
        stage.must(not own, f"bob does not approve what is his own: {kinds}")
        request.refresh_from_db()
        if request.state == "pending":
            actors.approve(request, stage.people["charlie"])
    stage.trigger("all races are over")
    stage.worker("w1")
    stage.beat()
    for request in requests:
        stage.until_state(request, "active")
    return Expected(request=requests[-1], path=ONCE, end="active")


@row(58, "the bytes change while an approval stands still")
def voided_meanwhile(stage: Stage) -> Expected:
    request = stage.ask(backup=None)  # which both create calls can say
    bob = Browser(stage.people["bob"])
    answers: list[int] = []
    with _standing_still() as go_on:
        fields = {"body_sha256": request.body_sha256}
        slow = _start(lambda: answers.append(bob.post(request, "approve", **fields)))
        stage.until("bob's approval has read the request", go_on.has_read.is_set)
        actors.approve(request, stage.people["charlie"])
        CloudProject.objects.filter(pk=stage.project.pk).update(
            api_version=ApiVersion.V2
        )
        stage.worker("w1")
        stage.beat()
        stage.until_state(request, "pending")
        stage.trigger("the decision is void, and bob's approval goes on")
    slow.join()
    stage.must(answers == [_CONFLICT], f"bob is told: {answers}")
    fresh = ClusterRequest.objects.get(id=request.id)
    stage.must(fresh.state == "pending", f"it waits for a decision, not {fresh.state}")
    actors.approve(fresh, stage.people["charlie"])
    stage.until_state(request, "active")
    return Expected(
        request=request, path=f"approved sending pending {ONCE}", end="active"
    )


class _Gate:
    """Where one approval stops after all that it reads, before it writes."""

    def __init__(self) -> None:
        self.has_read = threading.Event()
        self.may_write = threading.Event()


@contextmanager
def _standing_still() -> Iterator[_Gate]:
    """Let the first approval of this process stand still until the block ends."""
    original, gate = decide.require_free_name, _Gate()

    def wait(cluster_request: ClusterRequest) -> None:
        original(cluster_request)
        if not gate.has_read.is_set():
            gate.has_read.set()
            gate.may_write.wait(timeout=_PATIENCE)

    decide.require_free_name = wait
    try:
        yield gate
    finally:
        gate.may_write.set()
        decide.require_free_name = original


def _at_once(*works: Callable[[], Any]) -> None:
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        start.wait()
        work()

    threads = [_start(partial(run, each)) for each in works]
    for thread in threads:
        thread.join()


def _start(work: Callable[[], Any]) -> threading.Thread:
    """Do this in a thread whose connections to the database end with it."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
