"""Cases 32 to 42: foreign, wrong and missing entries in the list of clusters."""

import time
from typing import Final

from clusters.domain.error_codes import PortalCode
from clusters.models import CatalogSnapshot, ClusterRequest, InventorySnapshot
from tests.drill.actors import needs_operator
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.answers import send_into
from tests.drill.fault_cases.kills import ADOPTED, SETTLED
from tests.drill.testbed import DrillTestbed

_OTHER_FLAVOR: Final = "ess.spec-8u32g"


def create_without_answer(
    testbed: DrillTestbed, fault: str = "hang_after"
) -> ClusterRequest:
    """Approve a request whose create gets no answer before the end of the call."""
    return send_into(testbed, fault)


@fault_case(32, "a stranger's cluster has the name")
def name_taken(testbed: DrillTestbed) -> Expected:
    testbed.cloud.act(add_foreign={"name": "logs"})
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_state(request, "failed")
    return Expected(
        request=request,
        path="approved sending failed",
        end="failed",
        posts=(0, 0),
        clusters=(0, 0),
    )


@fault_case(33, "35 strangers, pages of 7, ours is the 30th")
def many_strangers(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(list_limit_cap=7)
    testbed.cloud.act(add_foreign={"name": "older", "count": 6})
    request = create_without_answer(testbed)
    testbed.cloud.act(add_foreign={"name": "newer", "count": 29})
    _wait_for_adoption_by_first_scan(testbed, request)
    within = testbed.clock.call + testbed.clock.scan
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@fault_case(34, "a stranger's cluster is deleted between two pages of the scan")
def deleted_while_paging(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(list_limit_cap=7, create=["hang_after"])
    testbed.cloud.act(add_foreign={"name": "older", "count": 6})
    testbed.start_worker("w1")
    testbed.start_beat()
    # From then on the only reads are those of the scan for the lost cluster.
    fetched = CatalogSnapshot.objects.exclude(fetched_at=None)
    testbed.wait_until("the catalog is read", fetched.exists)
    request = testbed.approved_request()
    made = testbed.wait_for_create()["cluster_id"]
    # Newest first: 14 strangers fill two pages, ours begins the third.
    testbed.cloud.act(add_foreign={"name": "newer", "count": 14})
    testbed.cloud.inject(slow_seconds=0.4)
    before = testbed.cloud.journal()["reads"]
    testbed.wait_until(
        "page 2 is out", lambda: testbed.cloud.journal()["reads"] >= before + 2
    )
    last = _snapshot(testbed)
    testbed.cloud.act(delete="newer-5")
    testbed.mark_fault("one of page 2 is gone, page 3 is not read yet")
    testbed.wait_until(
        "it has ended", lambda: _snapshot(testbed).ended_at != last.ended_at
    )
    shown = [each["id"] for each in _snapshot(testbed).clusters]
    testbed.check(made in shown, "this scan shows ours")
    testbed.cloud.inject(slow_seconds=None)
    testbed.wait_for_state(request, "active")
    return Expected(request=request, path=ADOPTED, end="active")


def _snapshot(testbed: DrillTestbed) -> InventorySnapshot:
    return InventorySnapshot.objects.get(cloud_project=testbed.project)


def _wait_for_adoption_by_first_scan(
    testbed: DrillTestbed, request: ClusterRequest
) -> None:
    testbed.wait_for_state(request, "active")
    request.refresh_from_db()
    testbed.check(request.absent_scans == 0, "no complete scan has missed it")


@fault_case(35, "the list is none", variants=("500", "html", "{}", "empty"))
def no_list(testbed: DrillTestbed) -> Expected:
    return _wrong_list(testbed, testbed.variant)


@fault_case(
    36,
    "the list of another project, or filtered",
    variants=("other_project", "default_enterprise_project"),
)
def other_list(testbed: DrillTestbed) -> Expected:
    if testbed.variant == "default_enterprise_project":
        testbed.enterprise_project = _OTHER_ENTERPRISE_PROJECT
    return _wrong_list(testbed, testbed.variant)


_OTHER_ENTERPRISE_PROJECT: Final = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


def _wrong_list(testbed: DrillTestbed, answer: str) -> Expected:
    known = testbed.approved_request("known")
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_state(known, "active")
    testbed.cloud.inject(create=["hang_after"])
    request = testbed.approved_request()
    testbed.wait_for_create(2)
    testbed.cloud.inject(list_answer=answer)
    testbed.wait_for_state(request, "unclear")
    testbed.wait(testbed.clock.call + 2 * testbed.clock.settle)
    request.refresh_from_db()
    testbed.check(request.state == "unclear", "it stays unclear")
    testbed.check(request.absent_scans == 0, "no scan is complete")
    testbed.wait_until(
        "/readyz says so", lambda: testbed.alice.cloud_health() == "failing"
    )
    testbed.cloud.inject(list_answer=None)
    testbed.mark_fault("the list is back")
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request, path=ADOPTED, end="active", within=testbed.clock.scan
    )


@fault_case(37, "the cloud drops tags; no answer", variants=("known", "not known"))
def dropped_tags(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(drop_tags=True)
    testbed.start_worker("w1")
    testbed.start_beat()
    if testbed.variant == "known":
        first = testbed.approved_request("known")
        testbed.wait_for_state(first, "active")
        testbed.wait_until(
            "it is learned", lambda: testbed.fresh_project().keeps_tags == "no"
        )
    testbed.cloud.inject(create=["close_after"])
    request = testbed.approved_request()
    if testbed.variant == "known":
        testbed.wait_for_state(request, "active")
        return Expected(request=request, path=ADOPTED, end="active")
    testbed.wait_until("an operator is called", lambda: needs_operator(request))
    return Expected(
        request=request,
        path="approved sending unclear",
        end="unclear",
        calls_operator=True,
    )


@fault_case(38, "a stranger's cluster has our tag; not done, no answer")
def copied_tag(testbed: DrillTestbed) -> Expected:
    request = create_without_answer(testbed, "hang")
    testbed.cloud.act(copy_tag=str(request.id), name="copied", flavor=_OTHER_FLAVOR)
    return _wait_for_operator(testbed, request, clusters=1)


@fault_case(39, "two clusters with our tag")
def two_tags(testbed: DrillTestbed) -> Expected:
    request = create_without_answer(testbed)
    testbed.cloud.act(copy_tag=str(request.id), name="copied", flavor=_OTHER_FLAVOR)
    return _wait_for_operator(testbed, request, clusters=2)


def _wait_for_operator(
    testbed: DrillTestbed, request: ClusterRequest, *, clusters: int
) -> Expected:
    testbed.wait_until("an operator is called", lambda: needs_operator(request))
    testbed.wait(testbed.clock.call + 2 * testbed.clock.settle)
    return Expected(
        request=request,
        path="approved sending unclear",
        end="unclear",
        clusters=(clusters, clusters),
        calls_operator=True,
        may_double=True,
    )


@fault_case(40, "ours is renamed before the first scan")
def renamed(testbed: DrillTestbed) -> Expected:
    request = create_without_answer(testbed)
    testbed.cloud.act(rename=str(request.id), to="renamed-by-hand")
    testbed.wait_for_state(request, "active")
    within = testbed.clock.call + testbed.clock.scan
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@fault_case(41, "ours is deleted by hand before the first scan")
def deleted_unseen(testbed: DrillTestbed) -> Expected:
    request = create_without_answer(testbed)
    testbed.cloud.act(delete=str(request.id))
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(2, 2),
        within=testbed.clock.call + testbed.clock.settle,
    )


@fault_case(42, "deleted by hand while it is built, after it was seen")
def deleted_while_built(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(stuck_at=50)
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_until("it is seen", lambda: _is_seen(request))
    testbed.cloud.act(delete=str(request.id))
    testbed.mark_fault("deleted by hand")
    began = time.monotonic()
    testbed.wait_for_state(request, "failed")
    lasted = time.monotonic() - began
    testbed.check(lasted >= testbed.clock.settle, "not before SETTLE")
    request.refresh_from_db()
    testbed.check(request.error_code == PortalCode.DELETED_OUTSIDE, "it says why")
    return Expected(
        request=request,
        path="approved sending creating failed",
        end="failed",
        clusters=(0, 0),
    )


def _is_seen(request: ClusterRequest) -> bool:
    request.refresh_from_db()
    return request.cluster is not None and request.cluster.seen_at is not None
