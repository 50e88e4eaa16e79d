"""Rows 46 and 47: a database that went back in time, and one that was copied."""

import os
import subprocess
import sys

from django.core.management import call_command

from clusters.models import ClusterRequest
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.kills import ONCE, take_over
from tests.drill.restore import back_up, put_back
from tests.drill.testbed import Stage


@row(46, "a backup of before the claim is restored after all is well")
def restored(stage: Stage) -> Expected:
    request = stage.approved()
    back_up()
    stage.worker("w1")
    stage.beat()
    stage.until_state(request, "active")
    stage.end("w1", "beat")
    put_back()
    stage.watch.begin_again()
    call_command("quarantine", stdout=sys.stderr)
    stage.trigger("the database is that of before the claim")
    take_over(stage)
    stage.until("it is active again", lambda: _is_active(request))
    return Expected(
        request=request,
        path="approved sending creating active",
        end="active",
        within=stage.clock.settle,
        forgotten_attempts=1,
    )


def _is_active(request: ClusterRequest) -> bool:
    request.refresh_from_db()
    return bool(request.is_active)


@row(47, "the database of another installation")
def other_installation(stage: Stage) -> Expected:
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    stage.until_state(request, "creating")
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
    stage.trigger("a worker with another id was started")
    stage.must(ended.returncode != 0, "it refuses to start")
    stage.must("another installation" in ended.stderr, "it says why")
    stage.until_state(request, "active")
    return Expected(request=request, path=ONCE, end="active")
