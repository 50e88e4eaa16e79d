"""
Tell a person by mail, and keep what was not told for another try.

The first news goes out at once. What follows within `WINDOW` is collected, and goes out
as one mail when the window is over: a mail for each of three hundred requests is read by
nobody.
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
AT_ONCE: Final = 100
"""How many people one pass of the sweep asks for."""

IN_ONE: Final = 500
"""How many news one mail tells at most; the next one tells the rest."""

WINDOW: Final = timedelta(minutes=5)
"""Between two mails to one person; also above the longest talk with a mail server."""

_FIRST_WAIT: Final = timedelta(minutes=1)


def enqueue_due_mails() -> None:
    """Ask for whom something is due: a lost message costs a mail one sweep."""
    resting = Mailbox.objects.resting().values("person_id")
    due = Mail.objects.due().exclude(person_id__in=resting)
    people = due.order_by("person_id").values_list("person_id", flat=True).distinct()
    for person_id in people[:AT_ONCE]:
        enqueue_mail(person_id)


def send_mails(person_id: int, *, public_url: str, now: datetime) -> int:
    """
    Send this person one mail about all that is due; returns how many news it told.

    None where the last mail was a moment ago. A worker that is killed between the mail
    server's yes and our commit sends it once more: told twice is better than never.
    """
    if not _take_turn(person_id):
        return 0
    mails = _due_news(person_id)
    if not mails:
        Mailbox.objects.filter(person_id=person_id).update(rests_until=None)
        return 0
    told = Mail.objects.filter(pk__in=[mail.pk for mail in mails])
    try:
        mail_about(mails, public_url=public_url).send()
    except OSError as error:  # what smtplib raises, and what sockets do
        _put_off(person_id, told, error)
        return 0
    return _saved(told, now)


def _take_turn(person_id: int) -> bool:
    """Own the mailbox for as long as the window is; one writes to a person at a time."""
    Mailbox.objects.get_or_create(person_id=person_id)
    free = Mailbox.objects.free().filter(person_id=person_id)
    return bool(free.update(rests_until=Now() + WINDOW))


def _due_news(person_id: int) -> list[Mail]:
    """Return what there is to tell, oldest first, each request once; close the rest."""
    due = Mail.objects.due().filter(person_id=person_id)
    due.filter(tries__gte=MAX_TRIES).update(due_at=None, error="Given up.")
    rows = due.select_related("event__request__cloud_project", "person").defer(
        "event__request__body", "event__request__spec", "event__request__labels"
    )
    mails = list(rows.order_by("pk")[:IN_ONE])
    newest = {mail.event.request_id: mail for mail in mails if _is_news(mail)}
    told = [mail.pk for mail in newest.values()]
    mine = due.filter(pk__in=[mail.pk for mail in mails])
    mine.exclude(pk__in=told).update(due_at=None, error="The request has moved on.")
    mine.filter(pk__in=told).update(tries=F("tries") + 1)
    return list(newest.values())


def _is_news(mail: Mail) -> bool:
    return bool(mail.event.to_state == request_of(mail).state)


def _saved(told: QuerySet[Mail], now: datetime) -> int:
    return told.update(sent_at=now, due_at=None, error="")


def _put_off(person_id: int, mails: QuerySet[Mail], error: OSError) -> None:
    tried = mails.aggregate(most=Max("tries"))["most"] or 1
    wait = min(_FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT)
    log.warning("mail.not_sent", extra={"person_id": person_id, "tries": tried})
    words = f"{type(error).__name__}: {error}"[:500]
    mails.update(due_at=Now() + wait, error=words)
    mails.filter(tries__gte=MAX_TRIES).update(due_at=None)
    # So that what is new meanwhile does not knock at a mail server that is away.
    Mailbox.objects.filter(person_id=person_id).update(rests_until=Now() + wait)
