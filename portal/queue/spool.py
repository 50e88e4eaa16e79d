"""
Message files of the embedded broker: read in batches, in order, without duplicates.
"""

import heapq
import logging
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from portal.queue.message_rules import LONGEST, InvalidMessage, read_envelope

BATCH: Final = 1_000
"""Files that are read at a time; their names are sorted once for each batch."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SpooledMessage:
    """A message whose file has not been removed yet."""

    path: Path
    envelope: dict[str, Any]


class Spool:
    """
    The messages of one queue, oldest first.

    Several processes may read one folder: the one that removes the file has the message.
    """

    def __init__(self, folder: Path, queue: str) -> None:
        self._folder = folder
        self._suffix = f"{queue}.msg"
        self._waiting: deque[SpooledMessage] = deque()
        self._stuck: set[str] = set()

    def take(self) -> dict[str, Any] | None:
        """Remove the oldest message and return its envelope; None if there is none."""
        while True:
            while self._waiting:
                waiting = self._waiting.popleft()
                if _remove(waiting.path):
                    return waiting.envelope
            if not self._read_batch():
                return None

    def _read_batch(self) -> bool:
        """
        Read the next batch; False if there are no files. Not every file is a message.
        """
        names = heapq.nsmallest(BATCH, self._names())
        messages = self._messages(names)
        self._waiting.extend(_without_duplicates(messages))
        return bool(names)

    def _names(self) -> Iterator[str]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                # Names are time_uuid.QUEUE.msg; the queue's name may contain dots.
                # Folders, links and pipes are no messages.
                is_ours = entry.name.partition(".")[2] == self._suffix
                if (
                    is_ours
                    and entry.name not in self._stuck
                    and _is_regular_file(entry)
                ):
                    yield entry.name

    def _messages(self, names: Iterable[str]) -> Iterator[SpooledMessage]:
        for name in names:
            path = self._folder / name
            try:
                yield SpooledMessage(path, read_envelope(_content(path)))
            except FileNotFoundError:
                continue  # another process took it
            except (OSError, InvalidMessage) as error:
                self._drop(path, str(error))

    def _drop(self, path: Path, why: str) -> None:
        log.warning(
            "broker.invalid_file_dropped", extra={"file": ascii(path.name), "why": why}
        )
        try:
            path.unlink(missing_ok=True)
        except OSError:
            self._stuck.add(path.name)  # or it would be read again and again


def _without_duplicates(messages: Iterable[SpooledMessage]) -> Iterator[SpooledMessage]:
    """
    Drop each message whose task is already waiting with the same arguments.

    The first one stays. It was not taken before the later ones were written, so its task
    starts after that and sees the database rows for which they were sent. Messages that
    are written from now on are not affected.
    """
    waiting = set()
    folded = 0
    for message in messages:
        key = _key(message.envelope)
        if key in waiting:
            folded += _remove(message.path)
            continue
        if key is not None:
            waiting.add(key)
        yield message
    if folded:
        log.info("broker.duplicates_dropped", extra={"messages": folded})


def _key(envelope: dict[str, Any]) -> tuple[str, str] | None:
    """
    Return task and arguments; None if the message expires, so cannot stand for another.
    """
    headers = envelope["headers"]
    task = headers.get("task")
    if not isinstance(task, str) or headers.get("expires"):
        return None
    return task, envelope["body"]


def _is_regular_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:
        return False


def _content(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise InvalidMessage("too long")
    return content


def _remove(path: Path) -> bool:
    """Remove the file; return whether it was this process that removed it."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
