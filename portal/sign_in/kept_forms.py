"""The end of a session takes nothing away: a form that outlives it is kept and shown again."""

import contextlib
import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.http import trigger_client_event

from clusters import wiring
from clusters.forms.typed_before import ATTRIBUTE, TypedBefore
from clusters.operations.accounts import kept_forms
from clusters.views.error_pages.refused_posts import SIGNED_OUT
from clusters.views.error_pages.typed import is_too_large, send_again, typed_fields
from clusters.views.form.form_pages import page_of_form
from portal.sign_in.page_owner import is_stale, page_owner, this_browser

MARK: Final = "typed_before"
"""A cookie: look whether something is kept. Without it no page asks the database."""

_NO_FORMS: Final = frozenset({"login", "logout"})
"""Names of addresses, the admin's too, whose forms nobody fills in for later."""

_SIGNED_OUT: Final = "portal:signed-out"
_FRESH_TOKEN: Final = "portal:fresh-token"  # noqa: S105 - the name of an event
_REFUSED: Final = "csrf_refused"

log = logging.getLogger(__name__)


class KeepsForms:
    """
    Django's middleware; the last, so that it sees what the views answer.

    A POST that is answered with the way to the sign-in is kept first. htmx gets no page of
    a sign-in to put into a form: it is told that the session is over, and the page stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if request.headers.get("HX-Request"):
            return _for_htmx(request, response)
        if request.method != "POST" or is_no_form(request):
            return response
        if _leads_to_sign_in(response):
            return _kept_for_after_sign_in(request, response)
        if MARK in request.COOKIES and _was_taken(request, response):
            # It was taken, whatever the database says now; the hour ends by itself.
            with contextlib.suppress(DatabaseError):
                _forget(request, response)
        return response

    def process_view(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """Let a page that shows a form find what was typed there before."""
        if MARK in request.COOKIES and request.method in ("GET", "HEAD"):
            setattr(request, ATTRIBUTE, SimpleLazyObject(lambda: _find(request)))


def keep(request: HttpRequest) -> bool:
    """
    Keep the form of this POST for whoever filled it in.

    False where nobody knows who did, where it is too large, where another form is kept
    in this browser, or no database takes it.
    """
    owner = page_owner(request)
    if owner is None or is_no_form(request) or is_too_large(request):
        return False
    try:
        return kept_forms.keep_form(
            _typed(request),
            whose=owner,
            encryptor=wiring.encryptor(),
            now=timezone.now(),
        )
    except DatabaseError as error:
        log.warning("form.not_kept", extra={"reason": type(error).__name__})
        return False


def mark(response: HttpResponse) -> HttpResponse:
    """Let this browser's pages look for what is kept."""
    response.set_cookie(
        MARK,
        "1",
        max_age=int(kept_forms.LIFE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def is_no_form(request: HttpRequest) -> bool:
    """Whether nobody fills in for later what is sent to this address."""
    match = request.resolver_match
    return match is None or match.url_name in _NO_FORMS


def refuse_htmx(request: HttpRequest) -> HttpResponse:
    """Answer htmx whose token is of an earlier sign-in: nothing is to be swapped."""
    setattr(request, _REFUSED, True)
    return HttpResponse(status=204)


# -- htmx -----------------------------------------------------------------------


def _for_htmx(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if _leads_to_sign_in(response) or _is_sign_in(request):
        return _signed_out()
    if not is_stale(request):
        return response
    if not request.user.is_authenticated:
        return _signed_out() if hasattr(request, _REFUSED) else response
    owner = page_owner(request)
    if owner is None:
        return response
    if owner.person_id != request.user.pk:
        return _signed_out(somebody_else=True)
    fresh = {"token": get_token(request)}
    return trigger_client_event(response, _FRESH_TOKEN, fresh)


def _signed_out(*, somebody_else: bool = False) -> HttpResponse:
    """Tell the page, which shows it; 204 swaps nothing, and what polls goes on asking."""
    said = {"somebodyElse": somebody_else}
    return trigger_client_event(HttpResponse(status=204), _SIGNED_OUT, said)


# -- keeping ----------------------------------------------------------------------


def _is_sign_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name == "login"


def _leads_to_sign_in(response: HttpResponse) -> bool:
    if response.status_code != 302:
        return False
    path = urlsplit(response["Location"]).path
    return path in (resolve_url(settings.LOGIN_URL), reverse("admin:login"))


def _kept_for_after_sign_in(
    request: HttpRequest, response: HttpResponse
) -> HttpResponse:
    to_sign_in = redirect_to_login(
        page_of_form(request), urlsplit(response["Location"]).path
    )
    if keep(request):
        return mark(to_sign_in)
    if not typed_fields(request) and not is_too_large(request):
        return to_sign_in
    # The CSRF token was right, or this would not have come so far.
    return send_again(request, SIGNED_OUT)


def _was_taken(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a view read the form: it is saved, or on the page that comes back."""
    return (
        response.status_code < 500
        and response.status_code != 403
        and request.user.is_authenticated
        and not hasattr(request, _REFUSED)
    )


def _typed(request: HttpRequest) -> TypedBefore:
    return TypedBefore(page_of_form(request), request.path, typed_fields(request))


def _find(request: HttpRequest) -> TypedBefore | None:
    if not isinstance(request.user, User):
        return None
    found = kept_forms.kept_form(
        whose=this_browser(request, request.user),
        encryptor=wiring.encryptor(),
        now=timezone.now(),
    )
    return found if found and found.page == request.get_full_path() else None


def _forget(request: HttpRequest, response: HttpResponse) -> None:
    """Delete what is kept, where it was this form that was taken."""
    assert isinstance(request.user, User), "`_was_taken` is asked before"
    whose = this_browser(request, request.user)
    found = kept_forms.kept_form(
        whose=whose, encryptor=wiring.encryptor(), now=timezone.now()
    )
    if found and found.form_key == _typed(request).form_key:
        kept_forms.forget_form(whose=whose)
        response.delete_cookie(MARK, samesite="Lax")
