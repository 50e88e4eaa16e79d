"""Rows 32 to 42: what the list of clusters shows of others, falsely, or not any more."""

import time
from typing import Final

from clusters.domain.error_codes import PortalCode
from clusters.models import CatalogSnapshot, ClusterRequest, InventorySnapshot
from tests.drill.actors import needs_operator
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.answers import sent_into
from tests.drill.fault_cases.kills import ADOPTED, SETTLED
from tests.drill.testbed import Stage

_OTHER_FLAVOR: Final = "ess.spec-8u32g"


def held_back(stage: Stage, fault: str = "hang_after") -> ClusterRequest:
    """Approve a request whose create gets no answer; nobody looks before its time is over."""
    return sent_into(stage, fault)


@row(32, "a stranger's cluster has the name")
def name_taken(stage: Stage) -> Expected:
    stage.cloud.act(add_foreign={"name": "logs"})
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    stage.until_state(request, "failed")
    return Expected(
        request=request,
        path="approved sending failed",
        end="failed",
        posts=(0, 0),
        clusters=(0, 0),
    )


@row(33, "35 strangers, pages of 7, ours is the 30th")
def many_strangers(stage: Stage) -> Expected:
    stage.cloud.inject(list_limit_cap=7)
    stage.cloud.act(add_foreign={"name": "older", "count": 6})
    request = held_back(stage)
    stage.cloud.act(add_foreign={"name": "newer", "count": 29})
    _must_be_found_at_once(stage, request)
    within = stage.clock.call + stage.clock.look
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@row(34, "a stranger's cluster is deleted between two pages of the look")
def deleted_while_paging(stage: Stage) -> Expected:
    stage.cloud.inject(list_limit_cap=7, create=["hang_after"])
    stage.cloud.act(add_foreign={"name": "older", "count": 6})
    stage.worker("w1")
    stage.beat()
    # Afterwards nothing is read but what looks for the lost cluster.
    fetched = CatalogSnapshot.objects.exclude(fetched_at=None)
    stage.until("the catalog is read", fetched.exists)
    request = stage.approved()
    made = stage.until_created()["cluster_id"]
    # Newest first: 14 strangers fill two pages, ours begins the third.
    stage.cloud.act(add_foreign={"name": "newer", "count": 14})
    stage.cloud.inject(slow_seconds=0.4)
    before = stage.cloud.journal()["reads"]
    stage.until("page 2 is out", lambda: stage.cloud.journal()["reads"] >= before + 2)
    last = _last_look(stage)
    stage.cloud.act(delete="newer-5")
    stage.trigger("one of page 2 is gone, page 3 is not read yet")
    stage.until("it has ended", lambda: _last_look(stage).ended_at != last.ended_at)
    shown = [each["id"] for each in _last_look(stage).clusters]
    stage.must(made in shown, "this very look shows ours")
    stage.cloud.inject(slow_seconds=None)
    stage.until_state(request, "active")
    return Expected(request=request, path=ADOPTED, end="active")


def _last_look(stage: Stage) -> InventorySnapshot:
    return InventorySnapshot.objects.get(cloud_project=stage.project)


def _must_be_found_at_once(stage: Stage, request: ClusterRequest) -> None:
    stage.until_state(request, "active")
    request.refresh_from_db()
    stage.must(request.absent_scans == 0, "no look that counts has missed it")


@row(35, "the list is none", variants=("500", "html", "{}", "empty"))
def no_list(stage: Stage) -> Expected:
    return _false_list(stage, stage.variant)


@row(
    36,
    "the list of another project, or filtered",
    variants=("other_project", "default_enterprise_project"),
)
def other_list(stage: Stage) -> Expected:
    if stage.variant == "default_enterprise_project":
        stage.enterprise_project = _ANOTHER
    return _false_list(stage, stage.variant)


_ANOTHER: Final = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


def _false_list(stage: Stage, answer: str) -> Expected:
    known = stage.approved("known")
    stage.worker("w1")
    stage.beat()
    stage.until_state(known, "active")
    stage.cloud.inject(create=["hang_after"])
    request = stage.approved()
    stage.until_created(2)
    stage.cloud.inject(list_answer=answer)
    stage.until_state(request, "unclear")
    stage.rest(stage.clock.call + 2 * stage.clock.settle)
    request.refresh_from_db()
    stage.must(request.state == "unclear", "it stays unclear")
    stage.must(request.absent_scans == 0, "no look counts")
    stage.until("/readyz says so", lambda: stage.alice.cloud_health() == "failing")
    stage.cloud.inject(list_answer=None)
    stage.trigger("the list is back")
    stage.until_state(request, "active")
    return Expected(
        request=request, path=ADOPTED, end="active", within=stage.clock.look
    )


@row(37, "the cloud drops tags; no answer", variants=("known", "not known"))
def dropped_tags(stage: Stage) -> Expected:
    stage.cloud.inject(drop_tags=True)
    stage.worker("w1")
    stage.beat()
    if stage.variant == "known":
        first = stage.approved("known")
        stage.until_state(first, "active")
        stage.until("it is learned", lambda: stage.fresh_project().keeps_tags == "no")
    stage.cloud.inject(create=["close_after"])
    request = stage.approved()
    if stage.variant == "known":
        stage.until_state(request, "active")
        return Expected(request=request, path=ADOPTED, end="active")
    stage.until("an operator is called", lambda: needs_operator(request))
    return Expected(
        request=request,
        path="approved sending unclear",
        end="unclear",
        calls_operator=True,
    )


@row(38, "a stranger's cluster has our tag; not done, no answer")
def copied_tag(stage: Stage) -> Expected:
    request = held_back(stage, "hang")
    stage.cloud.act(copy_tag=str(request.id), name="copied", flavor=_OTHER_FLAVOR)
    return _asks_operator(stage, request, clusters=1)


@row(39, "two clusters with our tag")
def two_tags(stage: Stage) -> Expected:
    request = held_back(stage)
    stage.cloud.act(copy_tag=str(request.id), name="copied", flavor=_OTHER_FLAVOR)
    return _asks_operator(stage, request, clusters=2)


def _asks_operator(stage: Stage, request: ClusterRequest, *, clusters: int) -> Expected:
    stage.until("an operator is called", lambda: needs_operator(request))
    stage.rest(stage.clock.call + 2 * stage.clock.settle)
    return Expected(
        request=request,
        path="approved sending unclear",
        end="unclear",
        clusters=(clusters, clusters),
        calls_operator=True,
        may_double=True,
    )


@row(40, "ours is renamed before the first look")
def renamed(stage: Stage) -> Expected:
    request = held_back(stage)
    stage.cloud.act(rename=str(request.id), to="renamed-by-hand")
    stage.until_state(request, "active")
    within = stage.clock.call + stage.clock.look
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@row(41, "ours is deleted by hand before the first look")
def deleted_unseen(stage: Stage) -> Expected:
    request = held_back(stage)
    stage.cloud.act(delete=str(request.id))
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(2, 2),
        within=stage.clock.call + stage.clock.settle,
    )


@row(42, "deleted by hand while it is built, after it was seen")
def deleted_while_built(stage: Stage) -> Expected:
    stage.cloud.inject(stuck_at=50)
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    stage.until("it is seen", lambda: _is_seen(request))
    stage.cloud.act(delete=str(request.id))
    stage.trigger("deleted by hand")
    began = time.monotonic()
    stage.until_state(request, "failed")
    lasted = time.monotonic() - began
    stage.must(lasted >= stage.clock.settle, "not before SETTLE")
    request.refresh_from_db()
    stage.must(request.error_code == PortalCode.DELETED_OUTSIDE, "it says why")
    return Expected(
        request=request,
        path="approved sending creating failed",
        end="failed",
        clusters=(0, 0),
    )


def _is_seen(request: ClusterRequest) -> bool:
    request.refresh_from_db()
    return request.cluster is not None and request.cluster.seen_at is not None
