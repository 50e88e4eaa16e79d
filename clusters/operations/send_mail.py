"""Send one mail, once, and keep it for another try where that fails."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.core.mail import EmailMessage
from django.db.models import F
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from clusters.models import ClusterRequest, Mail
from clusters.operations.queue import ask_mail
from clusters.states import State
from clusters.wording import words_for

log = logging.getLogger(__name__)

MAX_TRIES: Final = 10
AT_ONCE: Final = 100
"""How many due mails one pass of the sweep asks for."""

_LEASE: Final = timedelta(minutes=5)
"""Above the longest conversation with a mail server."""
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)


def ask_due_mails() -> None:
    """Ask for what is due: a lost message costs a mail one sweep."""
    for mail_id in Mail.objects.due().values_list("pk", flat=True)[:AT_ONCE]:
        ask_mail(mail_id)


def send_mail(mail_id: int, *, public_url: str, now: datetime) -> bool:
    """
    Send this mail if it is due; whether it went out.

    A worker that is killed between the mail server's yes and our commit sends it once
    more after a while: told twice is better than never.
    """
    claimed = Mail.objects.due().filter(pk=mail_id)
    if not claimed.update(due_at=Now() + _LEASE, tries=F("tries") + 1):
        return False
    mail = Mail.objects.select_related("event", "person").get(pk=mail_id)
    rows = ClusterRequest.objects.select_related("cloud_project")
    row = rows.get(events=mail.event_id)
    if mail.event.to_state != row.state:
        _close(mail, error="The request has moved on.")
        return False
    try:
        _message(mail, row, public_url).send()
    except OSError as error:  # what smtplib raises, and what sockets do
        _put_off(mail, error)
        return False
    _close(mail, sent_at=now)
    return True


def _message(mail: Mail, row: ClusterRequest, public_url: str) -> EmailMessage:
    context = {
        "row": row,
        "event": mail.event,
        "words": words_for(row.error_code, row.error_status) if row.is_failed else None,
        "comment": str(mail.event.data.get("comment", "")),
        "url": f"{public_url}{row.get_absolute_url()}",
    }
    template = "waits" if row.state == State.PENDING else "ended"
    return EmailMessage(
        subject=_("%(name)s: %(state)s")
        % {"name": row.name, "state": row.get_state_display()},
        body=render_to_string(f"emails/{template}.txt", context),
        to=[mail.person.email],
    )


def _put_off(mail: Mail, error: OSError) -> None:
    wait = min(_FIRST_WAIT * 2 ** (mail.tries - 1), _LONGEST_WAIT)
    gives_up = mail.tries >= MAX_TRIES
    log.warning("mail.not_sent", extra={"mail_id": mail.pk, "gives_up": gives_up})
    Mail.objects.filter(pk=mail.pk).update(
        due_at=None if gives_up else Now() + wait,
        error=f"{type(error).__name__}: {error}"[:500],
    )


def _close(mail: Mail, *, sent_at: datetime | None = None, error: str = "") -> None:
    Mail.objects.filter(pk=mail.pk).update(sent_at=sent_at, due_at=None, error=error)
