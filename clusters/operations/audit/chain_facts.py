"""What the events of one request say of its row, its decisions and its attempts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models.event_row import EventRow, moment_of, read_json


@dataclass
class ToldDecision:
    """A decision as its event tells it; `voided_at` is the time of a later `revert`."""

    event: EventRow
    data: dict[str, Any]
    asked_body: str | None
    """The body that the request had then; None where no event says so."""
    voided_at: str = ""


@dataclass(frozen=True)
class ToldAnswer:
    """What the attempt of a claim was answered, as an event tells it."""

    event: EventRow
    claim: int
    """Its number; -1 where no event says it."""
    outcome: str
    cluster_id: str = ""


@dataclass
class ChainFacts:
    """
    What the events of one request say, up to the last one that was added.

    Columns of which no event speaks are None: older versions wrote less into events.
    """

    request_id: str
    moved_by: EventRow | None = None
    """The last transition."""
    body_sha256: str | None = None
    place_sha256: str | None = None
    requester_id: int | None = None
    requester_name: str = ""
    """Empty where it was erased, or no event says it."""
    cloud_id: str | None = ""
    decisions: list[ToldDecision] = field(default_factory=list)
    approved: list[tuple[str | None, str | None]] = field(default_factory=list)
    """Body and place of each approval."""
    claim: int = -1
    """Number of the last claim; -1 where no event says it."""
    answers: list[ToldAnswer] = field(default_factory=list)
    counted: tuple[EventRow, int] | None = None
    """The last event that says how many attempts there were."""

    def add(self, row: EventRow) -> None:
        """Take in the next event."""
        if row.to_state:
            self.moved_by = row
        tell = _TELLERS.get(row.kind)
        if tell is not None:
            data = read_json(row.data)
            tell(self, row, data if isinstance(data, dict) else {})

    def states(self) -> tuple[str, ...]:
        """
        Return the states that the row may have.

        After a release with a reason a repeated claim is not written, so the request may be
        `sending` (`operations.core.repeated_moves`).
        """
        if self.moved_by is None:
            return ()
        state = self.moved_by.to_state
        is_release = self.moved_by.kind == EventKind.RELEASE
        if is_release and _data_of(self.moved_by).get("because"):
            return state, State.SENDING.value
        return (state,)


def _data_of(row: EventRow) -> dict[str, Any]:
    data = read_json(row.data)
    return data if isinstance(data, dict) else {}


def _submit(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    facts.body_sha256 = data.get("body_sha256")
    facts.requester_id, facts.requester_name = row.actor_id, row.actor_name


def _decide(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    facts.decisions.append(ToldDecision(row, data, facts.body_sha256))
    facts.place_sha256 = data.get("place_sha256")


def _approve(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    _decide(facts, row, data)
    facts.approved.append((data.get("body_sha256"), facts.place_sha256))


def _revert(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    facts.body_sha256 = data.get("body_sha256") or facts.body_sha256
    facts.place_sha256 = ""
    for decision in facts.decisions:
        decision.voided_at = decision.voided_at or moment_of(row.at)


def _hand_over(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    facts.requester_id = data.get("to_id")
    names = read_json(row.names)
    # Events of format 1 have the name in `data`.
    facts.requester_name = names["to"]["text"] if "to" in names else data.get("to", "")


def _learn(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    facts.cloud_id = data.get("cluster_id")


def _accept(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    _learn(facts, row, data)
    named = str(data.get("cluster_id", ""))
    facts.answers.append(ToldAnswer(row, facts.claim, "accepted", named))


def _refuse(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    # With a holder of the name, nothing was sent.
    if "holder" not in data:
        facts.answers.append(ToldAnswer(row, facts.claim, "refused"))


def _tell_unknown(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    if "outcome" in data:
        facts.answers.append(ToldAnswer(row, facts.claim, str(data["outcome"])))


def _claim(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    claim = data.get("claim")
    facts.claim = claim if isinstance(claim, int) else -1


def _count(facts: ChainFacts, row: EventRow, data: dict[str, Any]) -> None:
    if isinstance(data.get("attempts"), int):
        facts.counted = (row, data["attempts"])


_Teller = Callable[[ChainFacts, EventRow, dict[str, Any]], None]
_TELLERS: Final[dict[str, _Teller]] = {
    EventKind.SUBMIT.value: _submit,
    EventKind.APPROVE.value: _approve,
    EventKind.REJECT.value: _decide,
    EventKind.REVERT.value: _revert,
    EventKind.HAND_OVER.value: _hand_over,
    EventKind.ACCEPT.value: _accept,
    EventKind.ADOPT.value: _learn,
    EventKind.FOUND.value: _learn,
    EventKind.CLAIM.value: _claim,
    EventKind.REFUSE.value: _refuse,
    EventKind.LOSE.value: _tell_unknown,
    EventKind.RESEND.value: _count,
    EventKind.SETTLE.value: _count,
}
