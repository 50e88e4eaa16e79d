"""
The bench of `tests.bench.verifying`, once there is a database.

The check runs in a process of its own, so that what filled the database has no part in
its memory.
"""

import json
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Final

import django
from django.core.management import call_command, load_command_class
from django.db import connection

from tests.bench.table import head, print_line, row

BAR_PER_SECOND: Final = 50_000
BAR_MIB: Final = 50


def run(words: str, events: int) -> None:
    """Fill the database, check it in another process, and print what that cost."""
    from tests.bench.many_events import Writer  # noqa: PLC0415 - its models need settings

    began = time.monotonic()
    Writer().grow_to(events)
    print_line(
        f"{words}: {events:,} events written in {time.monotonic() - began:.0f} s\n"
    )
    head("step", "events a second", "of CPU", "seconds", "MiB over idle")
    for step in ("verify_audit", "export_head"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.verified", step],
            check=True,
            capture_output=True,
            text=True,
        )
        cost = json.loads(done.stdout.splitlines()[-1])
        row(
            step,
            f"{events / cost['seconds']:,.0f}",
            f"{events / cost['cpu']:,.0f}",
            f"{cost['seconds']:.1f}",
            f"{cost['mib']:.1f}",
        )
    row("bar", f"{BAR_PER_SECOND:,}", "", "", BAR_MIB)


def main(step: str) -> None:
    """Run this command on the database of the environment; print its cost as JSON."""
    django.setup()
    command = load_command_class("clusters", step)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    idle = _mib("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # VmHWM counts from here on
    began, cpu = time.monotonic(), time.process_time()
    call_command(command, stdout=StringIO())
    cost = {
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - cpu,
        "mib": _mib("VmHWM") - idle,
    }
    print_line(json.dumps(cost))


def _mib(what: str) -> float:
    """Return a value of /proc/self/status: memory of this process, now or at the most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    found = next(line for line in lines if line.startswith(f"{what}:"))
    return int(found.split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1])
