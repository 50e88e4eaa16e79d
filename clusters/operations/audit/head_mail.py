"""Compose the mail with a kept head, in the language that is active."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.domain.signed_head import read_line
from clusters.domain.untrusted_text import one_line
from clusters.models import KeptHead


def mail_with(kept: KeptHead, *, to: Sequence[str], public_url: str) -> EmailMessage:
    """
    Return the mail with this head to all of these addresses.

    The signed line stands on a line of its own, so that a verifier can read it from a mail
    that was saved.

    :param public_url: scheme://host[:port] of the portal
    :raises clusters.domain.signed_head.BadHead: if the row holds no signed line
    """
    signed = read_line(kept.line)
    subject = _("Head of the history of %(portal)s, %(at)s") % {
        "portal": public_url.partition("://")[2],
        "at": signed.head.at,
    }
    context = {
        "head": signed.head,
        "line": kept.line.strip(),
        "public_key": signed.public_key,
        "portal": public_url,
        "url": f"{public_url}{reverse('audit')}",
    }
    body = render_to_string("emails/head.txt", context)
    return EmailMessage(subject=one_line(subject), body=body, to=list(to))
