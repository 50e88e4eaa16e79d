"""The files of the embedded broker: read in batches, in order, equal ones once."""

import heapq
import logging
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from portal.queue.message_rules import LONGEST, NoMessage, read_envelope

BATCH: Final = 1_000
"""How many files are read at a time. Their names are sorted once for all of them."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A message that still lies in its file."""

    path: Path
    envelope: dict[str, Any]


class Spool:
    """
    The messages of one queue, oldest first.

    Many processes may read one folder: a message belongs to whoever removes its file.
    """

    def __init__(self, folder: Path, queue: str) -> None:
        self._folder = folder
        self._suffix = f"{queue}.msg"
        self._waiting: deque[Waiting] = deque()
        self._stuck: set[str] = set()

    def take(self) -> dict[str, Any] | None:
        """Remove the oldest message and return it; None where there is none."""
        while True:
            while self._waiting:
                waiting = self._waiting.popleft()
                if _remove(waiting.path):
                    return waiting.envelope
            if not self._read_batch():
                return None

    def _read_batch(self) -> bool:
        """Read the next files. False where there are none; not each is a message."""
        names = heapq.nsmallest(BATCH, self._names())
        messages = self._messages(names)
        self._waiting.extend(_folded(messages))
        return bool(names)

    def _names(self) -> Iterator[str]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                # A name is time_uuid.QUEUE.msg, and a queue's name may hold dots. A
                # folder, a link or a pipe is nobody's message.
                is_ours = entry.name.partition(".")[2] == self._suffix
                if is_ours and entry.name not in self._stuck and _is_plain(entry):
                    yield entry.name

    def _messages(self, names: Iterable[str]) -> Iterator[Waiting]:
        for name in names:
            path = self._folder / name
            try:
                yield Waiting(path, read_envelope(_content(path)))
            except FileNotFoundError:
                continue  # somebody else took it
            except (OSError, NoMessage) as error:
                self._drop(path, str(error))

    def _drop(self, path: Path, why: str) -> None:
        log.warning("broker.junk_dropped", extra={"file": ascii(path.name), "why": why})
        try:
            path.unlink(missing_ok=True)
        except OSError:
            self._stuck.add(path.name)  # or it would be read for ever


def _folded(messages: Iterable[Waiting]) -> Iterator[Waiting]:
    """
    Leave out, and remove, each message whose task waits already with the same arguments.

    The first stays. It was still in its file after the later ones were written, so its
    handler begins after that, and finds in the rows what they tell of. A message that is
    written from now on is not among these.
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
        log.info("broker.folded", extra={"messages": folded})


def _key(envelope: dict[str, Any]) -> tuple[str, str] | None:
    """Return what the message asks for; None if it may be late for that."""
    headers = envelope["headers"]
    task = headers.get("task")
    if not isinstance(task, str) or headers.get("expires"):
        return None
    return task, envelope["body"]


def _is_plain(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:
        return False


def _content(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise NoMessage("too long")
    return content


def _remove(path: Path) -> bool:
    """Whether it was us who removed this file."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
