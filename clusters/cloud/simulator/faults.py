"""The switches that make one call go wrong; each is thrown for one call only."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from clusters.cloud.simulator.clusters import Failure
from clusters.cloud.simulator.refusals import CssRefusal, css_refusal
from clusters.cloud.simulator.wire import SILENCE, Answer, Call, Ending


class UnknownFault(Exception):
    """There is no such switch, or it has no such position."""


class NextCreate(StrEnum):
    """What happens to the next create that gets past the gateway."""

    LOST_AFTER = "lost_after"
    """It is done, and the connection is closed without an answer."""
    LOST_BEFORE = "lost_before"
    """It is read, nothing is done, and the connection is closed."""
    REFUSED = "refused"
    """The cloud says that the quota is used up."""
    FAILS_303 = "fails_303"
    """It is accepted, and the build ends in 303 with a reason."""

    def instead(self, call: Call) -> Answer | None:
        """Return what is answered without looking at the order, if anything."""
        if self is NextCreate.LOST_BEFORE:
            return SILENCE
        if self is NextCreate.REFUSED:
            return quota_used_up().answer(call.request_id)
        return None

    @property
    def failure(self) -> Failure | None:
        """Why the build is going to fail, if it is."""
        return CREATION_FAILED if self is NextCreate.FAILS_303 else None

    def afterwards(self, answer: Answer) -> Answer:
        """Return what becomes of the answer on its way back."""
        if self is NextCreate.LOST_AFTER:
            return replace(answer, ending=Ending.CLOSED)
        return answer


CREATION_FAILED = Failure(code="CSS.6000", message="Failed to create the cluster.")


class Faults:
    """What is armed now."""

    def __init__(self) -> None:
        self._next_create: NextCreate | None = None

    def arm(self, switches: Mapping[str, object]) -> None:
        """
        Throw switches by name; None puts one back.

        :raises UnknownFault: with a sentence; then nothing is changed
        """
        unknown = sorted(set(switches) - {"next_create"})
        if unknown or not switches:
            named = ", ".join(unknown) or "nothing"
            raise UnknownFault(f"The one switch is next_create; this names {named}.")
        self._next_create = _position(switches["next_create"])

    def take_next_create(self) -> NextCreate | None:
        """Return what is armed for this create, and put the switch back."""
        armed, self._next_create = self._next_create, None
        return armed

    def disarm(self) -> None:
        """Put every switch back."""
        self._next_create = None

    def as_json(self) -> dict[str, object]:
        """Return every switch with its position."""
        return {"next_create": self._next_create}


def quota_used_up() -> CssRefusal:
    """Return the refusal of one cluster too many."""
    return css_refusal("CSS.1112", "The number of clusters exceeds the quota.")


def _position(wanted: object) -> NextCreate | None:
    if wanted is None:
        return None
    if wanted in tuple(NextCreate):
        return NextCreate(str(wanted))
    known = ", ".join(NextCreate)
    raise UnknownFault(f"next_create is one of {known}, not {wanted!r:.80}.")
