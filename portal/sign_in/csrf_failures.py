"""
Response to a failed CSRF check: nothing is executed, and the form's input is kept.

Each sign-in rotates the CSRF token, so pages opened before it fail the check. Their old
token still identifies the person they were made for (`page_owner`).
"""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from clusters.views.error_pages.bare import bare_page
from clusters.views.error_pages.faults import Fault
from clusters.views.error_pages.refused_posts import (
    OUT_OF_DATE,
    SIGNED_OUT,
    SOMEBODY_ELSE,
    SOMEBODY_ELSE_HERE,
    fault_of,
    is_about_token,
)
from clusters.views.error_pages.typed import send_again
from clusters.views.form.form_pages import page_of_form
from portal.sign_in.kept_forms import is_no_form, keep, refuse_htmx, set_marker
from portal.sign_in.page_owner import page_owner, token_of

_OWN: Final = ("", "same-origin")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """
    Return the response instead of the view (Django's setting CSRF_FAILURE_VIEW).

    `reason` is one of the messages of `django.middleware.csrf`.
    """
    if request.headers.get("HX-Request"):
        return refuse_htmx(request)
    fault = fault_of(request, reason)
    if is_no_form(request) and fault is OUT_OF_DATE and request.user.is_authenticated:
        return _redirect_after_sign_in(request)
    if keep(request):
        return set_marker(_respond_kept(request, fault))
    if _is_same_origin(request, reason):
        return _resend_page(request, fault)
    return _page(request, fault)


def _respond_kept(request: HttpRequest, fault: Fault) -> HttpResponse:
    """Redirect to the form if sending again can succeed, else explain what to do."""
    owner = page_owner(request)
    page = page_of_form(request)
    if fault is not OUT_OF_DATE:
        words = gettext(
            "What you typed is kept for an hour: it is in the form when you open its"
            " page again."
        )
        return _page(request, fault, more=words)
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    if owner is None or owner.person_id != request.user.pk:
        return _page(request, SOMEBODY_ELSE)
    return redirect(page)


def _resend_page(request: HttpRequest, fault: Fault) -> HttpResponse:
    """
    Return a page that holds the input and can send it again.

    If another person is signed in now, it keeps the old token, which is always refused: a
    fresh one would let them submit somebody else's input.
    """
    owner = page_owner(request)
    if owner is None or owner.person_id == request.user.pk:
        return send_again(request, fault)
    if fault is OUT_OF_DATE:
        fault = SOMEBODY_ELSE_HERE if request.user.is_authenticated else SIGNED_OUT
    return send_again(request, fault, token=token_of(request))


def _redirect_after_sign_in(request: HttpRequest) -> HttpResponse:
    """
    Redirect as after a sign-in, since somebody signed in meanwhile; ask again to sign
    out.
    """
    if request.resolver_match and request.resolver_match.url_name == "logout":
        messages.warning(request, str(OUT_OF_DATE.sentence))
        return redirect(page_of_form(request))
    following = urlencode({"next": request.POST.get("next", "")})
    return redirect(f"{reverse('login')}?{following}")


def _is_same_origin(request: HttpRequest, reason: str) -> bool:
    """Whether the headers prove that the request comes from a page of the portal."""
    is_said = "Origin" in request.headers or request.is_secure()
    site = request.headers.get("Sec-Fetch-Site", "")
    return is_about_token(reason) and is_said and site in _OWN


def _page(request: HttpRequest, fault: Fault, *, more: str = "") -> HttpResponse:
    context = {"link_url": page_of_form(request), "more": more}
    return bare_page(request, fault, context=context)
