"""The state machine of a request: every state, verb and transition."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a request is. `sending` and `unclear` are never shown as failed."""

    PENDING = "pending", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    SENDING = "sending", _("Being sent")
    UNCLEAR = "unclear", _("Unclear")
    CREATING = "creating", _("Creating")
    ACTIVE = "active", _("Active")
    FAILED = "failed", _("Failed")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class Verb(StrEnum):
    """What moves a request; the value is the stored kind of the transition's event."""

    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"
    CANCEL = "cancel"
    REVERT = "revert"
    CLAIM = "claim"
    RELEASE = "release"
    ACCEPT = "accept"
    REFUSE = "refuse"
    LOSE = "lose"
    ADOPT = "adopt"
    FOUND = "found"
    RESEND = "resend"
    SETTLE = "settle"
    READY = "ready"
    BREAK = "break"
    RETRY = "retry"


class Tone(TextChoices):
    """The visual category of a state; pages give each a colour, an icon and a word."""

    WAITING = "wait"
    WORKING = "work"
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    REST = "rest"


@dataclass(frozen=True)
class Move:
    """One transition: from any of `sources` to `target`."""

    sources: tuple[State, ...]
    target: State


def _move(*sources: State, to: State) -> Move:
    return Move(sources=sources, target=to)


MOVES: Final = {
    Verb.APPROVE: _move(State.PENDING, to=State.APPROVED),
    Verb.REJECT: _move(State.PENDING, to=State.REJECTED),
    Verb.EXPIRE: _move(State.PENDING, to=State.EXPIRED),
    Verb.CANCEL: _move(State.PENDING, State.APPROVED, to=State.CANCELLED),
    Verb.REVERT: _move(State.APPROVED, State.SENDING, to=State.PENDING),
    Verb.CLAIM: _move(State.APPROVED, to=State.SENDING),
    Verb.RELEASE: _move(State.SENDING, to=State.APPROVED),
    Verb.ACCEPT: _move(State.SENDING, State.UNCLEAR, to=State.CREATING),
    Verb.REFUSE: _move(State.SENDING, State.UNCLEAR, to=State.FAILED),
    Verb.LOSE: _move(State.SENDING, to=State.UNCLEAR),
    Verb.ADOPT: _move(State.SENDING, State.UNCLEAR, to=State.CREATING),
    Verb.FOUND: _move(State.APPROVED, State.FAILED, State.CANCELLED, to=State.CREATING),
    Verb.RESEND: _move(State.UNCLEAR, to=State.APPROVED),
    Verb.SETTLE: _move(State.UNCLEAR, to=State.FAILED),
    Verb.READY: _move(State.CREATING, to=State.ACTIVE),
    Verb.BREAK: _move(State.CREATING, to=State.FAILED),
    Verb.RETRY: _move(State.FAILED, to=State.APPROVED),
}

MOVING: Final = frozenset(
    {State.APPROVED, State.SENDING, State.UNCLEAR, State.CREATING}
)
"""States in which the portal does something by itself; their pages poll for changes."""

OPEN: Final = (State.PENDING, *MOVING)
"""States in which an approver or the portal still has something to do."""

ENDED: Final = tuple(state for state in State if state not in OPEN)
"""The other ones: only a cluster may be left of a request."""

HOLDS_NAME: Final = (State.APPROVED, State.SENDING, State.UNCLEAR)
"""States that keep a cluster name from other requests of the same cloud project."""

FINAL: Final = frozenset({State.REJECTED, State.EXPIRED})
"""States that no verb leaves. `failed` and `cancelled` are not among them."""

TONES: Final = {
    State.PENDING: Tone.WAITING,
    State.APPROVED: Tone.WORKING,
    State.SENDING: Tone.WORKING,
    State.UNCLEAR: Tone.UNSURE,
    State.CREATING: Tone.WORKING,
    State.ACTIVE: Tone.GOOD,
    State.FAILED: Tone.BAD,
    State.REJECTED: Tone.REST,
    State.CANCELLED: Tone.REST,
    State.EXPIRED: Tone.REST,
}
