"""Rows 43 to 45 and 49: people who act at the wrong moment, and clusters that break."""

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
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.kills import ONCE
from tests.drill.pages import Browser
from tests.drill.testbed import Stage

_RACES: Final = 25
_CONFLICT: Final = 409
_FOUND: Final = 302


@row(43, f"cancel against claim, {_RACES} races a seed")
def cancel_against_claim(stage: Stage) -> Expected:
    stage.cloud.inject(quota=2 * _RACES)
    worker = stage.worker("w1")
    stage.beat()
    stage.until_ready(worker)
    races = [_race(stage, number) for number in range(_RACES)]
    for race in races:
        stage.until_state(race, "active", "cancelled")
    posts = {str(each.id): 0 for each in races}
    for create in stage.cloud.creates():
        posts[create["body"]["cluster"]["tags"][0]["value"]] += 1
    for race in races:
        race.refresh_from_db()
        wanted = 0 if race.state == "cancelled" else 1
        stage.must(posts[str(race.id)] == wanted, f"{race.state} with P = {wanted}")
    last = races[-1]
    made = 0 if last.state == "cancelled" else 1
    return Expected(
        request=last,
        path=f"approved cancelled|{ONCE}",
        end=last.state,
        posts=(made, made),
        clusters=(made, made),
    )


def _race(stage: Stage, number: int) -> ClusterRequest:
    request = stage.approved(f"race-{number}")
    time.sleep(stage.random.uniform(0, 0.15))
    try:
        cancel_request(request, by=stage.people["alice"], now=timezone.now())
    except MoveNotAllowed:
        stage.say(f"{request.name}: the claim was faster")
    stage.watch.look()
    return request


@row(44, "cancelled after it was settled absent; it appears late")
def found_after_cancel(stage: Stage) -> Expected:
    olga = stage.people["olga"]
    stage.cloud.inject(list_lag_seconds=3600, create=["close_after"])
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    stage.until_created()
    pause_cloud_project(stage.project, by=olga, reason="A drill.", now=timezone.now())
    stage.until_state(request, "approved")
    cancel_request(
        ClusterRequest.objects.get(id=request.id),
        by=stage.people["alice"],
        now=timezone.now(),
    )
    resume_cloud_project(stage.fresh_project(), by=olga, now=timezone.now())
    stage.cloud.inject(list_lag_seconds=None)
    stage.trigger("the list shows it, and something else is built")
    stage.approved("other")
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path="approved sending unclear approved cancelled creating active",
        end="active",
        within=stage.clock.look + stage.clock.reconcile,
    )


@row(45, "two approvers in two browsers at once")
def two_approvers(stage: Stage) -> Expected:
    request = stage.ask()
    browsers = [Browser(stage.people[name]) for name in ("bob", "charlie")]
    answers: list[int] = []
    start = threading.Barrier(len(browsers))

    def approve(browser: Browser) -> None:
        start.wait()
        fields = {"body_sha256": request.body_sha256}
        answers.append(browser.post(request, "approve", **fields))
        connections.close_all()

    threads = [threading.Thread(target=approve, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stage.trigger(f"both have pressed the button: {answers}")
    stage.must(sorted(answers) == [_FOUND, _CONFLICT], f"one decision: {answers}")
    stage.worker("w1")
    stage.beat()
    stage.until_state(request, "active")
    return Expected(request=request, path=ONCE, end="active")


@row(49, "the build ends in 303", variants=("retry", "ask again"))
def broken_build(stage: Stage) -> Expected:
    stage.cloud.inject(create=["fails_303"])
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    stage.until_state(request, "failed")
    if stage.variant == "retry":
        status = stage.alice.post(request, "retry")
        stage.must(status == _CONFLICT, f"retry is answered 409, not {status}")
        stage.rest(stage.clock.look)
        clusters = (1, 1)
    else:
        status = stage.alice.post(request, "delete-cluster", name=request.name)
        stage.must(status == _FOUND, f"the deletion is taken, not {status}")
        stage.until("it is gone", lambda: _is_marked_gone(request.id))
        again = stage.approved()
        stage.until_state(again, "active")
        stage.must(_posts_of(stage, again) == 1, "the second one was asked for once")
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


def _posts_of(stage: Stage, request: ClusterRequest) -> int:
    tags = [
        each["body"]["cluster"]["tags"][0]["value"] for each in stage.cloud.creates()
    ]
    return tags.count(str(request.id))
