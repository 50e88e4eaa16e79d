"""Erase the names of a person everywhere, and leave every chain valid."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, count, islice
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from clusters.domain.events import EventKind
from clusters.domain.pseudonyms import user_name_of
from clusters.domain.signed_erasure import ErasedEvents, signed_erasure
from clusters.operations.accounts.people import change_of_person
from clusters.operations.audit.erase_events import (
    Erased,
    erase_hashed,
    erase_salted,
    user_names_in_events,
)
from clusters.operations.audit.erase_refusals import (
    require_nothing_left,
    require_reason,
)
from clusters.operations.audit.erase_rows import (
    delete_what_was_kept,
    erase_columns,
    make_nobody,
    user_names_in_rows,
)
from clusters.operations.audit.erasures import erased_events
from clusters.operations.audit.signing_keys import AuditKeys
from clusters.operations.core.history import record_subject_event
from clusters.operations.core.history_opening import opened_history

_VIA: Final = "erase_person"
_LISTED: Final = 1000
"""How many events of format 1 one erasing event names, so that none is huge."""


def erase_person(
    person: User, *, by: User, comment: str, keys: AuditKeys, now: datetime
) -> str:
    """
    Erase user name, names and address of a person; all or nothing.

    The account stays, without rights and without a way to sign in, under a user name that
    is made of a random number. Sentences that people wrote stay as they are.

    :param comment: why; it becomes part of the history
    :return: the pseudonym, such as "3f2a"
    :raises clusters.operations.audit.erase_refusals.EraseRefused: if it may not be now
    :raises clusters.operations.audit.signing_keys.KeyLost: if nothing can be signed
    """
    require_reason(person, by=by, comment=comment)
    with transaction.atomic():
        # Before the chain of the installation, as everywhere: no deadlock. The lock waits
        # for rows that are being inserted with a key to this person.
        person = User.objects.select_for_update().get(pk=person.pk)
        # Read again: two operators may erase each other at once.
        require_reason(person, by=User.objects.get(pk=by.pk), comment=comment)
        require_nothing_left(person)
        erased = Erased(person, _user_names(person), _free_pseudonym())
        with change_of_person(person, by=by, now=now, via=_VIA):
            make_nobody(person, user_name_of(erased.pseudonym))
        about = {"person": person.pk}
        with opened_history(why=comment, now=now, by=by, via=_VIA, data=about):
            _erase(erased, by=by, keys=keys, now=now)
    return erased.pseudonym


def _erase(erased: Erased, *, by: User, keys: AuditKeys, now: datetime) -> None:
    signer = keys.signer(now=now)
    keys.remember(signer.public_key, now=now)
    erase_salted(erased)
    events = erase_hashed(erased, erased_events(keys.known()))
    erase_columns(erased, user_name_of(erased.pseudonym))
    delete_what_was_kept(erased)
    for part in _parts(events):
        signed = signed_erasure(
            person=erased.person.pk,
            pseudonym=erased.pseudonym,
            events=part,
            signer=signer,
        )
        record_subject_event(
            erased.person, EventKind.NAME_ERASED, now=now, actor=by, data=signed
        )


def _parts(events: ErasedEvents) -> Iterator[ErasedEvents]:
    """Yield the events in parts; one empty part if there are none."""
    left = iter(events.items())
    part = dict(islice(left, _LISTED))
    yield part
    while part := dict(islice(left, _LISTED)):
        yield part


def _user_names(person: User) -> frozenset[str]:
    """Return the present and former user names of a person that are nobody else's now."""
    names = {*chain(user_names_in_rows(person), user_names_in_events(person))}
    others = User.objects.exclude(pk=person.pk).filter(username__in=names)
    return frozenset(names - {*others.values_list("username", flat=True)} - {""})


def _free_pseudonym() -> str:
    """Return hexadecimal digits that nobody has: four, and more where those are taken."""
    for digits in count(4):
        pseudonym = secrets.token_hex(digits)[:digits]
        if not User.objects.filter(username=user_name_of(pseudonym)).exists():
            break
    return pseudonym
