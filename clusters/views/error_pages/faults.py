"""The texts of error pages: title, sentence and link."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.domain.untrusted_text import one_line

Text = str | Promise

_TO_FIRST_PAGE: Final = _("To the home page")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """
    The texts of one error page, translated when it is rendered.

    `status` is the HTTP status, `icon` a symbol of `static/img/icons.svg`. The link below
    the sentence leads to `url_name`, or to the same address if that is empty;
    `in_new_tab` keeps this page open, because it holds what was typed.
    """

    status: int
    icon: str
    title: Text
    sentence: Text
    link: Text = _TO_FIRST_PAGE
    url_name: str = "home"
    in_new_tab: bool = False


UNREADABLE: Final = Fault(
    status=400,
    icon="unsure",
    title=_("We could not read this"),
    sentence=_(
        "Your browser sent something that we do not understand. Go back, load the page"
        " again and try once more."
    ),
)
INTERRUPTED: Final = Fault(
    status=400,
    icon="lock",
    title=_("Your session ended before this was done"),
    sentence=_(
        "You signed out in another tab, or your password was changed. Sign in"
        " and check whether it was done before you do it again."
    ),
    link=_("To the sign-in page"),
    url_name="login",
)
FORBIDDEN: Final = Fault(
    status=403,
    icon="lock",
    title=_("You have no access to this"),
    sentence=_(
        "You are signed in, but this needs a role that you do not have."
        " An administrator can give it to you."
    ),
)
NOT_FOUND: Final = Fault(
    status=404,
    icon="search",
    title=_("This page was not found"),
    sentence=_(
        "The address is wrong, or you have no access to it. Look for it in the"
        " list of requests."
    ),
    link=_("To the list of requests"),
    url_name="request-list",
)
TOO_LARGE: Final = Fault(
    status=413,
    icon="unsure",
    title=_("This is too large"),
    sentence=_(
        "What was sent is larger than this form takes. Go back, shorten it and send it"
        " once more."
    ),
)
SERVER_ERROR: Final = Fault(
    status=500,
    icon="bad",
    title=_("Something broke on our side"),
    sentence=_(
        "The error was logged. No cluster is made twice because of it. Try"
        " again in a minute; if it happens again, tell an operator."
    ),
)
CLOSED: Final = Fault(
    status=429,
    icon="lock",
    title=_("Too many wrong passwords"),
    sentence=_(
        "Signing in is blocked here for some minutes, so that nobody can guess"
        " a password."
    ),
    link=_("To the sign-in page"),
    url_name="login",
)
UNAVAILABLE: Final = Fault(
    status=503,
    icon="wait",
    title=_("This cannot be shown now"),
    sentence=_(
        "The database of the portal does not answer as it should. No request is lost and"
        " no cluster is made twice because of it. Try again in a minute; if it goes on,"
        " tell an operator."
    ),
    link=_("Try again"),
    url_name="",
)
NOT_SAVED: Final = Fault(
    status=503,
    icon="wait",
    title=_("This cannot be saved now"),
    sentence=_(
        "The database of the portal takes no changes at the moment. Leave this page"
        " open and send it again in a minute. Sent twice, it counts once."
    ),
)
NO_SIGN_IN: Final = Fault(
    status=503,
    icon="wait",
    title=_("Nobody can sign in now"),
    sentence=_(
        "The database of the portal takes no changes at the moment, and signing in is"
        " one. Try again in a minute; if it goes on, tell an operator."
    ),
)


def other_host(request: HttpRequest, *, own: str) -> Fault:
    """Return the fault for a Host header that is not in ALLOWED_HOSTS."""
    asked = one_line(request.META.get("HTTP_HOST", ""))[:_LONGEST]
    return Fault(
        status=400,
        icon="unsure",
        title=_("The portal does not know this address"),
        sentence=str(_OTHER_HOST) % {"asked": asked, "own": own},
    )


_LONGEST: Final = 120
_OTHER_HOST: Final = _(
    "Your browser opened it at %(asked)s, and it is set up for %(own)s:"
    " open it there. If people need this address, an administrator adds it"
    " to ALLOWED_HOSTS or sets PUBLIC_URL to it; a proxy has to leave the"
    " Host header as it is."
)
