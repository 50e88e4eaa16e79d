"""
Explanations of codes of the API gateway and of IAM, which answer before CSS does.

Sources: the error codes of the API gateway in its signing guide; IAM API Reference,
Error Codes.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.explanations.code_classes import (
    NO_PERMISSION,
    SIGN_IN_INVALID,
    TOO_MANY_CALLS,
    WRONG_ADDRESS,
)
from clusters.explanations.explanation import Explanation, by_code

GATEWAY_CODES: Final = by_code(
    (("APIGW.0301", "APIGW.0305", "APIGW.0307"), SIGN_IN_INVALID),
    (("APIGW.0302", "APIGW.0306", "APIGW.0310", "APIGW.0802"), NO_PERMISSION),
    (("APIGW.0101",), WRONG_ADDRESS),
    (("APIGW.0308", "IAM.0012"), TOO_MANY_CALLS),
    (("IAM.0001", "IAM.0066", "IAM.0067"), SIGN_IN_INVALID),
    (("IAM.0002", "IAM.0003"), NO_PERMISSION),
    (
        ("IAM.0062",),
        Explanation(
            sentence=_("The cloud does not accept the portal's user name or password."),
            next_step=_(
                "Ask an operator to save the right password, then to resume sign-in."
            ),
        ),
    ),
    (
        ("IAM.0061", "IAM.0082"),
        Explanation(
            sentence=_("The portal's cloud user is locked."),
            next_step=_(
                "Ask an operator to unlock the IAM user, then to resume sign-in."
            ),
        ),
    ),
    (
        ("IAM.0081",),
        Explanation(
            sentence=_("The portal's cloud user is not allowed to sign in by program."),
            next_step=_(
                "Ask an operator to allow programmatic access for the IAM user."
            ),
        ),
    ),
    (
        ("IAM.0004",),
        Explanation(
            sentence=_(
                "The cloud does not know the project that the portal signs in to."
            ),
            next_step=_(
                "Ask an operator to check the project name of this cloud project."
            ),
        ),
    ),
)
