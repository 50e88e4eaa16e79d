"""Rows 2 to 10: a worker dies at every step of a create."""

from typing import Final

from clusters.operations.core.dispatch import enqueue_provisioning
from tests.drill.failpoints import Action, Failpoint
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases import failpoint_targets
from tests.drill.testbed import Stage

ONCE: Final = "approved sending creating active"
AGAIN: Final = f"approved sending {ONCE}"
ADOPTED: Final = "approved sending unclear creating active"
SETTLED: Final = f"approved sending unclear {ONCE}"


def killed_at(stage: Stage, *points: Failpoint) -> None:
    """Let the first worker die at these points, and a second one take over."""
    first = stage.worker("w1", points)
    stage.until_reached(first)
    stage.until("w1 is dead", lambda: first.is_gone)
    stage.trigger("w1 is dead")
    take_over(stage)


def take_over(stage: Stage) -> None:
    """Start a second worker and beat; the row's time counts once they work."""
    second = stage.worker("w2")
    stage.beat()
    stage.until_ready(second)
    stage.trigger("w2 is ready")


_BEFORE_GATE: Final = {
    "claim": Failpoint(where=failpoint_targets.CLAIMED, action=Action.KILL),
    "look": Failpoint(where=failpoint_targets.LOOK, action=Action.KILL, after=True),
    "login": Failpoint(
        where=failpoint_targets.SIGN_IN,
        action=Action.KILL,
        within=failpoint_targets.CLAIMED,
    ),
    "connect": Failpoint(
        where=failpoint_targets.CONNECT,
        action=Action.KILL,
        within=failpoint_targets.CLAIMED,
    ),
}


@row(2, "kill after the claim, before the gate", variants=tuple(_BEFORE_GATE))
def kill_before_gate(stage: Stage) -> Expected:
    request = stage.approved()
    killed_at(stage, _BEFORE_GATE[stage.variant])
    stage.until_state(request, "active")
    within = stage.clock.claim + stage.clock.reconcile
    if stage.variant == "login":
        within += stage.clock.call  # the dead worker's lock of the login has to lapse
    return Expected(
        request=request,
        path=f"(approved sending )+{ONCE}",
        end="active",
        within=within,
    )


@row(3, "kill inside the gate's commit", variants=("before", "during", "after"))
def kill_in_gate(stage: Stage) -> Expected:
    request = stage.approved()
    killed_at(stage, _in_commit(stage, within=failpoint_targets.GATE))
    stage.until_state(request, "active")
    paths = [AGAIN, SETTLED]
    if stage.variant == "during":
        paths += [ADOPTED]  # it lived for some thousandths of a second longer
    return Expected(
        request=request,
        path="|".join(paths),
        end="active",
        within=stage.clock.call + stage.clock.settle,
    )


def _in_commit(stage: Stage, *, within: str) -> Failpoint:
    if stage.variant == "during":
        soon = stage.random.uniform(0, 0.003)
        return Failpoint(
            where=failpoint_targets.COMMIT,
            action=Action.KILL_SOON,
            within=within,
            argument=soon,
        )
    after = stage.variant == "after"
    return Failpoint(
        where=failpoint_targets.COMMIT, action=Action.KILL, within=within, after=after
    )


@row(4, "kill after the gate, before the body")
def kill_after_gate(stage: Stage) -> Expected:
    request = stage.approved()
    killed_at(
        stage, Failpoint(where=failpoint_targets.GATE, action=Action.KILL, after=True)
    )
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        within=stage.clock.call + stage.clock.settle,
    )


def _killed_while_the_cloud_is_silent(stage: Stage, fault: str) -> None:
    stage.cloud.inject(create=[fault])
    first = stage.worker("w1")
    stage.until_created()
    first.kill()
    stage.trigger("w1 is killed, its answer never came")
    take_over(stage)


@row(5, "kill after the body, before the answer; executed")
def kill_after_body_executed(stage: Stage) -> Expected:
    request = stage.approved()
    _killed_while_the_cloud_is_silent(stage, "hang_after")
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=ADOPTED,
        end="active",
        within=stage.clock.call + stage.clock.look,
    )


@row(6, "kill after the body, before the answer; not executed")
def kill_after_body_ignored(stage: Stage) -> Expected:
    request = stage.approved()
    _killed_while_the_cloud_is_silent(stage, "hang")
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=SETTLED,
        end="active",
        posts=(2, 2),
        within=stage.clock.call + stage.clock.settle,
    )


@row(7, "kill after the answer 200, before it is kept")
def kill_before_kept(stage: Stage) -> Expected:
    request = stage.approved()
    killed_at(stage, Failpoint(where=failpoint_targets.SAVE, action=Action.KILL))
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=ADOPTED,
        end="active",
        within=stage.clock.call + stage.clock.look,
    )


@row(8, "kill after the answer 400 quota, before it is kept")
def kill_before_refusal_kept(stage: Stage) -> Expected:
    stage.cloud.inject(create=["refuse:CSS.1112", "refuse:CSS.1112"])
    request = stage.approved()
    killed_at(stage, Failpoint(where=failpoint_targets.SAVE, action=Action.KILL))
    stage.until_state(request, "failed")
    return Expected(
        request=request,
        path="approved sending unclear approved sending unclear failed",
        end="failed",
        posts=(2, 2),
        clusters=(0, 0),
        within=2 * stage.clock.call + 3 * stage.clock.settle,
    )


@row(
    9,
    "kill in the commit of the answer",
    variants=("before", "during", "after", "statement", "between"),
)
def kill_in_answer(stage: Stage) -> Expected:
    request = stage.approved()
    if stage.variant in ("statement", "between"):
        after = stage.variant == "between"
        point = Failpoint(
            where=failpoint_targets.STATEMENT,
            action=Action.KILL,
            within=failpoint_targets.SAVE,
            after=after,
        )
    else:
        point = _in_commit(stage, within=failpoint_targets.SORT)
    killed_at(stage, point)
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=f"{ONCE}|{ADOPTED}",
        end="active",
        within=stage.clock.call + stage.clock.look,
    )


@row(10, "kill after the commit, before the message is done")
def kill_before_ack(stage: Stage) -> Expected:
    request = stage.approved()
    killed_at(
        stage, Failpoint(where=failpoint_targets.SORT, action=Action.KILL, after=True)
    )
    enqueue_provisioning(
        stage.project.pk
    )  # and the broker delivers its own copy, if it kept one
    stage.until_state(request, "active")
    return Expected(request=request, path=ONCE, end="active")
