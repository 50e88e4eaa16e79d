"""Compute what a head covers while the events are read in the reading order."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from clusters.models import Subject
from clusters.models.event_row import uuid_text


class LinkRow(Protocol):
    """What a head needs of an event; ids of requests with or without hyphens."""

    @property
    def id(self) -> int: ...
    @property
    def request_id(self) -> str: ...
    @property
    def subject_kind(self) -> str: ...
    @property
    def subject_id(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def hash(self) -> str: ...


@dataclass(frozen=True)
class Covered:
    """How many events and chains there are up to a primary key, and their root."""

    events: int
    chains: int
    root: str


class ArchivedChain(NamedTuple):
    """
    What a head covers of a request whose events are in an archive.

    Its id as the events of the database have theirs, how many events, the last one's hash.
    """

    request_id: str
    events: int
    last_hash: str


class Roots:
    """
    Takes in events in the reading order; `result` covers those up to `last_event`.

    A chain is covered up to its last event with such a primary key.

    :param archived: the chains that are not among the events, by the ids of their requests
    """

    def __init__(self, last_event: int, archived: Iterable[ArchivedChain] = ()) -> None:
        self.last_event = last_event
        self._archived = iter(archived)
        self._next_archived = next(self._archived, None)
        self._events = self._chains = 0
        self._root = hashlib.sha256()
        self._last: LinkRow | None = None

    def add(self, row: LinkRow) -> None:
        """Take in the next event."""
        if row.id > self.last_event:
            return
        last = self._last
        if last is None or (
            row.request_id != last.request_id
            or row.subject_id != last.subject_id
            or row.subject_kind != last.subject_kind
        ):
            self._end_chain()
            self._add_archived(before=row.request_id)
        self._events += 1
        self._last = row

    def result(self) -> Covered:
        """Return what was covered, once all events were added."""
        self._end_chain()
        self._add_archived()
        return Covered(self._events, self._chains, self._root.hexdigest())

    def _end_chain(self) -> None:
        last, self._last = self._last, None
        if last is None:
            return
        kind, subject_id = last.subject_kind, last.subject_id
        if last.request_id:
            kind, subject_id = Subject.REQUEST.value, uuid_text(last.request_id)
        self._add_chain(kind, subject_id, last.seq, last.hash)

    def _add_archived(self, *, before: str = "") -> None:
        """Add the archived chains that come before this request; empty: all of them."""
        while (chain := self._next_archived) is not None:
            if before and chain.request_id >= before:
                return
            self._events += chain.events
            request_id = uuid_text(chain.request_id)
            self._add_chain(Subject.REQUEST, request_id, chain.events, chain.last_hash)
            self._next_archived = next(self._archived, None)

    def _add_chain(self, kind: str, subject_id: str, seq: int, last_hash: str) -> None:
        self._chains += 1
        self._root.update(f"{kind} {subject_id} {seq} {last_hash}\n".encode())


def root_of(chains: Iterable[ArchivedChain]) -> str:
    """Return the root over nothing but these chains, which are in the order of their ids."""
    return Roots(0, chains).result().root
