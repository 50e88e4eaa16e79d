"""Cases 43 to 45 and 49: people who act at the same moment, and a build that fails."""

import threading
import time
from typing import Final
from uuid import UUID

from django.db import connections
from django.utils import timezone

from clusters.models import ClusterRequest
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.projects.pause import pause_cloud_project, resume_cloud_project
from clusters.operations.requests.cancel import cancel_request
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.kills import ONCE
from tests.drill.pages import PageClient
from tests.drill.testbed import DrillTestbed

_RACES: Final = 25
_CONFLICT: Final = 409
_FOUND: Final = 302


@fault_case(43, f"cancel against claim, {_RACES} races a seed")
def cancel_against_claim(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(quota=2 * _RACES)
    worker = testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_until_ready(worker)
    races = [_race(testbed, number) for number in range(_RACES)]
    for race in races:
        testbed.wait_for_state(race, "active", "cancelled")
    posts = {str(each.id): 0 for each in races}
    for create in testbed.cloud.creates():
        posts[create["body"]["cluster"]["tags"][0]["value"]] += 1
    for race in races:
        race.refresh_from_db()
        wanted = 0 if race.state == "cancelled" else 1
        testbed.check(posts[str(race.id)] == wanted, f"{race.state} with P = {wanted}")
    last = races[-1]
    made = 0 if last.state == "cancelled" else 1
    return Expected(
        request=last,
        path=f"approved cancelled|{ONCE}",
        end=last.state,
        posts=(made, made),
        clusters=(made, made),
    )


def _race(testbed: DrillTestbed, number: int) -> ClusterRequest:
    request = testbed.approved_request(f"race-{number}")
    time.sleep(testbed.random.uniform(0, 0.15))
    try:
        cancel_request(request, by=testbed.people["alice"], now=timezone.now())
    except MoveNotAllowed:
        testbed.log(f"{request.name}: the claim was faster")
    testbed.observer.observe()
    return request


@fault_case(44, "cancelled after it was settled absent; it appears late")
def found_after_cancel(testbed: DrillTestbed) -> Expected:
    olga = testbed.people["olga"]
    testbed.cloud.inject(list_lag_seconds=3600, create=["close_after"])
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_create()
    pause_cloud_project(testbed.project, by=olga, reason="A drill.", now=timezone.now())
    testbed.wait_for_state(request, "approved")
    cancel_request(
        ClusterRequest.objects.get(id=request.id),
        by=testbed.people["alice"],
        now=timezone.now(),
    )
    resume_cloud_project(testbed.fresh_project(), by=olga, now=timezone.now())
    testbed.cloud.inject(list_lag_seconds=None)
    testbed.mark_fault("the list shows it, and something else is built")
    testbed.approved_request("other")
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path="approved sending unclear approved cancelled creating active",
        end="active",
        within=testbed.clock.scan + testbed.clock.reconcile,
    )


@fault_case(45, "two approvers in two browsers at once")
def two_approvers(testbed: DrillTestbed) -> Expected:
    request = testbed.submit()
    browsers = [PageClient(testbed.people[name]) for name in ("bob", "charlie")]
    answers: list[int] = []
    start = threading.Barrier(len(browsers))

    def approve(browser: PageClient) -> None:
        start.wait()
        fields = {"body_sha256": request.body_sha256}
        answers.append(browser.post(request, "approve", **fields))
        connections.close_all()

    threads = [threading.Thread(target=approve, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    testbed.mark_fault(f"both have pressed the button: {answers}")
    testbed.check(sorted(answers) == [_FOUND, _CONFLICT], f"one decision: {answers}")
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_state(request, "active")
    return Expected(request=request, path=ONCE, end="active")


@fault_case(49, "the build ends in 303", variants=("retry", "ask again"))
def broken_build(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(create=["fails_303"])
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_state(request, "failed")
    if testbed.variant == "retry":
        status = testbed.alice.post(request, "retry")
        testbed.check(status == _CONFLICT, f"retry is answered 409, not {status}")
        testbed.wait(testbed.clock.scan)
        clusters = (1, 1)
    else:
        status = testbed.alice.post(request, "delete-cluster", name=request.name)
        testbed.check(status == _FOUND, f"the deletion is taken, not {status}")
        testbed.wait_until("it is gone", lambda: _is_marked_gone(request.id))
        again = testbed.approved_request()
        testbed.wait_for_state(again, "active")
        testbed.check(
            _posts_of(testbed, again) == 1, "the second one was asked for once"
        )
        clusters = (0, 0)
    return Expected(
        request=request,
        path="approved sending creating failed",
        end="failed",
        clusters=clusters,
    )


def _is_marked_gone(request_id: UUID) -> bool:
    rows = ClusterRequest.objects.filter(id=request_id)
    return rows.filter(cluster__gone_at__isnull=False).exists()


def _posts_of(testbed: DrillTestbed, request: ClusterRequest) -> int:
    tags = [
        each["body"]["cluster"]["tags"][0]["value"] for each in testbed.cloud.creates()
    ]
    return tags.count(str(request.id))
