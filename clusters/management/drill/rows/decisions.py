"""Rows 57 and 58: what a decision rests on changes between its reading and its writing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from django.db import connections

from clusters.management.drill import people
from clusters.management.drill.pages import Browser
from clusters.management.drill.row import Expected, row
from clusters.management.drill.rows.kills import ONCE
from clusters.management.drill.stage import Stage
from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion
from clusters.operations import decide

_RACES: Final = 8
_PATIENCE: Final = 60
_CONFLICT: Final = 409


@row(57, f"handed over to the approver while they approve, {_RACES} races a seed")
def own_request(stage: Stage) -> Expected:
    stage.cloud.arm(quota=2 * _RACES)
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
            people.approve(request, stage.people["charlie"])
    stage.strike("all races are over")
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
        people.approve(request, stage.people["charlie"])
        CloudProject.objects.filter(pk=stage.project.pk).update(
            api_version=ApiVersion.V2
        )
        stage.worker("w1")
        stage.beat()
        stage.until_state(request, "pending")
        stage.strike("the decision is void, and bob's approval goes on")
    slow.join()
    stage.must(answers == [_CONFLICT], f"bob is told: {answers}")
    fresh = ClusterRequest.objects.get(id=request.id)
    stage.must(fresh.state == "pending", f"it waits for a decision, not {fresh.state}")
    people.approve(fresh, stage.people["charlie"])
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
    original, gate = decide.refuse_held_name, _Gate()

    def wait(cluster_request: ClusterRequest) -> None:
        original(cluster_request)
        if not gate.has_read.is_set():
            gate.has_read.set()
            gate.may_write.wait(timeout=_PATIENCE)

    decide.refuse_held_name = wait
    try:
        yield gate
    finally:
        gate.may_write.set()
        decide.refuse_held_name = original


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
