"""Check one request of an archive as `verify_audit` checks those of the database."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from clusters.domain.signed_erasure import ErasedEvents
from clusters.operations.audit.archives.record import Record
from clusters.operations.audit.attempt_faults import attempt_faults
from clusters.operations.audit.chain_facts import ChainFacts
from clusters.operations.audit.chains import checked
from clusters.operations.audit.decision_faults import decision_faults
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.request_faults import request_faults


class Link(NamedTuple):
    """The chain of one request in short: primary keys of events, their number, a hash."""

    first_event: int
    last_event: int
    events: int
    last_hash: str


def link_of(record: Record, erased: ErasedEvents, *, are_places_kept: bool) -> Link:
    """
    Return the chain of a record, once all of the record was checked.

    :param erased: events of format 1 that count by a signed erasure
    :raises Finding: with its first bad row
    """
    facts = ChainFacts(record.request_id)
    rows = list(checked(record.events, erased))
    if not rows:
        raise Finding(f"{_called(record)} has no events.")
    for row in rows:
        facts.add(row)
    for fault in _faults(record, facts, are_places_kept=are_places_kept):
        raise Finding(f"{_called(record)}: {fault}")
    first, last = rows[0], rows[-1]
    return Link(first.id, last.id, last.seq, last.hash)


def _faults(
    record: Record, facts: ChainFacts, *, are_places_kept: bool
) -> Iterator[str]:
    if any(row.request_id != record.request_id for row in record.events):
        yield "it has events of another request."
    kept = {"are_places_kept": are_places_kept}
    yield from chain(
        request_faults(record.request_row(), facts, **kept),
        decision_faults(record.decision_rows(), facts, **kept),
        attempt_faults(record.attempt_rows(), facts, **kept),
    )


def _called(record: Record) -> str:
    return f"Request {record.name} ({record.request_id})"
