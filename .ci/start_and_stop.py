"""
Starts ./run as a person does, looks at its sign-in page, and presses Ctrl-C.

Ends with 1 and one line where a page does not come, or anything of it is left. Needs
nothing but Python: it also runs where no package is installed yet.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

START_SECONDS = 600
"""Packages are installed meanwhile."""
STOP_SECONDS = 90


def main() -> str:
    """Return what went wrong, or ""."""
    # Whoever is started in the background by a shell has it ignored, and all below too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["./run"],
        env={**os.environ, "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    trouble = _trouble_starting(process, f"http://127.0.0.1:{port}/login/")
    # What a terminal does: the signal goes to all of the foreground.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    try:
        code = process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return trouble or f"Ctrl-C did not end it within {STOP_SECONDS} s"
    left = _works_here()
    if code:
        trouble = trouble or f"Ctrl-C ended it with exit code {code}"
    return trouble or (f"left behind: {', '.join(left)}" if left else "")


def _trouble_starting(process: "subprocess.Popen[bytes]", url: str) -> str:
    until = time.monotonic() + START_SECONDS
    said = "nothing"
    while time.monotonic() < until:
        if process.poll() is not None:
            return f"it ended by itself with exit code {process.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - ours
                page = answer.read().decode()
        except OSError as error:
            said = str(error)
            time.sleep(0.5)
            continue
        return "" if 'name="password"' in page else f"{url} is no sign-in page"
    return f"no sign-in page within {START_SECONDS} s: {said}"


def _works_here() -> list[str]:
    """Return the command lines of those who still work in this folder; we do too."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            here = (each / "cwd").readlink().is_relative_to(Path.cwd())
            line = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if here and line and each.name != str(os.getpid()):
                found.append(line.strip())
    return found


if __name__ == "__main__":
    problem = main()
    sys.exit(f"./run: {problem}" if problem else 0)
