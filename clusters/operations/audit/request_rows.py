"""
Join the chains of requests with their rows, all in the order of the request's id.

Foreign keys are not relied on: on SQLite they can be switched off.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from clusters.models.event_row import EventRow
from clusters.operations.audit.attempt_faults import attempt_faults
from clusters.operations.audit.chain_facts import ChainFacts
from clusters.operations.audit.decision_faults import decision_faults
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.request_columns import (
    AttemptRow,
    DecisionRow,
    RequestRow,
    attempt_rows,
    decision_rows,
    request_rows,
)
from clusters.operations.audit.request_faults import request_faults
from clusters.operations.audit.snapshot import Snapshot


class _OfRequest(Protocol):
    @property
    def request_id(self) -> str: ...


_Row = TypeVar("_Row", bound=_OfRequest)


class _Queue(Generic[_Row]):
    """Rows in the order of their requests, taken request by request."""

    def __init__(self, rows: Iterator[_Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def up_to(self, request_id: str) -> list[_Row]:
        """Return the rows up to this request's, those of skipped requests included."""
        taken = []
        while self._next is not None and self._next.request_id <= request_id:
            taken.append(self._next)
            self._next = next(self._rows, None)
        return taken

    def rest(self) -> list[_Row]:
        """Return the next row, if one is left."""
        return [] if self._next is None else [self._next]


class RequestRows:
    """
    Compares requests with their events; `count` is how many requests were compared.

    :param are_places_kept: False in a demo, whose address may have changed
    """

    def __init__(self, snapshot: Snapshot, *, are_places_kept: bool) -> None:
        self.count = 0
        self._are_places_kept = are_places_kept
        self._facts: ChainFacts | None = None
        self._requests = _Queue(request_rows(snapshot))
        self._decisions = _Queue(decision_rows(snapshot))
        self._attempts = _Queue(attempt_rows(snapshot))

    def add(self, row: EventRow) -> None:
        """
        Take in the next event, in the reading order; other subjects are passed over.

        :raises Finding: if the request whose chain has ended is not as it says
        """
        if self._facts is None or self._facts.request_id != row.request_id:
            self._end_chain()
            if not row.request_id:
                return
            self._facts = ChainFacts(row.request_id)
        self._facts.add(row)

    def end(self) -> None:
        """
        Compare what is left once all events were added.

        :raises Finding: as `add`, or if a request has no events
        """
        self._end_chain()
        for request in self._requests.rest():
            raise Finding(f"{_named(request.request_id, request.name)} has no events.")
        for decision in self._decisions.rest():
            raise Finding(_stray(decision))
        for attempt in self._attempts.rest():
            raise Finding(_stray(attempt))

    def _end_chain(self) -> None:
        facts, self._facts = self._facts, None
        if facts is None:
            return
        for fault in self._faults(facts):
            raise Finding(fault)
        self.count += 1

    def _faults(self, facts: ChainFacts) -> Iterator[str]:
        request_id = facts.request_id
        requests = self._requests.up_to(request_id)
        decisions = self._decisions.up_to(request_id)
        attempts = self._attempts.up_to(request_id)
        yield from _strays(request_id, requests, [*decisions, *attempts])
        if not requests:
            yield f"{_named(request_id)} has events and no row."
            return
        kept = {"are_places_kept": self._are_places_kept}
        for fault in chain(
            request_faults(requests[-1], facts, **kept),
            decision_faults(decisions, facts, **kept),
            attempt_faults(attempts, facts, **kept),
        ):
            yield f"{_named(request_id, requests[-1].name)}: {fault}"


def _strays(
    request_id: str,
    requests: Sequence[RequestRow],
    others: Sequence[DecisionRow | AttemptRow],
) -> Iterator[str]:
    """Yield the rows of requests that come before this one, and so have no events."""
    for request in requests:
        if request.request_id != request_id:
            yield f"{_named(request.request_id, request.name)} has no events."
    for row in others:
        if row.request_id != request_id:
            yield _stray(row)


def _stray(row: DecisionRow | AttemptRow) -> str:
    what = (
        f"Decision {row.id}"
        if isinstance(row, DecisionRow)
        else f"Attempt {row.number}"
    )
    return f"{what} is of request {row.request_id}, which has no events."


def _named(request_id: str, name: str = "") -> str:
    """Return what a sentence calls a request, as `findings.in_words` does."""
    try:
        request_id = str(UUID(request_id))
    except ValueError:
        request_id = f"{request_id}, which is no uuid"
    return " ".join(filter(None, ["Request", name, f"({request_id})"]))
