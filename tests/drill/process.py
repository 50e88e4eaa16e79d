"""A process that the nursery forked: killed, stopped, asked to end, watched."""

import os
import select
import signal
from dataclasses import dataclass, field
from pathlib import Path

from tests.drill.failpoints import held


@dataclass(kw_only=True)
class Process:
    """Signals go by a descriptor, so that they never reach another one of this number."""

    name: str
    pid: int
    log: Path
    reached_file: Path
    _descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        self._descriptor = os.pidfd_open(self.pid)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._send(signal.SIGKILL)

    def stop(self) -> None:
        """Let it stand still."""
        self._send(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it run again."""
        self._send(signal.SIGCONT)

    @property
    def is_gone(self) -> bool:
        """Whether it has ended."""
        return bool(select.select([self._descriptor], [], [], 0)[0])

    @property
    def reached(self) -> list[str]:
        """The points that it reached, in their order."""
        try:
            return self.reached_file.read_text(encoding="utf-8").split()
        except FileNotFoundError:
            return []

    @property
    def holds(self) -> bool:
        """Whether a thread of it waits for `let_go`."""
        return held(self.reached_file).exists()

    def let_go(self) -> None:
        """Let the thread that waits at its point go on."""
        held(self.reached_file).unlink()

    @property
    def is_ready(self) -> bool:
        """Whether a worker takes messages."""
        return "ready." in self._words

    def last_words(self, lines: int = 12) -> list[str]:
        """Return the end of what it has written, without what only says that it lives."""
        words = self._words.splitlines()
        return [each for each in words if "task_succeeded" not in each][-lines:]

    @property
    def _words(self) -> str:
        try:
            return self.log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def _send(self, number: signal.Signals) -> None:
        try:
            signal.pidfd_send_signal(self._descriptor, number)
        except ProcessLookupError:
            return
