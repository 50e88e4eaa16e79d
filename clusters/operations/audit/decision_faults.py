"""Compare the decisions on a request with the events that tell of them."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from clusters.domain.events import EventKind
from clusters.models.decision import Verdict
from clusters.models.event_row import moment_of
from clusters.operations.audit.chain_facts import ChainFacts, ToldDecision
from clusters.operations.audit.chains import named
from clusters.operations.audit.request_columns import DecisionRow

_VERDICTS: Final = {
    EventKind.APPROVE.value: Verdict.APPROVED.value,
    EventKind.REJECT.value: Verdict.REJECTED.value,
}


def decision_faults(
    decisions: Sequence[DecisionRow], facts: ChainFacts, *, are_places_kept: bool
) -> Iterator[str]:
    """
    Yield in words how decisions and events differ; each of one has one of the other.

    Without `are_places_kept`, the place that an event names is not compared.
    """
    for row, told in zip_longest(decisions, facts.decisions):
        if told is None:
            yield f"no event tells of decision {row.id} ({row.verdict})."
        elif row is None:
            yield f"the decision that {named(told.event)} tells of is not there."
        else:
            for what in _differing(row, told, are_places_kept):
                yield f"{what} of decision {row.id} is not that of {named(told.event)}."
            yield from _voiding(row, told)


_COLUMNS: Final = (
    "the verdict",
    "the person",
    "the name of the person",
    "the time",
    "the comment",
    "the body",
    "the body",
    "the place",
)


def _differing(
    row: DecisionRow, told: ToldDecision, are_places_kept: bool
) -> Iterator[str]:
    """Yield which columns differ; where the event says nothing, the row is right."""
    event, data, body = told.event, told.data, row.body_sha256
    place = data.get("place_sha256") if are_places_kept else None
    said = (
        _VERDICTS[event.kind],
        event.actor_id,
        event.actor_name or row.by_name,  # an erased name is empty in the event
        _moment(event.at),
        data.get("comment", row.comment),
        data.get("body_sha256", body),
        told.asked_body or body,
        place or row.place_sha256,
    )
    kept = (
        row.verdict,
        row.by_id,
        row.by_name,
        _moment(row.at),
        row.comment,
        body,
        body,
        row.place_sha256,
    )
    if kept != said:
        each = zip(_COLUMNS, kept, said, strict=True)
        yield next(what for what, left, right in each if left != right)


def _moment(at: str) -> str:
    """Return the time as `moment_of` does; the text itself if it is none."""
    try:
        return moment_of(at)
    except ValueError:
        return at


def _voiding(row: DecisionRow, told: ToldDecision) -> Iterator[str]:
    if row.voided_at and not told.voided_at:
        yield f"decision {row.id} is void, and no event made it void."
    if told.voided_at and not row.voided_at:
        yield f"decision {row.id} holds, and a later event made it void."
    if row.voided_at and told.voided_at and _moment(row.voided_at) != told.voided_at:
        yield f"decision {row.id} is void since another time than its event says."
