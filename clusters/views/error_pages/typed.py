"""
What somebody typed is never lost: a page that carries it on and sends it again.

Hidden fields hold it, with the key of the first sending in them: sent twice is kept once.
"""

import re
from collections.abc import Sequence
from typing import Final

from django.contrib.auth.models import Group, User
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.utils.text import capfirst

from clusters.forms import RequestForm
from clusters.forms.actions import AdoptForm, HandOverForm
from clusters.forms.fields import printable
from clusters.models import CloudProject
from clusters.views.error_pages.bare import bare_page
from clusters.views.error_pages.faults import Fault, Text

Fields = Sequence[tuple[str, str]]

MOST_BYTES: Final = 100_000
"""No form of the portal takes as much; names and values together."""

_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105 - a field's name
_NO_SECRETS: Final = ("password_source", "usable_password")
_UNTYPED: Final = re.compile(
    r"submission_key|(body|place)_sha256|next|show|check|refresh|_.*|.*_FORMS"
)
"""Fields that a page filled in, and buttons: a person has no use for them."""

_LABELS: Final = {
    name: field.label
    for form in (AdoptForm, HandOverForm, RequestForm)
    for name, field in form.base_fields.items()
}
_IN_ADMIN: Final = {
    column.name: capfirst(column.verbose_name)
    for model in (CloudProject, Group, User)
    for column in model._meta.fields
}


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """
    Return names and values in the order of the form, repeated names as often as sent.

    Without the CSRF token and without passwords. Empty where the form cannot be read or
    holds more than MOST_BYTES: a part of it, sent again, would mean something else.
    """
    found = [
        (name, value)
        for name, value in _posted(request)
        if name != _TOKEN and not is_secret(name)
    ]
    size = sum(len(f"{name}{value}".encode()) for name, value in found)
    return found if size <= MOST_BYTES else []


def posted_token(request: HttpRequest) -> str:
    """Return the CSRF token in the form; empty without one, or without a whole form."""
    return next((value for name, value in _posted(request) if name == _TOKEN), "")


def is_too_large(request: HttpRequest) -> bool:
    """Whether something was typed of which `typed_fields` returns nothing."""
    names = [name for name, _ in _posted(request)]
    is_any = any(name != _TOKEN and not is_secret(name) for name in names)
    return is_any and not typed_fields(request)


def is_secret(name: str) -> bool:
    """Whether this field holds a password, or may: no page shows what was typed there."""
    return "password" in name.lower() and name not in _NO_SECRETS


def send_again(request: HttpRequest, fault: Fault, *, token: str = "") -> HttpResponse:
    """
    Say what is wrong, on a page whose button sends the form to the same address again.

    It has a fresh CSRF token, so whoever calls this knows that a page of the portal sent
    the form, and no other site. Needs no database.

    :param token: a CSRF token that the page has instead
    """
    kept = typed_fields(request)
    context = {
        "fields": kept,
        "readable": readable(kept),
        "is_lost": not kept and any(name != _TOKEN for name, _ in _posted(request)),
        "has_password": any(is_secret(name) for name, _ in _posted(request)),
        "csrf_token": token or get_token(request),
    }
    return bare_page(request, fault, template="send_again.html", context=context)


def readable(fields: Fields) -> list[tuple[Text, str]]:
    """Return what a person typed or chose, by the words that stood beside it."""
    return [
        (_LABELS.get(name) or _IN_ADMIN.get(name, name), value)
        for name, value in fields
        if value and not _UNTYPED.fullmatch(name)
    ]


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        lists = printable(request.POST).lists()
    except (
        BadRequest,
        MultiPartParserError,
        OSError,
        RawPostDataException,
        SuspiciousOperation,
        ValueError,
    ):
        return []  # the body is broken, too large, or was read by somebody else
    return [(name, value) for name, values in lists for value in values]
