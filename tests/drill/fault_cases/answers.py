"""Rows 17 to 27: what the cloud, or what stands before it, says to a create."""

import socket
from contextlib import closing
from typing import Final

from clusters.cloud.types import Outcome
from clusters.models import ClusterRequest
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.kills import ADOPTED, AGAIN, SETTLED
from tests.drill.testbed import Stage

_DONE: Final = (
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
_IGNORED: Final = (
    "close",
    "reset",
    "hang",
    "status:504",
    "status:502",
    "status:500",
    "status:408",
)


def sent_into(stage: Stage, *faults: str) -> ClusterRequest:
    """Approve one request whose first creates meet these faults, with all running."""
    stage.cloud.inject(create=list(faults))
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    stage.until_created()
    stage.trigger(f"the cloud: {', '.join(faults)}")
    return request


@row(17, "done, and no answer that could be read", variants=_DONE)
def done_unanswered(stage: Stage) -> Expected:
    request = sent_into(stage, stage.variant)
    stage.until_state(request, "active")
    within = stage.clock.call + stage.clock.look
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@row(18, "not done, and no answer that could be read", variants=_IGNORED)
def ignored_unanswered(stage: Stage) -> Expected:
    request = sent_into(stage, stage.variant)
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(2, 2),
        within=stage.clock.call + stage.clock.settle,
    )


@row(19, "an answer that drips for longer than a call may take")
def dripped(stage: Stage) -> Expected:
    request = sent_into(stage, "drip:0.3")
    stage.until_state(request, "active")
    # The row would be adopted without that, too; the thread would not be free again.
    stage.until(
        "the worker has cut the call",
        lambda: request.attempts.filter(outcome=Outcome.UNKNOWN).exists(),
        seconds=stage.clock.bound(0),
    )
    within = stage.clock.call + stage.clock.look
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@row(
    20,
    "a success without a cluster, or with a code",
    variants=("noid200", "empty200", "list200", "busy202"),
)
def empty_success(stage: Stage) -> Expected:
    request = sent_into(stage, stage.variant)
    stage.until_state(request, "active")
    within = stage.clock.settle + stage.clock.look
    return Expected(
        request=request, path=SETTLED, end="active", posts=(2, 2), within=within
    )


@row(
    21,
    "TLS breaks after the body; done",
    tls=True,
    environment={"CLOUD_CA_FILE": "{certificate}"},
)
def tls_broken(stage: Stage) -> Expected:
    request = sent_into(stage, "tls_broken_after")
    stage.until_state(request, "active")
    again = stage.cloud.journal()["empty_bodies"]
    stage.must(again == 0, f"not even a head is sent again; {again} were")
    within = stage.clock.call + stage.clock.look
    return Expected(request=request, path=ADOPTED, end="active", within=within)


@row(22, "307 to a second port")
def redirected(stage: Stage) -> Expected:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        other.settimeout(0)
        port = other.getsockname()[1]
        request = sent_into(stage, f"redirect:http://127.0.0.1:{port}/")
        stage.until_state(request, "active")
        stage.must(_is_lonely(other), "nothing arrives at the second port")
    within = stage.clock.settle + stage.clock.look
    return Expected(
        request=request, path=SETTLED, end="active", posts=(2, 2), within=within
    )


def _is_lonely(listener: socket.socket) -> bool:
    try:
        listener.accept()
    except BlockingIOError:
        return True
    return False


@row(24, "401 of the gateway", variants=("once", "for ever"))
def unauthorised(stage: Stage) -> Expected:
    once = stage.variant == "once"
    stage.cloud.inject(**({"create": ["unauthorized"]} if once else _FOR_EVER))
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    if once:
        stage.until_created(2)
        stage.until_state(request, "active")
    else:
        stage.until("the project is paused", lambda: stage.fresh_project().is_paused)
        stage.rest(stage.clock.settle)
    logins = len(stage.cloud.journal()["logins"])
    stage.must(logins <= 2, f"at most 2 logins; there were {logins}")
    return Expected(
        request=request,
        path=AGAIN if once else "approved sending approved sending approved",
        end="active" if once else "approved",
        posts=(2, 2),
        clusters=(1, 1) if once else (0, 0),
    )


_FOR_EVER: Final = {"every_create": "unauthorized"}


@row(25, "400 CSS.0045 once: CSS itself does not like the token")
def token_trouble(stage: Stage) -> Expected:
    request = sent_into(stage, "refuse:CSS.0045")
    stage.until_state(request, "active")
    logins = len(stage.cloud.journal()["logins"])
    stage.must(logins == 2, f"one further login; there were {logins} in all")
    within = stage.clock.settle + stage.clock.look
    return Expected(
        request=request, path=SETTLED, end="active", posts=(2, 2), within=within
    )


@row(26, "429 of the gateway with Retry-After 5")
def throttled(stage: Stage) -> Expected:
    wait = 5.0
    request = sent_into(stage, f"throttled:{wait:g}")
    other = stage.approved("metrics")
    stage.until_created(3)
    stage.until_state(request, "active")
    stage.until_state(other, "active")
    first, second, *_ = stage.moments_of_creates()
    stage.must(
        second - first >= wait, f"no create for {wait:g} s: {second - first:.1f}"
    )
    return Expected(
        request=request,
        path=AGAIN,
        end="active",
        posts=(2, 2),
        within=1.2 * wait + stage.clock.look,
    )


@row(
    27,
    "the first attempt is refused",
    variants=("CSS.1112", "CSS.0068", "CSS.0001"),
)
def refused(stage: Stage) -> Expected:
    request = sent_into(stage, f"refuse:{stage.variant}")
    stage.until_state(request, "failed")
    request.refresh_from_db()
    stage.must(request.error_code == stage.variant, "the code is kept")
    stage.must(bool(request.error_message), "the words are kept")
    stage.must(bool(request.error_request_id), "the id of the cloud's answer is kept")
    return Expected(
        request=request,
        path="approved sending failed",
        end="failed",
        clusters=(0, 0),
    )
