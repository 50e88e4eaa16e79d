"""
Explains errors of the cloud to people: what happened, what to do, which form field.

Each table maps codes to an `Explanation`; the meaning of the codes is that of CSS API
Reference, Error Codes (`clusters.cloud.huawei.codes`). A code without an explanation of
its own has that of its class, an unlisted code that of the HTTP status.
"""

import re
from typing import Final

from clusters.cloud.huawei.codes import ERROR_CODES, class_of
from clusters.explanations.account_codes import ACCOUNT_CODES
from clusters.explanations.code_classes import CODE_CLASSES, GAVE_UP
from clusters.explanations.explanation import Explanation
from clusters.explanations.gateway_codes import GATEWAY_CODES
from clusters.explanations.http_statuses import explain_status
from clusters.explanations.input_codes import INPUT_CODES

__all__ = ["EXPLAINED", "GAVE_UP", "Explanation", "explain"]


def explain(code: str, status: int = 0) -> Explanation:
    """
    Return the explanation of an error: of its code, else its class, else the status.

    :param code: an error code of CSS, the API gateway, IAM or the portal; may be empty
    :param status: the HTTP status, 0 if there was no response
    """
    code = _GATEWAY_PREFIX.sub("APIGW.", code)
    own = _CODES.get(code)
    if own is not None:
        return own
    code_class = class_of(code)
    if code_class is not None:
        return CODE_CLASSES[code_class]
    return explain_status(status)


_GATEWAY_PREFIX: Final = re.compile(r"^APIG\.")
"""Some services write APIG. instead of APIGW. (observed)."""

_CODES: Final = {**INPUT_CODES, **ACCOUNT_CODES, **GATEWAY_CODES}

EXPLAINED: Final = frozenset(
    {
        *ERROR_CODES,
        *_CODES,
        *(code.replace("APIGW.", "APIG.") for code in GATEWAY_CODES),
    }
)
"""Every code that has an explanation of its own or of its class, with both prefixes."""
