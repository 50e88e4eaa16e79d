"""Write events. Each event holds the hash of the one before it in its chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import structlog
from django.db import IntegrityError, models, transaction

from clusters.domain.events import EventKind
from clusters.models import ClusterRequest, Event, Subject
from clusters.models.event import subject_kind_of
from clusters.models.event_format import Named
from clusters.operations.core.notifications import queue_notifications

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_Names = Mapping[str, Named]


@dataclass(frozen=True)
class _Chain:
    """The subject of a chain; a request has `request_id`, all others `subject_id`."""

    kind: Subject
    subject_id: str = ""
    request_id: UUID | None = None


def record_event(
    request_id: UUID,
    kind: EventKind,
    *,
    now: datetime,
    actor: "User | None" = None,
    data: dict[str, Any] | None = None,
    names: _Names | None = None,
) -> None:
    """
    Append one event without a transition; locks the request's row, so `seq` has no gap.

    Names of people go into `names` and never into `data`, since names can be erased: see
    `Event`. Opens no savepoint: an error here makes the caller's transaction fail, too.

    :raises ClusterRequest.DoesNotExist: if there is no such request
    """
    with transaction.atomic(savepoint=False):
        ClusterRequest.objects.select_for_update().only("id").get(id=request_id)
        record_under_lock(
            request_id, kind, now=now, actor=actor, data=data, names=names
        )


def record_under_lock(
    request_id: UUID,
    kind: EventKind,
    *,
    now: datetime,
    actor: "User | None" = None,
    states: tuple[str, str] = ("", ""),
    data: dict[str, Any] | None = None,
    names: _Names | None = None,
) -> None:
    """
    Append one event within the caller's transaction, and queue the mails about it.

    The transaction must have locked, updated or inserted the request's row; otherwise two
    events may get the same `seq`. `states` is the state before and after, empty where
    the event is no transition.
    """
    event = Event(
        at=now,
        kind=kind.value,
        from_state=states[0],
        to_state=states[1],
        actor=actor,
        data=data or {},
    )
    chain = _Chain(Subject.REQUEST, request_id=request_id)
    _append(event, chain, names, last=_last_of(chain))
    queue_notifications(event)


def record_subject_event(
    subject: models.Model,
    kind: EventKind,
    *,
    now: datetime,
    actor: "User | None" = None,
    data: dict[str, Any] | None = None,
    names: _Names | None = None,
) -> None:
    """
    Append one event to the chain of a person, a group or a cloud project; locks its row.

    Call it in the transaction of the change. `data` holds values of JSON, and neither
    secrets nor names of people, which go into `names`.
    """
    event = Event(at=now, kind=kind.value, actor=actor, data=data or {})
    chain = _Chain(subject_kind_of(subject), subject_id=str(subject.pk))
    with transaction.atomic(savepoint=False):
        _lock(subject)
        _append(event, chain, names, last=_last_of(chain))


def record_installation_event(
    kind: EventKind,
    *,
    now: datetime,
    actor: "User | None" = None,
    data: dict[str, Any] | None = None,
    names: _Names | None = None,
) -> Event:
    """
    Append one event to the chain of the installation, for what has no other subject.

    Returns the event.
    """
    event = Event(at=now, kind=kind.value, actor=actor, data=data or {})
    chain = _Chain(Subject.INSTALLATION)
    try:
        _append_locking_first(event, chain, names)
    except IntegrityError:
        # There was no first event to lock, and another process has written it meanwhile.
        _append_locking_first(event, chain, names)
    return event


def _lock(subject: models.Model) -> None:
    # FOR NO KEY UPDATE: an INSERT elsewhere that refers to this row need not wait.
    rows = subject.__class__._base_manager.select_for_update(no_key=True)
    rows.only("pk").get(pk=subject.pk)


def _append_locking_first(event: Event, chain: _Chain, names: _Names | None) -> None:
    """
    Append under a lock on the chain's first event, since the subject has no row.

    Where there is no event yet, there is no lock either: then write number 1, which the
    unique constraint refuses if another process has written it meanwhile.

    :raises IntegrityError: if another process wrote the first event meanwhile
    """
    events = Event.objects.of_subject(chain.kind, chain.subject_id)
    with transaction.atomic():
        is_locked = events.select_for_update().order_by("seq").only("pk").first()
        last = _last_of(chain) if is_locked else _NONE
        _append(event, chain, names, last=last)


_NONE: Final = (0, "")
"""Number and hash that the first event of a chain follows."""


def _last_of(chain: _Chain) -> tuple[int, str]:
    key = chain.request_id or chain.subject_id
    events = Event.objects.of_subject(chain.kind, key).order_by("-seq")
    return events.values_list("seq", "hash").first() or _NONE


def _append(
    event: Event, chain: _Chain, names: _Names | None, *, last: tuple[int, str]
) -> None:
    seq, previous_hash = last
    event.request_id = chain.request_id
    event.subject_kind, event.subject_id = chain.kind.value, chain.subject_id
    event.seq, event.previous_hash = seq + 1, previous_hash
    event.correlation_id = _correlation_id()
    event.actor_name = event.actor.get_username() if event.actor else ""
    event.keep_names(names or {})
    event.hash = event.expected_hash()
    event.save(force_insert=True)


def _correlation_id() -> str:
    bound = structlog.contextvars.get_contextvars()
    return str(bound.get("request_id") or bound.get("correlation_id") or "")[:64]
