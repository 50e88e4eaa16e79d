"""Middleware: a form sent after its session ended is stored and shown again."""

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

MARKER_COOKIE: Final = "typed_before"
"""Cookie that says that a form may be stored; without it no page queries for one."""

_NO_FORMS: Final = frozenset({"login", "logout"})
"""URL names (the admin's, too) whose forms are not stored."""

_SIGNED_OUT: Final = "portal:signed-out"
_FRESH_TOKEN: Final = "portal:fresh-token"  # noqa: S105 - the name of an event
_CSRF_REFUSED: Final = "csrf_refused"

log = logging.getLogger(__name__)


class KeptFormsMiddleware:
    """
    Stores the form of a POST that the view answers with a redirect to the sign-in.

    One of the last middlewares, so that it sees the view's own response. An htmx request
    gets an event instead of the sign-in page: the open page stays and shows a message.
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
        if MARKER_COOKIE in request.COOKIES and _was_processed(request, response):
            # The view has processed the form; if this fails, the stored copy expires
            # later.
            with contextlib.suppress(DatabaseError):
                _forget(request, response)
        return response

    def process_view(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """Attach the stored input, loaded on first use, to a request for a page."""
        if MARKER_COOKIE in request.COOKIES and request.method in ("GET", "HEAD"):
            setattr(request, ATTRIBUTE, SimpleLazyObject(lambda: _find(request)))


def keep(request: HttpRequest) -> bool:
    """
    Store the form of this POST for the person who filled it in.

    Return False if that person is unknown, the form is too large, another form of this
    browser is stored already, or the database is unavailable.
    """
    owner = page_owner(request)
    if owner is None or is_no_form(request) or is_too_large(request):
        return False
    try:
        return kept_forms.keep_form(
            _typed(request),
            owner=owner,
            encryptor=wiring.encryptor(),
            now=timezone.now(),
        )
    except DatabaseError as error:
        log.warning("form.not_kept", extra={"reason": type(error).__name__})
        return False


def set_marker(response: HttpResponse) -> HttpResponse:
    """Set the cookie by which later pages look for the stored form."""
    response.set_cookie(
        MARKER_COOKIE,
        "1",
        max_age=int(kept_forms.LIFE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def is_no_form(request: HttpRequest) -> bool:
    """Whether forms sent to this URL are not stored."""
    match = request.resolver_match
    return match is None or match.url_name in _NO_FORMS


def refuse_htmx(request: HttpRequest) -> HttpResponse:
    """Return 204, after which htmx swaps nothing, for a token of an earlier sign-in."""
    setattr(request, _CSRF_REFUSED, True)
    return HttpResponse(status=204)


# -- htmx -----------------------------------------------------------------------


def _for_htmx(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if _leads_to_sign_in(response) or _is_sign_in(request):
        return _signed_out()
    if not is_stale(request):
        return response
    if not request.user.is_authenticated:
        return _signed_out() if hasattr(request, _CSRF_REFUSED) else response
    owner = page_owner(request)
    if owner is None:
        return response
    if owner.person_id != request.user.pk:
        return _signed_out(somebody_else=True)
    fresh = {"token": get_token(request)}
    return trigger_client_event(response, _FRESH_TOKEN, fresh)


def _signed_out(*, somebody_else: bool = False) -> HttpResponse:
    """
    Return 204 with the event that makes the page show the message; polling goes on.
    """
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
        return set_marker(to_sign_in)
    if not typed_fields(request) and not is_too_large(request):
        return to_sign_in
    # The CSRF check has passed, so sending again can succeed after the sign-in.
    return send_again(request, SIGNED_OUT)


def _was_processed(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the view processed the form: it is saved, or shown again with errors."""
    return (
        response.status_code < 500
        and response.status_code != 403
        and request.user.is_authenticated
        and not hasattr(request, _CSRF_REFUSED)
    )


def _typed(request: HttpRequest) -> TypedBefore:
    return TypedBefore(page_of_form(request), request.path, typed_fields(request))


def _find(request: HttpRequest) -> TypedBefore | None:
    if not isinstance(request.user, User):
        return None
    found = kept_forms.kept_form(
        owner=this_browser(request, request.user),
        encryptor=wiring.encryptor(),
        now=timezone.now(),
    )
    return found if found and found.page == request.get_full_path() else None


def _forget(request: HttpRequest, response: HttpResponse) -> None:
    """Delete the stored form if it is the one that was processed."""
    assert isinstance(request.user, User), "`_was_processed` is asked before"
    owner = this_browser(request, request.user)
    found = kept_forms.kept_form(
        owner=owner, encryptor=wiring.encryptor(), now=timezone.now()
    )
    if found and found.form_key == _typed(request).form_key:
        kept_forms.forget_form(owner=owner)
        response.delete_cookie(MARKER_COOKIE, samesite="Lax")
