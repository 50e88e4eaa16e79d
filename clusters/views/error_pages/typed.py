"""
A page that holds the fields of a form that was not processed, and sends it again.

The values are in hidden fields. The submission key is one of them, so that a form which
is sent twice makes one request only.
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

FieldValues = Sequence[tuple[str, str]]

MOST_BYTES: Final = 100_000
"""The largest form to hold, names and values in UTF-8; no form of the portal needs more."""

_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105 - a field's name
_NO_SECRETS: Final = ("password_source", "usable_password")
_UNTYPED: Final = re.compile(
    r"submission_key|(body|place)_sha256|next|show|check|refresh|_.*|.*_FORMS"
)
"""Names of hidden fields and buttons, which are not shown as typed values."""

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
    Return pairs of name and value in the order of the form; names may repeat.

    The CSRF token and passwords are left out. Empty if the form cannot be read or holds
    more than MOST_BYTES: an incomplete form, sent again, would mean something else.
    """
    found = [
        (name, value)
        for name, value in _posted(request)
        if name != _TOKEN and not is_secret(name)
    ]
    size = sum(len(f"{name}{value}".encode()) for name, value in found)
    return found if size <= MOST_BYTES else []


def posted_token(request: HttpRequest) -> str:
    """Return the CSRF token in the form; empty without one or if it cannot be read."""
    return next((value for name, value in _posted(request) if name == _TOKEN), "")


def is_too_large(request: HttpRequest) -> bool:
    """Whether the form has fields, but too many bytes for `typed_fields`."""
    names = [name for name, _ in _posted(request)]
    is_any = any(name != _TOKEN and not is_secret(name) for name in names)
    return is_any and not typed_fields(request)


def is_secret(name: str) -> bool:
    """Whether this field may hold a password, which no page shows again."""
    return "password" in name.lower() and name not in _NO_SECRETS


def send_again(request: HttpRequest, fault: Fault, *, token: str = "") -> HttpResponse:
    """
    Return a page of this fault with a button that sends the form again.

    The page holds a fresh CSRF token, so the caller must have checked that the form came
    from a page of the portal. Needs no database.

    :param token: the CSRF token to use instead of a fresh one
    """
    kept = typed_fields(request)
    context = {
        "fields": kept,
        "readable": readable(kept),
        "is_lost": not kept and any(name != _TOKEN for name, _ in _posted(request)),
        "has_password": any(
            is_secret(name) and value for name, value in _posted(request)
        ),
        "csrf_token": token or get_token(request),
    }
    return bare_page(request, fault, template="send_again.html", context=context)


def readable(fields: FieldValues) -> list[tuple[Text, str]]:
    """Return pairs of label and value of what a person typed or chose."""
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
        return []  # the body is malformed, too large, or was read as a stream
    return [(name, value) for name, values in lists for value in values]
