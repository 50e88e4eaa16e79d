"""Lines of the timeline: one for an event or an attempt, with text and mark. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.cloud.types import Outcome
from clusters.domain.events import EventKind
from clusters.domain.states import MOVING, State
from clusters.models import Attempt, Event
from clusters.models.erased_names import shown_name
from clusters.views.request.event_sentences import sentences_of
from clusters.views.stored_text import translate_stored


@dataclass(frozen=True, kw_only=True)
class Note:
    """
    A detail below a line.

    `value` is an id or a code. With `copies` it has a button to copy it; with `is_long`
    only its beginning is shown.
    """

    text: str = ""
    value: str = ""
    copies: bool = False
    is_long: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    One line of the timeline.

    * `mark`: CSS class of the dot: ok, wait, now, unsure, badmark or rest.
    * `lasted`: how long this state or call took; `is_now`: it still lasts.
    * `waited`: the state was one of waiting only (`pending`, `approved`).
    * `seq`: number of its first event; an attempt has that of its claim plus 0.5.
    * `may_change`: later events may change this line.
    * `begins_day`: the first line of a day.
    """

    title: str
    at: datetime
    mark: str
    who: str = ""
    lasted: timedelta | None = None
    is_now: bool = False
    waited: bool = False
    quote: str = ""
    notes: tuple[Note, ...] = ()
    verb: str = ""
    seq: float = 0
    may_change: bool = False
    begins_day: bool = False


def of_event(event: Event, *, ended_at: datetime | None, now: datetime) -> Entry:
    """Return the line of an event; `ended_at` is None while its state still lasts."""
    lasts = ended_at is None and event.to_state in {State.PENDING, *MOVING}
    title = _TITLES.get(event.kind)
    return Entry(
        title=str(title) if title else event.kind,
        at=event.at,
        mark=_mark(event, lasts=lasts),
        who=shown_name(event.shown_actor),
        lasted=_lasted(event, ended_at or (now if lasts else None)),
        is_now=lasts,
        waited=event.to_state in (State.PENDING, State.APPROVED),
        quote=_text(event, "comment") or _text(event, "reason"),
        notes=tuple(_notes_of_event(event)),
        verb=event.kind,
        seq=event.seq,
    )


def of_attempt(attempt: Attempt, *, now: datetime | None) -> Entry:
    """Return the line of an attempt; `now` is None if the call cannot be running."""
    waits = not attempt.outcome and now is not None
    return Entry(
        title=_attempt_title(attempt),
        at=attempt.sent_at,
        mark="now" if waits else _attempt_mark(attempt),
        lasted=_call_lasted(attempt, now),
        is_now=waits,
        notes=tuple(_notes_of_attempt(attempt, waits=waits)),
        verb="attempt",
    )


_TITLES: Final[dict[str, object]] = {
    EventKind.SUBMIT: gettext_lazy("Requested"),
    EventKind.APPROVE: gettext_lazy("Approved"),
    EventKind.REJECT: gettext_lazy("Rejected"),
    EventKind.EXPIRE: gettext_lazy("Expired"),
    EventKind.CANCEL: gettext_lazy("Cancelled"),
    EventKind.REVERT: gettext_lazy("Decision void: a new decision is needed"),
    EventKind.CLAIM: gettext_lazy("Being sent"),
    EventKind.RELEASE: gettext_lazy("Not sent, returned to the queue"),
    EventKind.ACCEPT: gettext_lazy("The cloud is building it"),
    EventKind.REFUSE: gettext_lazy("The cloud refused the request"),
    EventKind.LOSE: gettext_lazy("No clear answer: the portal looks for the cluster"),
    EventKind.ADOPT: gettext_lazy("Found in the cloud"),
    EventKind.FOUND: gettext_lazy("Found in the cloud after all"),
    EventKind.RESEND: gettext_lazy("Not found: it will be sent again"),
    EventKind.SETTLE: gettext_lazy("Settled: no cluster was made"),
    EventKind.READY: gettext_lazy("Ready"),
    EventKind.BREAK: gettext_lazy("The cloud failed to build the cluster"),
    EventKind.RETRY: gettext_lazy("Tried again"),
    EventKind.HAND_OVER: gettext_lazy("Handed over"),
    EventKind.DUPLICATE_SEEN: gettext_lazy("A second cluster of this request was seen"),
    EventKind.LATE_ANSWER: gettext_lazy("A late answer came with a cluster id"),
    EventKind.OPERATOR_NEEDED: gettext_lazy("The portal needs an operator's decision"),
    EventKind.OPERATOR_KEEPS_WATCHING: gettext_lazy("Search started again"),
    EventKind.DELETION_ORDERED: gettext_lazy("To be deleted"),
    EventKind.DELETION_SENT: gettext_lazy("The cloud is deleting the broken cluster"),
    EventKind.DELETION_DONE: gettext_lazy("The broken cluster is gone"),
    EventKind.DELETION_REFUSED: gettext_lazy(
        "Not deleted: this cluster works, or is not ours"
    ),
    EventKind.DELETION_FAILED: gettext_lazy("Not deleted yet, it will be tried again"),
    EventKind.PASSWORD_SHOWN: gettext_lazy("The administrator's password was shown"),
    EventKind.PASSWORD_ERASED: gettext_lazy("The administrator's password was erased"),
    EventKind.CLUSTER_VANISHED: gettext_lazy(
        "The cluster is not in the cloud any more"
    ),
    EventKind.CLUSTER_BROKEN: gettext_lazy("The cloud says that the cluster is broken"),
    EventKind.CLUSTER_BACK: gettext_lazy("The cluster works again"),
}

_NAMING: Final = frozenset(
    {EventKind.ADOPT, EventKind.FOUND, EventKind.DUPLICATE_SEEN, EventKind.LATE_ANSWER}
)
"""Kinds of events that show a cluster id, because no attempt shows it."""

_MARKS: Final[dict[str, str]] = {
    EventKind.REJECT: "rest",
    EventKind.EXPIRE: "rest",
    EventKind.CANCEL: "rest",
    EventKind.REVERT: "wait",
    EventKind.RELEASE: "wait",
    EventKind.REFUSE: "badmark",
    EventKind.LOSE: "unsure",
    EventKind.RESEND: "wait",
    EventKind.SETTLE: "badmark",
    EventKind.BREAK: "badmark",
    EventKind.DUPLICATE_SEEN: "badmark",
    EventKind.OPERATOR_NEEDED: "unsure",
    EventKind.OPERATOR_KEEPS_WATCHING: "wait",
    EventKind.DELETION_ORDERED: "wait",
    EventKind.DELETION_SENT: "wait",
    EventKind.DELETION_REFUSED: "unsure",
    EventKind.DELETION_FAILED: "wait",
    EventKind.PASSWORD_ERASED: "rest",
    EventKind.CLUSTER_VANISHED: "badmark",
    EventKind.CLUSTER_BROKEN: "badmark",
}

_OUTCOMES: Final = {
    Outcome.NOT_SENT: gettext_lazy("nothing was sent"),
    Outcome.ACCEPTED: gettext_lazy("accepted"),
    Outcome.UNAUTHORISED: gettext_lazy("sign-in not accepted, nothing was done"),
    Outcome.THROTTLED: gettext_lazy("too many calls, nothing was done"),
    Outcome.REFUSED: gettext_lazy("refused"),
    Outcome.NAME_HELD: gettext_lazy("the name is taken"),
    Outcome.BUSY: gettext_lazy("the cloud was busy"),
    Outcome.UNKNOWN: gettext_lazy("no clear answer"),
}

_ATTEMPT_MARKS: Final[dict[str, str]] = {
    Outcome.ACCEPTED: "ok",
    Outcome.REFUSED: "badmark",
    Outcome.UNKNOWN: "unsure",
    Outcome.BUSY: "unsure",
    Outcome.NAME_HELD: "unsure",
}


def _mark(event: Event, *, lasts: bool) -> str:
    if lasts and event.to_state == State.PENDING:
        return "wait"
    if lasts and event.to_state != State.UNCLEAR:
        return "now"
    return _MARKS.get(event.kind, "ok")


def _lasted(event: Event, until: datetime | None) -> timedelta | None:
    if until is None or not event.to_state:
        return None
    return max(until - event.at, timedelta())


def _text(event: Event, key: str) -> str:
    value = event.data.get(key, "")
    return value if isinstance(value, str) else ""


def _notes_of_event(event: Event) -> Iterator[Note]:
    body_sha256 = _text(event, "body_sha256")
    if body_sha256 and event.kind == EventKind.APPROVE:
        yield Note(text=_("for body"), value=body_sha256, copies=True, is_long=True)
    if because := _text(event, "because"):
        yield Note(text=translate_stored(because))
    for sentence in sentences_of(event):
        yield Note(text=sentence)
    if event.kind == EventKind.BREAK:
        yield from _said(_text(event, "error_code"), _text(event, "error_message"))
    if event.kind in _NAMING and (cluster_id := _text(event, "cluster_id")):
        yield Note(text=_("cluster id"), value=cluster_id, copies=True)


def _said(code: str, message: str) -> Iterator[Note]:
    """Yield the cloud's message, and its code unless the message begins with it."""
    if code or message:
        yield Note(text=message, value="" if message.startswith(code) else code)


def _attempt_mark(attempt: Attempt) -> str:
    return _ATTEMPT_MARKS.get(attempt.outcome or Outcome.UNKNOWN, "wait")


def _attempt_title(attempt: Attempt) -> str:
    if attempt.number == 1:
        return _("Create sent to the cloud")
    title = _("Create sent to the cloud, attempt %(number)s")
    return title % {"number": attempt.number}


def _call_lasted(attempt: Attempt, now: datetime | None) -> timedelta | None:
    if attempt.duration_ms is not None:
        return timedelta(milliseconds=attempt.duration_ms)
    if attempt.outcome or now is None:
        return None
    return max(now - attempt.sent_at, timedelta())


def _notes_of_attempt(attempt: Attempt, *, waits: bool) -> Iterator[Note]:
    if attempt.outcome:
        yield Note(text=str(_OUTCOMES[Outcome(attempt.outcome)]))
    else:
        yield Note(text=_("waiting for the answer") if waits else _("no answer came"))
    if attempt.status:
        yield Note(text=f"HTTP {attempt.status}")
    if attempt.cluster_id:
        yield Note(text=_("id"), value=attempt.cluster_id, copies=True)
    yield from _said(attempt.code, attempt.message)
    if attempt.request_id_of_cloud:
        yield Note(text=_("request id"), value=attempt.request_id_of_cloud, copies=True)
