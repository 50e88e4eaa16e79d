"""
What becomes of a form whose CSRF check failed: nothing is done, and nothing typed is lost.

A page that is older than the last sign-in has that sign-in's token no more. Its own token
says for whom it was made, and that it is a page of the portal.
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
from portal.sign_in.kept_forms import is_no_form, keep, mark, refuse_htmx
from portal.sign_in.page_owner import page_owner, token_of

_OWN: Final = ("", "same-origin")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django calls this instead of the view; `reason` is one of its sentences."""
    if request.headers.get("HX-Request"):
        return refuse_htmx(request)
    fault = fault_of(request, reason)
    if is_no_form(request) and fault is OUT_OF_DATE and request.user.is_authenticated:
        return _where_it_leads(request)
    if keep(request):
        return mark(_answer_kept(request, fault))
    if _is_from_here(request, reason):
        return _carried_on(request, fault)
    return _page(request, fault)


def _answer_kept(request: HttpRequest, fault: Fault) -> HttpResponse:
    """Lead back to the form where sending again helps; else say what does."""
    owner = page_owner(request)
    page = page_of_form(request)
    if fault is not OUT_OF_DATE:
        words = gettext(
            "What you typed is kept for an hour: it stands in the form when you open its"
            " page again."
        )
        return _page(request, fault, more=words)
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    if owner is None or owner.person_id != request.user.pk:
        return _page(request, SOMEBODY_ELSE)
    return redirect(page)


def _carried_on(request: HttpRequest, fault: Fault) -> HttpResponse:
    """
    Answer the page that holds what was typed, for whoever typed it.

    For others it keeps its own token, which is refused however often it is sent: a fresh
    one would make it their page, and let them send or keep what is not theirs.
    """
    owner = page_owner(request)
    if owner is None or owner.person_id == request.user.pk:
        return send_again(request, fault)
    if fault is OUT_OF_DATE:
        fault = SOMEBODY_ELSE_HERE if request.user.is_authenticated else SIGNED_OUT
    return send_again(request, fault, token=token_of(request))


def _where_it_leads(request: HttpRequest) -> HttpResponse:
    """Go on as after a sign-in: there was one since. A sign-out is asked for once more."""
    if request.resolver_match and request.resolver_match.url_name == "logout":
        messages.warning(request, str(OUT_OF_DATE.sentence))
        return redirect(page_of_form(request))
    following = urlencode({"next": request.POST.get("next", "")})
    return redirect(f"{reverse('login')}?{following}")


def _is_from_here(request: HttpRequest, reason: str) -> bool:
    """Whether no other site can have made the browser send this."""
    is_said = "Origin" in request.headers or request.is_secure()
    site = request.headers.get("Sec-Fetch-Site", "")
    return is_about_token(reason) and is_said and site in _OWN


def _page(request: HttpRequest, fault: Fault, *, more: str = "") -> HttpResponse:
    context = {"link_url": page_of_form(request), "more": more}
    return bare_page(request, fault, context=context)
