"""A program that ends when its parent does: by the kernel, and where there is no help."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.stack import wait_for

ROOT = Path(__file__).resolve().parents[3]
BOUND = str(ROOT / "portal/run/parent_watch.py")
SLEEPER = (
    "import os, pathlib, sys, time;"
    "pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
)
PARENT = f"""
import os, subprocess, sys, time
os.environ["PARENT_PID"] = str(os.getpid())
subprocess.Popen([sys.executable, *{{start}}, "SIGKILL", sys.executable, "-c",
    {SLEEPER!r}, sys.argv[1]])
time.sleep(60)
"""
BY_THE_KERNEL = ("-IS", BOUND)
BY_A_WATCH = (
    "-c",
    f"import sys; sys.path.insert(0, {str(ROOT / 'portal/run')!r}); import parent_watch;"
    "parent_watch._kernel_sends = lambda _: False; parent_watch.main()",
)
BY_A_SLOW_WATCH = (
    BY_A_WATCH[0],
    BY_A_WATCH[1].replace(
        "parent_watch.main()", "parent_watch._CHECK_SECONDS = 400; parent_watch.main()"
    ),
)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("start", [BY_THE_KERNEL, BY_A_WATCH], ids=["kernel", "watch"])
def test_a_killed_parent_takes_the_program_along(
    tmp_path: Path, start: tuple[str, ...]
) -> None:
    named = tmp_path / "pid"
    code = PARENT.format(start=start)
    parent = subprocess.Popen([sys.executable, "-c", code, str(named)])
    try:
        wait_for(lambda: named.exists() and bool(named.read_text()))
        program = int(named.read_text())
        assert is_alive(program)
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not is_alive(program))


@pytest.mark.parametrize("start", [BY_THE_KERNEL, BY_A_WATCH], ids=["kernel", "watch"])
def test_a_parent_that_was_gone_before_lets_nothing_begin(
    tmp_path: Path, start: tuple[str, ...]
) -> None:
    named = tmp_path / "pid"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    done = subprocess.run(
        [sys.executable, *start, "SIGKILL", sys.executable, "-c", SLEEPER, str(named)],
        env={**os.environ, "PARENT_PID": str(gone.pid)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (1, -signal.SIGKILL)
    assert not named.exists()


def test_the_watch_holds_no_pipe_of_its_program() -> None:
    done = subprocess.run(
        [sys.executable, *BY_A_SLOW_WATCH, "SIGKILL", sys.executable, "-c", "print(1)"],
        env={**os.environ, "PARENT_PID": str(os.getpid())},
        capture_output=True,  # returns only when nobody holds the pipe
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "1\n")
