"""
What a portal takes while nothing happens, in MiB of PSS over all of its processes.

`python -m tests.bench.idle_memory [SECONDS]` starts `./run` in a clean copy, with the
packages that it installs there, its default times, and no simulator.
"""

import configparser
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.processes import processes_in, total_mib
from tests.bench.table import head, print_line, row
from tests.browser.running import QUICK, copy_checkout, running

BAR_MIB: Final = 190


def main(seconds: int = 60) -> None:
    """Start, let it idle so long, and print a row for each process."""
    with TemporaryDirectory(prefix="portal-bench-") as place:
        folder = Path(place) / "portal"
        copy_checkout(folder)
        _leave_out_the_simulator(folder)
        usual_clocks = (f"--unset={name}" for name in QUICK)
        with running(folder, "env", *usual_clocks, "./run"):
            time.sleep(seconds)
            _print(folder, seconds)


def _leave_out_the_simulator(folder: Path) -> None:
    """In the copy only: `./run` itself has no switch for it."""
    file = folder / "portal" / "supervisord.conf"
    programs = configparser.RawConfigParser()
    programs.read_string(file.read_text(encoding="utf-8"))
    assert programs.remove_section("program:simulator")
    with file.open("w", encoding="utf-8") as out:
        programs.write(out)


def _print(folder: Path, seconds: int) -> None:
    processes = processes_in(folder)
    print_line(f"After {seconds} s of idling, without the simulator\n")
    head("process", "PSS, MiB", "threads")
    for each in processes:
        row(each.title, f"{each.pss_mib:.1f}", each.threads)
    threads = sum(each.threads for each in processes)
    row(f"together; bar {BAR_MIB}", f"{total_mib(processes):.1f}", threads)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
