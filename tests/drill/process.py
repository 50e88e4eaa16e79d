"""A process of the test bed: it can be killed, stopped, resumed and observed."""

import os
import select
import signal
from dataclasses import dataclass, field
from pathlib import Path

from tests.drill.failpoints import hold_file


@dataclass(kw_only=True)
class Process:
    """
    A forked process, with the file of its output and the file of reached failpoints.

    Signals go through a pidfd, so that they cannot reach a later process of this pid.
    """

    name: str
    pid: int
    log: Path
    reached_file: Path
    _descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        self._descriptor = os.pidfd_open(self.pid)

    def kill(self) -> None:
        """Send SIGKILL: the process ends as in a power cut."""
        self._send(signal.SIGKILL)

    def stop(self) -> None:
        """Send SIGSTOP."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Send SIGCONT."""
        self._send(signal.SIGCONT)

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return bool(select.select([self._descriptor], [], [], 0)[0])

    @property
    def reached(self) -> list[str]:
        """The failpoints that it reached, in their order."""
        try:
            return self.reached_file.read_text(encoding="utf-8").split()
        except FileNotFoundError:
            return []

    @property
    def is_held(self) -> bool:
        """Whether a thread of it waits at a HOLD failpoint for `release`."""
        return hold_file(self.reached_file).exists()

    def release(self) -> None:
        """Let the thread that waits at a HOLD failpoint continue."""
        hold_file(self.reached_file).unlink()

    @property
    def is_ready(self) -> bool:
        """Whether this worker takes messages, by Celery's line `… ready.` in its log."""
        return "ready." in self._output

    def log_tail(self, lines: int = 12) -> list[str]:
        """Return the last lines of its log, without those about successful tasks."""
        output = self._output.splitlines()
        return [each for each in output if "task_succeeded" not in each][-lines:]

    @property
    def _output(self) -> str:
        try:
            return self.log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def _send(self, number: signal.Signals) -> None:
        try:
            signal.pidfd_send_signal(self._descriptor, number)
        except ProcessLookupError:
            return
