"""Row 1: the message is lost, comes five times, or the broker itself is away."""

from typing import Final

from celery import current_app
from kombu.exceptions import OperationalError

from clusters.operations.core.dispatch import enqueue_provisioning
from tests.drill.failpoints import Action, Failpoint
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases import failpoint_targets
from tests.drill.fault_cases.kills import ONCE, killed_at, take_over
from tests.drill.proxy import run_relay
from tests.drill.testbed import Stage

_BROKER_AWAY_SECONDS: Final = 3.0
_RECONNECT_SECONDS: Final = 10.0


@row(
    1,
    "nobody heard of it, or five times",
    variants=("kill before claim", "broker flushed", "delivered 5 times"),
)
def unheard(stage: Stage) -> Expected:
    request = stage.approved()
    if stage.variant == "kill before claim":
        killed_at(stage, Failpoint(where=failpoint_targets.CLAIM, action=Action.KILL))
    elif stage.variant == "broker flushed":
        current_app.control.purge()
        stage.trigger("every message is gone")
        take_over(stage)
    else:
        for _ in range(4):
            enqueue_provisioning(stage.project.pk)
        stage.trigger("it is announced five times, to two workers")
        stage.worker("w1")
        take_over(stage)
    stage.until_state(request, "active")
    return Expected(
        request=request, path=ONCE, end="active", within=stage.clock.reconcile
    )


@row(
    1,
    "the broker is away and comes back empty",
    variants=("broker restarted",),
    backends=("redis", "rabbitmq"),
    relay=True,
)
def broker_restarted(stage: Stage) -> Expected:
    host, _, port = stage.setting.broker.partition(":")
    arguments = (stage.setting.port, host, int(port))
    stage.start("relay", run_relay, *arguments)
    worker = stage.worker("w1")
    beat = stage.beat()
    stage.until_ready(worker)
    stage.end("relay")
    stage.trigger("the broker is away")
    request = stage.approved()
    stage.rest(_BROKER_AWAY_SECONDS)
    stage.start("relay", run_relay, *arguments)
    stage.until("the broker answers again", _broker_answers)
    current_app.control.purge()
    stage.trigger("the broker is back, and empty")
    stage.until_state(request, "active")
    stage.must(not worker.is_gone, "the worker lives")
    stage.must(not beat.is_gone, "beat lives")
    # Celery itself waits up to some seconds before it connects anew.
    within = stage.clock.reconcile + _RECONNECT_SECONDS
    return Expected(request=request, path=ONCE, end="active", within=within)


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=0, timeout=1)
    except (OSError, OperationalError):
        return False
    return True
