"""What an error page says: a title, a sentence, and where to go from there."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

_TO_FIRST_PAGE: Final = _("To the first page")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """
    The words of one error page, for any language.

    `icon` is one of `static/img/icons.svg`. The link under the sentence leads to the
    path of that URL name, or to the same address again where it is empty; in a new tab
    where this page has to stay.
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
NOT_YOURS: Final = Fault(
    status=403,
    icon="lock",
    title=_("This is not yours to open"),
    sentence=_(
        "You are signed in, but this needs a role that you do not have."
        " An administrator can give it to you."
    ),
)
NOT_THERE: Final = Fault(
    status=404,
    icon="search",
    title=_("There is nothing here"),
    sentence=_(
        "The address is wrong, or what was here is not for you to see."
        " Look for it among the requests."
    ),
    link=_("To the requests"),
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
BROKEN: Final = Fault(
    status=500,
    icon="bad",
    title=_("Something broke on our side"),
    sentence=_(
        "We wrote down what happened. No cluster is made twice because of it."
        " Try again in a minute; if it happens again, tell an operator."
    ),
)
