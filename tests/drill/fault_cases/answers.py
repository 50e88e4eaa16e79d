"""Cases 17 to 22 and 24 to 27: what the cloud, or a gateway, answers to a create."""

import socket
from contextlib import closing
from typing import Final

from clusters.cloud.types import Outcome
from clusters.models import ClusterRequest
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.kills import ADOPTED, AGAIN, SETTLED
from tests.drill.testbed import DrillTestbed

_EXECUTED: Final = (
    "close_after",
    "reset_after",
    "truncate_after",
    "hang_after",
    "status_after:504",
    "status_after:408",
    "status_after:500",
    "html200",
    "html502",
)
_NOT_EXECUTED: Final = (
    "close",
    "reset",
    "hang",
    "status:504",
    "status:502",
    "status:500",
    "status:408",
)


def send_into(testbed: DrillTestbed, *faults: str) -> ClusterRequest:
    """Start worker and beat, and approve a request whose creates meet these faults in turn."""
    testbed.cloud.inject(create=list(faults))
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_create()
    testbed.mark_fault(f"the cloud: {', '.join(faults)}")
    return request


@fault_case(17, "done, and no answer that could be read", variants=_EXECUTED)
def done_unanswered(testbed: DrillTestbed) -> Expected:
    request = send_into(testbed, testbed.variant)
    testbed.wait_for_state(request, "active")
    within = testbed.clock.call + testbed.clock.scan
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@fault_case(18, "not done, and no answer that could be read", variants=_NOT_EXECUTED)
def ignored_unanswered(testbed: DrillTestbed) -> Expected:
    request = send_into(testbed, testbed.variant)
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(2, 2),
        within=testbed.clock.call + testbed.clock.settle,
    )


@fault_case(19, "an answer that drips for longer than a call may take")
def dripped(testbed: DrillTestbed) -> Expected:
    request = send_into(testbed, "drip:0.3")
    testbed.wait_for_state(request, "active")
    # Without the deadline the request is adopted, too, but the thread stays busy.
    testbed.wait_until(
        "the worker has cut the call",
        lambda: request.attempts.filter(outcome=Outcome.UNKNOWN).exists(),
        seconds=testbed.clock.bound(0),
    )
    within = testbed.clock.call + testbed.clock.scan
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@fault_case(
    20,
    "a success without a cluster, or with a code",
    variants=("noid200", "empty200", "list200", "busy202"),
)
def empty_success(testbed: DrillTestbed) -> Expected:
    request = send_into(testbed, testbed.variant)
    testbed.wait_for_state(request, "active")
    within = testbed.clock.settle + testbed.clock.scan
    return Expected(
        request=request, path=SETTLED, end="active", posts=(2, 2), within=within
    )


@fault_case(
    21,
    "TLS breaks after the body; done",
    tls=True,
    environment={"CLOUD_CA_FILE": "{certificate}"},
)
def tls_broken(testbed: DrillTestbed) -> Expected:
    request = send_into(testbed, "tls_broken_after")
    testbed.wait_for_state(request, "active")
    again = testbed.cloud.journal()["empty_bodies"]
    testbed.check(again == 0, f"not even a head is sent again; {again} were")
    within = testbed.clock.call + testbed.clock.scan
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@fault_case(22, "307 to a second port")
def redirected(testbed: DrillTestbed) -> Expected:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        other.settimeout(0)
        port = other.getsockname()[1]
        request = send_into(testbed, f"redirect:http://127.0.0.1:{port}/")
        testbed.wait_for_state(request, "active")
        testbed.check(_has_no_connection(other), "nothing arrives at the second port")
    within = testbed.clock.settle + testbed.clock.scan
    return Expected(
        request=request, path=SETTLED, end="active", posts=(2, 2), within=within
    )


def _has_no_connection(listener: socket.socket) -> bool:
    try:
        listener.accept()
    except BlockingIOError:
        return True
    return False


@fault_case(24, "401 of the gateway", variants=("once", "for ever"))
def unauthorised(testbed: DrillTestbed) -> Expected:
    once = testbed.variant == "once"
    testbed.cloud.inject(**({"create": ["unauthorized"]} if once else _FOR_EVER))
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    if once:
        testbed.wait_for_create(2)
        testbed.wait_for_state(request, "active")
    else:
        testbed.wait_until(
            "the project is paused", lambda: testbed.fresh_project().is_paused
        )
        testbed.wait(testbed.clock.settle)
    logins = len(testbed.cloud.journal()["logins"])
    testbed.check(logins <= 2, f"at most 2 logins; there were {logins}")
    return Expected(
        request=request,
        path=AGAIN if once else "approved sending approved sending approved",
        end="active" if once else "approved",
        posts=(2, 2),
        clusters=(1, 1) if once else (0, 0),
    )


_FOR_EVER: Final = {"every_create": "unauthorized"}


@fault_case(25, "400 CSS.0045 once: CSS itself does not like the token")
def token_trouble(testbed: DrillTestbed) -> Expected:
    request = send_into(testbed, "refuse:CSS.0045")
    testbed.wait_for_state(request, "active")
    logins = len(testbed.cloud.journal()["logins"])
    testbed.check(logins == 2, f"one further login; there were {logins} in all")
    within = testbed.clock.settle + testbed.clock.scan
    return Expected(
        request=request, path=SETTLED, end="active", posts=(2, 2), within=within
    )


@fault_case(26, "429 of the gateway with Retry-After 5")
def throttled(testbed: DrillTestbed) -> Expected:
    wait = 5.0
    request = send_into(testbed, f"throttled:{wait:g}")
    other = testbed.approved_request("metrics")
    testbed.wait_for_create(3)
    testbed.wait_for_state(request, "active")
    testbed.wait_for_state(other, "active")
    first, second, *_ = testbed.create_times()
    testbed.check(
        second - first >= wait, f"no create for {wait:g} s: {second - first:.1f}"
    )
    return Expected(
        request=request,
        path=AGAIN,
        end="active",
        posts=(2, 2),
        within=1.2 * wait + testbed.clock.scan,
    )


@fault_case(
    27,
    "the first attempt is refused",
    variants=("CSS.1112", "CSS.0068", "CSS.0001"),
)
def refused(testbed: DrillTestbed) -> Expected:
    request = send_into(testbed, f"refuse:{testbed.variant}")
    testbed.wait_for_state(request, "failed")
    request.refresh_from_db()
    testbed.check(request.error_code == testbed.variant, "the code is kept")
    testbed.check(bool(request.error_message), "the words are kept")
    testbed.check(
        bool(request.error_request_id), "the id of the cloud's answer is kept"
    )
    return Expected(
        request=request,
        path="approved sending failed",
        end="failed",
        clusters=(0, 0),
    )
