"""The texts for forms that the CSRF check refuses: cause and remedy."""

from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.middleware import csrf
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters import wiring
from clusters.domain.untrusted_text import one_line
from clusters.views.error_pages.faults import Fault, Text

_TO_FORM: Final = _("Back to the form")
_LONGEST: Final = 120


def _refused(title: Text, sentence: Text) -> Fault:
    return Fault(status=403, icon="lock", title=title, sentence=sentence, link=_TO_FORM)


SIGNED_OUT: Final = Fault(
    status=403,
    icon="lock",
    title=_("You are signed out"),
    sentence=_(
        "Nothing was sent. What you typed is on this page: sign in in a new tab, then come"
        " back here and send it again."
    ),
    link=_("Sign in in a new tab"),
    url_name="login",
    in_new_tab=True,
)
SOMEBODY_ELSE: Final = _refused(
    _("Somebody else is signed in now"),
    _(
        "Nothing was sent. What was typed is kept for an hour for whoever typed it: sign"
        " out, sign in as that person, and open the page of the form."
    ),
)
SOMEBODY_ELSE_HERE: Final = Fault(
    status=403,
    icon="lock",
    title=SOMEBODY_ELSE.title,
    sentence=_(
        "Nothing was sent. What was typed is on this page: in a new tab, sign out and sign"
        " in as the person who typed it, then come back here and send it again."
    ),
    link=_("Open the portal in a new tab"),
    in_new_tab=True,
)
OUT_OF_DATE: Final = _refused(
    _("This page was open for too long"),
    _("Somebody signed in in this browser since it was opened. Nothing was done."),
)
NO_COOKIE: Final = _refused(
    _("Your browser sends no cookies"),
    _(
        "It blocks the cookies of this portal, or they were deleted since this page was"
        " opened. Allow them for this address, then load the page again."
    ),
)
INCOMPLETE: Final = _refused(
    _("This form arrived incomplete"),
    _(
        "The token that proves where it comes from is missing or damaged. An extension,"
        " a proxy or another program did that. Load the page again and send it from there."
    ),
)
HIDDEN: Final = _refused(
    _("Your browser hides where this form comes from"),
    _(
        "The portal takes forms of its own pages only, and cannot see that this is one. A"
        " privacy setting, an extension or a proxy removes the headers Origin and Referer"
        " or empties them. Allow them for this portal, or try a window without"
        " extensions, then load the page again."
    ),
)


def fault_of(request: HttpRequest, reason: str) -> Fault:
    """Return the fault for a reason that Django's CSRF middleware gives."""
    if reason in (csrf.REASON_NO_REFERER, csrf.REASON_MALFORMED_REFERER):
        return HIDDEN
    if reason == csrf.REASON_INSECURE_REFERER:
        return _without_https()
    if is_about_token(reason):
        return _bad_token(reason)
    header = "Origin" if reason.startswith("Origin") else "Referer"
    return _bad_address(request, request.headers.get(header, ""))


def is_about_token(reason: str) -> bool:
    """Whether the token is wrong, and not the Origin or Referer of the form."""
    return not reason.startswith(("Origin checking", "Referer checking"))


def _bad_token(reason: str) -> Fault:
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return NO_COOKIE
    return OUT_OF_DATE if "incorrect." in reason else INCOMPLETE


def _bad_address(request: HttpRequest, came_from: str) -> Fault:
    """
    Return the fault for a wrong Origin or Referer.

    It is hidden, the portal's own while PUBLIC_URL is another, or that of another site.
    """
    try:
        host = urlsplit(came_from).hostname or ""
    except ValueError:
        return HIDDEN
    if not host:
        return HIDDEN
    addresses = {
        "origin": one_line(came_from)[:_LONGEST],
        "own": wiring.public_url(),
    }
    if _is_own_page(request, host):
        return _refused(
            _("The portal is set up for another address"), str(_SET_UP) % addresses
        )
    return _refused(
        _("This form comes from another address"), str(_ELSEWHERE) % addresses
    )


_SET_UP: Final = _(
    "Your browser opened it at %(origin)s, and it is set up for %(own)s. An administrator"
    " sets PUBLIC_URL to the address that people use; a proxy has to leave the Host header"
    " as it is, and to send X-Forwarded-Proto with TRUST_PROXY=on."
)
_ELSEWHERE: Final = _(
    "It comes from %(origin)s, and the portal takes forms of %(own)s only. Open the portal"
    " at that address. If you did not send a form: another website tried it in your"
    " name, and nothing was done."
)


def _is_own_page(request: HttpRequest, host: str) -> bool:
    """Whether Sec-Fetch-Site says so, or the host is ours with another scheme or port."""
    site = request.headers.get("Sec-Fetch-Site", "")
    asked = urlsplit(f"//{request.get_host()}").hostname
    return site == "same-origin" or (site in ("", "none") and host == asked)


def _without_https() -> Fault:
    words = gettext(
        "The page of this form was opened without https, where others can read and change"
        " it. Open the portal at %(own)s."
    )
    title = _("This page was opened without https")
    return _refused(title, words % {"own": wiring.public_url()})
