"""Explanations of cloud errors: what happened, what to do next, which form field."""

import re
from typing import Final

from clusters.cloud.huawei.codes import ERROR_CODES, class_of
from clusters.explanations.account_codes import OF_ACCOUNT
from clusters.explanations.code_classes import GAVE_UP, OF_CLASS
from clusters.explanations.explanation import Explanation
from clusters.explanations.gateway_codes import OF_DOORS
from clusters.explanations.http_statuses import of_status
from clusters.explanations.input_codes import OF_VALUES

__all__ = ["EXPLAINED", "GAVE_UP", "Explanation", "explain"]


def explain(code: str, status: int = 0) -> Explanation:
    """
    Explain an error of the cloud: by its code, else the code's class, else the status.

    :param code: an error code of CSS, the API gateway, IAM or the portal; may be empty
    :param status: the HTTP status, 0 if there was no response
    """
    code = _GATEWAY_PREFIX.sub("APIGW.", code)
    own = _OF_CODE.get(code)
    if own is not None:
        return own
    code_class = class_of(code)
    if code_class is not None:
        return OF_CLASS[code_class]
    return of_status(status)


_GATEWAY_PREFIX: Final = re.compile(r"^APIG\.")

_OF_CODE: Final = {**OF_VALUES, **OF_ACCOUNT, **OF_DOORS}

EXPLAINED: Final = frozenset(
    {
        *ERROR_CODES,
        *_OF_CODE,
        *(code.replace("APIGW.", "APIG.") for code in OF_DOORS),
    }
)
"""Every code with an explanation of its own or of its class, in both prefixes."""
