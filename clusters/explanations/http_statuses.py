"""Explanations for an HTTP status that came without a known code."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.huawei.codes import CodeClass
from clusters.explanations.code_classes import (
    ASK_AN_OPERATOR,
    NO_CLEAR_ANSWER,
    NO_PERMISSION,
    NOT_ACCEPTED,
    OF_CLASS,
    SIGN_IN_INVALID,
    TOO_MANY_CALLS,
    WRONG_ADDRESS,
)
from clusters.explanations.explanation import Explanation


def of_status(status: int) -> Explanation:
    """Explain an HTTP status, else its class (4xx, 5xx); 0 means no response."""
    return _OF_STATUS.get(status) or _of_status_class(status)


def _of_status_class(status: int) -> Explanation:
    if status >= 500:
        return OF_CLASS[CodeClass.SERVER]
    return NOT_ACCEPTED if status >= 400 else NO_CLEAR_ANSWER


_TOO_LARGE: Final = Explanation(
    sentence=_("The request was too large for the cloud's gateway."),
    next_step=ASK_AN_OPERATOR,
)
_SIGN_IN_TOO_LONG: Final = Explanation(
    sentence=_("The portal's sign-in was too long for the cloud's gateway."),
    next_step=ASK_AN_OPERATOR,
)

_OF_STATUS: Final = {
    401: SIGN_IN_INVALID,
    403: NO_PERMISSION,
    404: WRONG_ADDRESS,
    405: WRONG_ADDRESS,
    407: NO_CLEAR_ANSWER,
    408: NO_CLEAR_ANSWER,
    409: Explanation(
        sentence=_("Something in the cloud stands in the way of this request."),
        next_step=_("Read the cloud's words below. Another name may help."),
        field="name",
    ),
    410: OF_CLASS[CodeClass.SERVER],
    413: _TOO_LARGE,
    414: _TOO_LARGE,
    429: TOO_MANY_CALLS,
    431: _SIGN_IN_TOO_LONG,
    494: _SIGN_IN_TOO_LONG,
}
