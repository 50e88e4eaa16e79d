"""
Compose a mail about one or many requests, in the language that is active.

Texts of people and clouds are quoted in it: see `clusters.domain.untrusted_text`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.domain.states import State
from clusters.domain.untrusted_text import one_line
from clusters.explanations import Explanation, explain
from clusters.models import ClusterRequest, Mail
from clusters.models.erased_names import know_pseudonyms

LISTED: Final = 20
"""How many requests of each part a mail lists; a link leads to all of them."""


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One request in a mail about many."""

    row: ClusterRequest
    explanation: Explanation | None
    url: str


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Requests that wait for a decision, or the others: the first, and how many more."""

    lines: tuple[_Line, ...]
    more: int
    url: str


def mail_about(mails: Sequence[Mail], *, public_url: str) -> EmailMessage:
    """
    Return one mail about all of `mails`, which are for one person and not empty.

    `public_url` is `scheme://host[:port]` of the portal.
    """
    know_pseudonyms(mail.event for mail in mails)
    if len(mails) == 1:
        return _about_one(mails[0], public_url)
    return _about_many(mails, public_url)


def request_of(mail: Mail) -> ClusterRequest:
    """Return the request of this mail's event; only events of requests have mails."""
    row = mail.event.request
    assert row is not None, "an event of another subject was announced"
    return row


def _about_one(mail: Mail, public_url: str) -> EmailMessage:
    row = request_of(mail)
    context = {
        "row": row,
        "is_own": row.requester_id == mail.person_id,
        "event": mail.event,
        "explanation": _explanation_of(row),
        "cloud_error": f"{row.error_code} {row.error_message}".strip(),
        "comment": str(mail.event.data.get("comment", "")),
        "url": f"{public_url}{row.get_absolute_url()}",
    }
    subject = _("%(name)s: %(state)s") % {
        "name": row.name,
        "state": row.get_state_display(),
    }
    template = "waits" if row.state == State.PENDING else "ended"
    return _mail(mail, subject, render_to_string(f"emails/{template}.txt", context))


def _about_many(mails: Sequence[Mail], public_url: str) -> EmailMessage:
    rows = [request_of(mail) for mail in mails]
    waiting = [row for row in rows if row.is_pending]
    others = [row for row in rows if not row.is_pending]
    context = {
        "waiting": _part(waiting, public_url, "approval-list"),
        "others": _part(others, public_url, "request-list"),
    }
    subject = _("News about %(count)s requests") % {"count": len(rows)}
    if not others:
        subject = ngettext(
            "%(count)s request waits for a decision",
            "%(count)s requests wait for a decision",
            len(waiting),
        ) % {"count": len(waiting)}
    return _mail(mails[0], subject, render_to_string("emails/many.txt", context))


def _part(rows: Sequence[ClusterRequest], public_url: str, page: str) -> _Part:
    lines = tuple(
        _Line(
            row=row,
            explanation=_explanation_of(row),
            url=f"{public_url}{row.get_absolute_url()}",
        )
        for row in rows[:LISTED]
    )
    more = len(rows) - len(lines)
    return _Part(lines=lines, more=more, url=f"{public_url}{reverse(page)}")


def _mail(mail: Mail, subject: str, body: str) -> EmailMessage:
    return EmailMessage(subject=one_line(subject), body=body, to=[mail.person.email])


def _explanation_of(row: ClusterRequest) -> Explanation | None:
    return explain(row.error_code, row.error_status) if row.is_failed else None
