"""
Send stored mails; those that could not be sent are tried again.

The first one goes out at once. Those that follow within `WINDOW` are collected and sent
as one when the window is over, so that three hundred requests do not make as many mails.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Max, QuerySet
from django.db.models.functions import Now

from clusters.domain.engine_settings import LONGEST_WAIT
from clusters.models import Mail, Mailbox
from clusters.operations.core.dispatch import enqueue_mail
from clusters.operations.upkeep.compose_mail import mail_about, request_of

log = logging.getLogger(__name__)

MAX_TRIES: Final = 10
"""After so many failed tries a mail is given up."""

AT_ONCE: Final = 100
"""For how many people one sweep enqueues mails."""

IN_ONE: Final = 500
"""How many events one mail is about at most; the next mail is about the rest."""

WINDOW: Final = timedelta(minutes=5)
"""Time between two mails to one person, and the lease of the worker that sends one."""

_FIRST_WAIT: Final = timedelta(minutes=1)


def enqueue_due_mails() -> None:
    """Enqueue people with due mails; the next sweep repeats a message that was lost."""
    resting = Mailbox.objects.resting().values("person_id")
    due = Mail.objects.due().exclude(person_id__in=resting)
    people = due.order_by("person_id").values_list("person_id", flat=True).distinct()
    for person_id in people[:AT_ONCE]:
        enqueue_mail(person_id)


def send_mails(person_id: int, *, public_url: str, now: datetime) -> int:
    """
    Send this person one mail about all due events; return how many events it is about.

    Sends none, and returns 0, within `WINDOW` of the last mail, and where the mail server
    fails. Delivery is at least once: a worker that is killed between the server's "250"
    and the commit sends the mail again.
    """
    if not _lease_mailbox(person_id):
        return 0
    mails = _due_mails(person_id)
    if not mails:
        Mailbox.objects.filter(person_id=person_id).update(rests_until=None)
        return 0
    sent = Mail.objects.filter(pk__in=[mail.pk for mail in mails])
    try:
        mail_about(mails, public_url=public_url).send()
    except OSError as error:  # what smtplib raises, and what sockets do
        _put_off(person_id, sent, error)
        return 0
    return _mark_sent(sent, now)


def _lease_mailbox(person_id: int) -> bool:
    """Take the mailbox for `WINDOW`; False where it is taken or a mail was just sent."""
    Mailbox.objects.get_or_create(person_id=person_id)
    free = Mailbox.objects.free().filter(person_id=person_id)
    return bool(free.update(rests_until=Now() + WINDOW))


def _due_mails(person_id: int) -> list[Mail]:
    """
    Return the mails to send now, oldest first, the newest one of each request.

    Closes mails that were tried too often, and those whose request has moved on since.
    """
    due = Mail.objects.due().filter(person_id=person_id)
    due.filter(tries__gte=MAX_TRIES).update(due_at=None, error="Given up.")
    rows = due.select_related("event__request__cloud_project", "person").defer(
        "event__request__body", "event__request__spec", "event__request__labels"
    )
    mails = list(rows.order_by("pk")[:IN_ONE])
    newest = {mail.event.request_id: mail for mail in mails if _is_current(mail)}
    chosen = [mail.pk for mail in newest.values()]
    mine = due.filter(pk__in=[mail.pk for mail in mails])
    mine.exclude(pk__in=chosen).update(due_at=None, error="The request has moved on.")
    mine.filter(pk__in=chosen).update(tries=F("tries") + 1)
    return list(newest.values())


def _is_current(mail: Mail) -> bool:
    """Whether the request is still in the state that the event led to."""
    return bool(mail.event.to_state == request_of(mail).state)


def _mark_sent(mails: QuerySet[Mail], now: datetime) -> int:
    return mails.update(sent_at=now, due_at=None, error="")


def _put_off(person_id: int, mails: QuerySet[Mail], error: OSError) -> None:
    tried = mails.aggregate(most=Max("tries"))["most"] or 1
    wait = min(_FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT)
    log.warning("mail.not_sent", extra={"person_id": person_id, "tries": tried})
    reason = f"{type(error).__name__}: {error}"[:500]
    mails.update(due_at=Now() + wait, error=reason)
    mails.filter(tries__gte=MAX_TRIES).update(due_at=None)
    # The mailbox waits, too: otherwise a new event tries the mail server at once.
    Mailbox.objects.filter(person_id=person_id).update(rests_until=Now() + wait)
