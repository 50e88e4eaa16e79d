"""Cases 46 and 47: a restored backup, and the database of another installation."""

import os
import subprocess
import sys

from django.core.management import call_command

from clusters.models import ClusterRequest
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.kills import ONCE, take_over
from tests.drill.restore import create_backup, restore_backup
from tests.drill.testbed import DrillTestbed


@fault_case(46, "a backup of before the claim is restored after all is well")
def restored(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    create_backup()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_state(request, "active")
    testbed.kill("w1", "beat")
    restore_backup()
    testbed.observer.mark_history_as_seen()
    call_command("quarantine", stdout=sys.stderr)
    testbed.mark_fault("the database is that of before the claim")
    take_over(testbed)
    testbed.wait_until("it is active again", lambda: _is_active(request))
    return Expected(
        request=request,
        path="approved sending creating active",
        end="active",
        within=testbed.clock.settle,
        forgotten_attempts=1,
    )


def _is_active(request: ClusterRequest) -> bool:
    request.refresh_from_db()
    return bool(request.is_active)


@fault_case(47, "the database of another installation")
def other_installation(testbed: DrillTestbed) -> Expected:
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_state(request, "creating")
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "celery",
            "--app",
            "portal",
            "worker",
            "--pool",
            "threads",
        ],
        env={**os.environ, "INSTALLATION_ID": "another"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    testbed.mark_fault("a worker with another id was started")
    testbed.check(ended.returncode != 0, "it refuses to start")
    testbed.check("another installation" in ended.stderr, "it says why")
    testbed.wait_for_state(request, "active")
    return Expected(request=request, path=ONCE, end="active")
