"""Which page holds the form of a POST-only URL, to return there after a sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

_SHOWN_BY: Final = {
    "request-approve": "request-detail",
    "request-reject": "request-detail",
    "request-cancel": "request-detail",
    "request-retry": "request-detail",
    "request-delete-cluster": "request-detail",
    "request-hand-over": "request-detail",
    "request-adopt": "request-detail",
    "request-confirm-absent": "request-detail",
    "request-keep-watching": "request-detail",
    "operate-reconcile": "operate",
    "operate-pause": "operate",
    "operate-resume": "operate",
    "catalog-refresh": "request-new",
    "logout": "home",
}
"""By the name of a POST-only URL: the name of the page with its form."""


def page_of_form(request: HttpRequest) -> str:
    """Return the path of the page with the form; mostly that of the HTTP request."""
    match = request.resolver_match
    page = _SHOWN_BY.get(match.url_name or "") if match else None
    if match is None or page is None:
        return request.get_full_path()
    ids = match.kwargs if page == "request-detail" else {}
    return reverse(page, kwargs=ids)


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a POST-only view: redirect the anonymous to the login, then to the form."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, **named)
        return redirect_to_login(page_of_form(request))

    return guarded
