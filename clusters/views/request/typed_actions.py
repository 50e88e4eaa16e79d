"""Typed values of actions on a request, by the form on the page that they belong to."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from clusters.forms.typed_before import typed_before
from clusters.views.request.buttons import Permissions

_FORMS: Final = {
    "request-approve": "decision",
    "request-reject": "decision",
    "request-cancel": "cancel",
    "request-delete-cluster": "delete",
    "request-hand-over": "hand_over",
    "request-confirm-absent": "resolution",
    "request-keep-watching": "resolution",
}

Typed = Mapping[str, Mapping[str, Any]]


def typed_in(request: HttpRequest) -> Typed:
    """Return what was sent, or kept from an ended session: ``{form: {field: text}}``."""
    typed = typed_before(request)
    action, data = (typed.action, typed.data) if typed else (request.path, request.POST)
    try:
        name = resolve(action).url_name or ""
    except Resolver404:  # kept by an older release with other URLs
        return {}
    return {_FORMS[name]: data} if name in _FORMS else {}


def comment_without_form(typed: Typed, may: Permissions) -> str:
    """Return the typed comment if its form is no longer on the page; else empty."""
    for form, data in typed.items():
        if not _is_shown(form, may):
            return str(data.get("comment", ""))
    return ""


def _is_shown(form: str, may: Permissions) -> bool:
    is_shown = {
        "decision": may.decide,
        "cancel": may.cancel,
        "delete": may.delete_cluster,
        "hand_over": may.hand_over,
        "resolution": may.watch,
    }
    return is_shown[form]
