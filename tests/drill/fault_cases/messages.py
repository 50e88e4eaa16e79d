"""Case 1: the message is lost or delivered five times, or the broker is down."""

from typing import Final

from celery import current_app
from kombu.exceptions import OperationalError

from clusters.operations.core.dispatch import enqueue_provisioning
from tests.drill.failpoints import Action, Failpoint
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases import failpoint_targets
from tests.drill.fault_cases.kills import ONCE, kill_at, take_over
from tests.drill.proxy import run_relay
from tests.drill.testbed import DrillTestbed

_BROKER_DOWN_SECONDS: Final = 3.0
_RECONNECT_SECONDS: Final = 10.0


@fault_case(
    1,
    "nobody heard of it, or five times",
    variants=("kill before claim", "broker flushed", "delivered 5 times"),
)
def message_lost(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    if testbed.variant == "kill before claim":
        kill_at(testbed, Failpoint(where=failpoint_targets.CLAIM, action=Action.KILL))
    elif testbed.variant == "broker flushed":
        current_app.control.purge()
        testbed.mark_fault("every message is gone")
        take_over(testbed)
    else:
        for _ in range(4):
            enqueue_provisioning(testbed.project.pk)
        testbed.mark_fault("it is announced five times, to two workers")
        testbed.start_worker("w1")
        take_over(testbed)
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request, path=ONCE, end="active", within=testbed.clock.reconcile
    )


@fault_case(
    1,
    "the broker is away and comes back empty",
    variants=("broker restarted",),
    backends=("redis", "rabbitmq"),
    relay=True,
)
def broker_restarted(testbed: DrillTestbed) -> Expected:
    host, _, port = testbed.setting.broker.partition(":")
    arguments = (testbed.setting.port, host, int(port))
    testbed.start_process("relay", run_relay, *arguments)
    worker = testbed.start_worker("w1")
    scheduler = testbed.start_beat()
    testbed.wait_until_ready(worker)
    testbed.kill("relay")
    testbed.mark_fault("the broker is away")
    request = testbed.approved_request()
    testbed.wait(_BROKER_DOWN_SECONDS)
    testbed.start_process("relay", run_relay, *arguments)
    testbed.wait_until("the broker answers again", _broker_answers)
    current_app.control.purge()
    testbed.mark_fault("the broker is back, and empty")
    testbed.wait_for_state(request, "active")
    testbed.check(not worker.has_ended, "the worker lives")
    testbed.check(not scheduler.has_ended, "beat lives")
    # Celery waits for some seconds before it connects again.
    within = testbed.clock.reconcile + _RECONNECT_SECONDS
    return Expected(request=request, path=ONCE, end="active", within=within)


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=0, timeout=1)
    except (OSError, OperationalError):
        return False
    return True
