"""Cases 2 to 10: a worker is killed at each step of a create."""

from typing import Final

from clusters.operations.core.dispatch import enqueue_provisioning
from tests.drill.failpoints import Action, Failpoint
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases import failpoint_targets
from tests.drill.testbed import DrillTestbed

ONCE: Final = "approved sending creating active"
AGAIN: Final = f"approved sending {ONCE}"
ADOPTED: Final = "approved sending unclear creating active"
SETTLED: Final = f"approved sending unclear {ONCE}"


def kill_at(testbed: DrillTestbed, *failpoints: Failpoint) -> None:
    """Start a worker that is killed at these failpoints, then a second worker."""
    first = testbed.start_worker("w1", failpoints)
    testbed.wait_for_failpoint(first)
    testbed.wait_until("w1 is dead", lambda: first.has_ended)
    testbed.mark_fault("w1 is dead")
    take_over(testbed)


def take_over(testbed: DrillTestbed) -> None:
    """Start a second worker and beat; the time bound counts once they work."""
    second = testbed.start_worker("w2")
    testbed.start_beat()
    testbed.wait_until_ready(second)
    testbed.mark_fault("w2 is ready")


_BEFORE_GATE: Final = {
    "claim": Failpoint(where=failpoint_targets.PROVISION, action=Action.KILL),
    "look": Failpoint(where=failpoint_targets.SCAN, action=Action.KILL, after=True),
    "login": Failpoint(
        where=failpoint_targets.SIGN_IN,
        action=Action.KILL,
        within=failpoint_targets.PROVISION,
    ),
    "connect": Failpoint(
        where=failpoint_targets.CONNECT,
        action=Action.KILL,
        within=failpoint_targets.PROVISION,
    ),
}


@fault_case(2, "kill after the claim, before the gate", variants=tuple(_BEFORE_GATE))
def kill_before_gate(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    kill_at(testbed, _BEFORE_GATE[testbed.variant])
    testbed.wait_for_state(request, "active")
    within = testbed.clock.claim + testbed.clock.reconcile
    if testbed.variant == "login":
        within += (
            testbed.clock.call
        )  # the lock that the killed worker holds for its login has to expire
    return Expected(
        request=request,
        path=f"(approved sending )+{ONCE}",
        end="active",
        within=within,
    )


@fault_case(3, "kill inside the gate's commit", variants=("before", "during", "after"))
def kill_in_gate(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    kill_at(testbed, _in_commit(testbed, within=failpoint_targets.GATE))
    testbed.wait_for_state(request, "active")
    paths = [AGAIN, SETTLED]
    if testbed.variant == "during":
        paths += [ADOPTED]  # it was killed only some milliseconds after the commit
    return Expected(
        request=request,
        path="|".join(paths),
        end="active",
        within=testbed.clock.call + testbed.clock.settle,
    )


def _in_commit(testbed: DrillTestbed, *, within: str) -> Failpoint:
    if testbed.variant == "during":
        soon = testbed.random.uniform(0, 0.003)
        return Failpoint(
            where=failpoint_targets.COMMIT,
            action=Action.KILL_SOON,
            within=within,
            argument=soon,
        )
    after = testbed.variant == "after"
    return Failpoint(
        where=failpoint_targets.COMMIT, action=Action.KILL, within=within, after=after
    )


@fault_case(4, "kill after the gate, before the body")
def kill_after_gate(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    kill_at(
        testbed, Failpoint(where=failpoint_targets.GATE, action=Action.KILL, after=True)
    )
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        within=testbed.clock.call + testbed.clock.settle,
    )


def _kill_before_answer(testbed: DrillTestbed, fault: str) -> None:
    testbed.cloud.inject(create=[fault])
    first = testbed.start_worker("w1")
    testbed.wait_for_create()
    first.kill()
    testbed.mark_fault("w1 is killed, its answer never came")
    take_over(testbed)


@fault_case(5, "kill after the body, before the answer; executed")
def kill_after_body_executed(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    _kill_before_answer(testbed, "hang_after")
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=ADOPTED,
        end="active",
        within=testbed.clock.call + testbed.clock.scan,
    )


@fault_case(6, "kill after the body, before the answer; not executed")
def kill_after_body_ignored(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    _kill_before_answer(testbed, "hang")
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(2, 2),
        within=testbed.clock.call + testbed.clock.settle,
    )


@fault_case(7, "kill after the answer 200, before it is kept")
def kill_before_kept(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    kill_at(testbed, Failpoint(where=failpoint_targets.SAVE, action=Action.KILL))
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=ADOPTED,
        end="active",
        within=testbed.clock.call + testbed.clock.scan,
    )


@fault_case(8, "kill after the answer 400 quota, before it is kept")
def kill_before_refusal_kept(testbed: DrillTestbed) -> Expected:
    testbed.cloud.inject(create=["refuse:CSS.1112", "refuse:CSS.1112"])
    request = testbed.approved_request()
    kill_at(testbed, Failpoint(where=failpoint_targets.SAVE, action=Action.KILL))
    testbed.wait_for_state(request, "failed")
    return Expected(
        request=request,
        path="approved sending unclear approved sending unclear failed",
        end="failed",
        posts=(2, 2),
        clusters=(0, 0),
        within=2 * testbed.clock.call + 3 * testbed.clock.settle,
    )


@fault_case(
    9,
    "kill in the commit of the answer",
    variants=("before", "during", "after", "statement", "between"),
)
def kill_in_answer(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    if testbed.variant in ("statement", "between"):
        after = testbed.variant == "between"
        failpoint = Failpoint(
            where=failpoint_targets.STATEMENT,
            action=Action.KILL,
            within=failpoint_targets.SAVE,
            after=after,
        )
    else:
        failpoint = _in_commit(testbed, within=failpoint_targets.APPLY)
    kill_at(testbed, failpoint)
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=f"{ONCE}|{ADOPTED}",
        end="active",
        within=testbed.clock.call + testbed.clock.scan,
    )


@fault_case(10, "kill after the commit, before the message is done")
def kill_before_ack(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    kill_at(
        testbed,
        Failpoint(where=failpoint_targets.APPLY, action=Action.KILL, after=True),
    )
    enqueue_provisioning(
        testbed.project.pk
    )  # and the broker delivers its own copy, if it kept one
    testbed.wait_for_state(request, "active")
    return Expected(request=request, path=ONCE, end="active")
