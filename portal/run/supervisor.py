"""
supervisord with log handlers that survive a full disk.

supervisor's own handlers print an error to standard error, which is on the same disk: the
second error ends supervisord. A handler that fails while it rotates closes the pipe of
its program for good (`supervisor.loggers`). Run as a file, as `attending.py` is.
"""

import os
from pathlib import Path
from typing import Any, Final

from supervisor import loggers, supervisord

_MOST_BYTES: Final = 1_000_000


class LogFile:
    """
    Replaces supervisor's FileHandler and RotatingFileHandler, with the same interface.

    `emit` never raises OSError. Records that cannot be written are dropped and counted;
    the next line that can be written says how many. The file never exceeds `maxBytes`.
    """

    def __init__(
        self,
        filename: str,
        mode: str = "a",
        maxBytes: int = _MOST_BYTES,  # noqa: N803 (supervisor's name)
        backupCount: int = 1,  # noqa: N803 (supervisor's name)
    ) -> None:
        self.level: int = loggers.LevelsByName.INFO
        self.fmt = "%(message)s"
        self._path = Path(filename)
        self._most, self._backups = maxBytes or _MOST_BYTES, backupCount
        self._descriptor: int | None = None
        self._dropped = 0

    def setFormat(self, fmt: str) -> None:  # noqa: N802 (supervisor's name)
        self.fmt = fmt

    def setLevel(self, level: int) -> None:  # noqa: N802 (supervisor's name)
        self.level = level

    def emit(self, record: Any) -> None:
        """Write a log line, or output of a program, if there is room on the disk."""
        try:
            self._write(self._text_of(record))
        except OSError:
            self._dropped += 1
            self.close()

    def flush(self) -> None:
        """Do nothing: writes are not buffered."""

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def reopen(self) -> None:
        """
        Open the file anew at the next record, after log rotation by somebody else.
        """
        self.close()

    def remove(self) -> None:
        self.close()
        self._path.unlink(missing_ok=True)

    def _text_of(self, record: Any) -> bytes:
        if self.fmt == "%(message)s" and isinstance(record.msg, bytes):
            return record.msg
        text: str = self.fmt % record.asdict()
        return text.encode(errors="replace")

    def _write(self, said: bytes) -> None:
        if self._dropped:
            said = b"\n(no room on the disk: %d not written)\n%b" % (
                self._dropped,
                said,
            )
        descriptor = self._open(len(said))
        while said:
            said = said[os.write(descriptor, said) :]
        self._dropped = 0

    def _open(self, more: int) -> int:
        """
        Return the descriptor, after a rotation if `more` bytes would exceed the limit.
        """
        descriptor = self._opened()
        size = os.fstat(descriptor).st_size
        if size and size + more > self._most:
            self._rotate()
            descriptor = self._opened()
        return descriptor

    def _opened(self) -> int:
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags, mode=0o600)
        return self._descriptor

    def _rotate(self) -> None:
        self.close()
        for number in range(self._backups, 0, -1):
            older = Path(f"{self._path}.{number}")
            newer = Path(f"{self._path}.{number - 1}") if number > 1 else self._path
            if newer.exists():
                newer.replace(older)


def main() -> None:
    """Run supervisord with these handlers."""
    loggers.FileHandler = loggers.RotatingFileHandler = LogFile
    supervisord.main()


if __name__ == "__main__":
    main()
