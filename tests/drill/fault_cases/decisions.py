"""Cases 57 and 58: a request changes while somebody decides about it."""

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
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.kills import ONCE
from tests.drill.pages import PageClient
from tests.drill.testbed import DrillTestbed

_RACES: Final = 8
_WAIT_SECONDS: Final = 60
_CONFLICT: Final = 409


@fault_case(
    57, f"handed over to the approver while they approve, {_RACES} races a seed"
)
def own_request(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(quota=2 * _RACES)
    bob, olga = (PageClient(testbed.people[name]) for name in ("bob", "olga"))
    requests = [testbed.submit(f"race-{number}") for number in range(_RACES)]
    for request in requests:
        _at_once(
            partial(bob.post, request, "approve", body_sha256=request.body_sha256),
            partial(olga.post, request, "hand-over", requester="bob"),
        )
        kinds = list(request.events.order_by("seq").values_list("kind", flat=True))
        own = "hand_over" in kinds and "approve" in kinds[kinds.index("hand_over") :]
        testbed.check(not own, f"bob does not approve what is his own: {kinds}")
        request.refresh_from_db()
        if request.state == "pending":
            actors.approve(request, testbed.people["charlie"])
    testbed.mark_fault("all races are over")
    testbed.start_worker("w1")
    testbed.start_beat()
    for request in requests:
        testbed.wait_for_state(request, "active")
    return Expected(request=requests[-1], path=ONCE, end="active")


@fault_case(58, "the bytes change while an approval stands still")
def voided_meanwhile(testbed: DrillTestbed) -> Expected:
    request = testbed.submit(backup=None)  # a body that both create calls accept
    bob = PageClient(testbed.people["bob"])
    answers: list[int] = []
    with _paused_approval() as pause:
        fields = {"body_sha256": request.body_sha256}
        slow = _start(lambda: answers.append(bob.post(request, "approve", **fields)))
        testbed.wait_until("bob's approval has read the request", pause.has_read.is_set)
        actors.approve(request, testbed.people["charlie"])
        CloudProject.objects.filter(pk=testbed.project.pk).update(
            api_version=ApiVersion.V2
        )
        testbed.start_worker("w1")
        testbed.start_beat()
        testbed.wait_for_state(request, "pending")
        testbed.mark_fault("the decision is void, and bob's approval goes on")
    slow.join()
    testbed.check(answers == [_CONFLICT], f"bob is told: {answers}")
    fresh = ClusterRequest.objects.get(id=request.id)
    testbed.check(
        fresh.state == "pending", f"it waits for a decision, not {fresh.state}"
    )
    actors.approve(fresh, testbed.people["charlie"])
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request, path=f"approved sending pending {ONCE}", end="active"
    )


class _Pause:
    """Pauses an approval between its last read and its first write."""

    def __init__(self) -> None:
        self.has_read = threading.Event()
        self.may_write = threading.Event()


@contextmanager
def _paused_approval() -> Iterator[_Pause]:
    """Pause the first approval of this process until the block ends."""
    original, pause = decide.require_free_name, _Pause()

    def wait(cluster_request: ClusterRequest) -> None:
        original(cluster_request)
        if not pause.has_read.is_set():
            pause.has_read.set()
            pause.may_write.wait(timeout=_WAIT_SECONDS)

    decide.require_free_name = wait
    try:
        yield pause
    finally:
        pause.may_write.set()
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
    """Run this in a thread, and close the connections of that thread afterwards."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
