"""
Explanations of an HTTP status without a listed code.

Source: CSS API Reference, Status Codes; 494 is the API gateway's "headers too large".
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.huawei.codes import CodeClass
from clusters.explanations.code_classes import (
    ASK_AN_OPERATOR,
    CODE_CLASSES,
    NO_CLEAR_ANSWER,
    NO_PERMISSION,
    NOT_ACCEPTED,
    SIGN_IN_INVALID,
    TOO_MANY_CALLS,
    WRONG_ADDRESS,
)
from clusters.explanations.explanation import Explanation


def explain_status(status: int) -> Explanation:
    """
    Return the explanation of a status, else of its class (4xx, 5xx).

    :param status: the HTTP status; 0 if there was no response
    """
    return _STATUSES.get(status) or _explain_class(status)


def _explain_class(status: int) -> Explanation:
    if status >= 500:
        return CODE_CLASSES[CodeClass.SERVER]
    return NOT_ACCEPTED if status >= 400 else NO_CLEAR_ANSWER


_TOO_LARGE: Final = Explanation(
    sentence=_("The request was too large for the cloud's gateway."),
    next_step=ASK_AN_OPERATOR,
)
_SIGN_IN_TOO_LONG: Final = Explanation(
    sentence=_("The portal's sign-in was too long for the cloud's gateway."),
    next_step=ASK_AN_OPERATOR,
)

_STATUSES: Final = {
    401: SIGN_IN_INVALID,
    403: NO_PERMISSION,
    404: WRONG_ADDRESS,
    405: WRONG_ADDRESS,
    407: NO_CLEAR_ANSWER,
    408: NO_CLEAR_ANSWER,
    409: Explanation(
        sentence=_("Something in the cloud stands in the way of this request."),
        next_step=_("Read the cloud's message below. Another name may help."),
        field="name",
    ),
    410: CODE_CLASSES[CodeClass.SERVER],
    413: _TOO_LARGE,
    414: _TOO_LARGE,
    429: TOO_MANY_CALLS,
    431: _SIGN_IN_TOO_LONG,
    494: _SIGN_IN_TOO_LONG,
}
