"""Explanations for codes of IAM and of the API gateway, which answer before CSS."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.explanations.code_classes import (
    NO_PERMISSION,
    SIGN_IN_INVALID,
    TOO_MANY_CALLS,
    WRONG_ADDRESS,
)
from clusters.explanations.explanation import about, each

OF_DOORS: Final = {
    **each(("APIGW.0301", "APIGW.0305", "APIGW.0307"), SIGN_IN_INVALID),
    **each(("APIGW.0302", "APIGW.0306", "APIGW.0310", "APIGW.0802"), NO_PERMISSION),
    **each(("APIGW.0101",), WRONG_ADDRESS),
    **each(("APIGW.0308", "IAM.0012"), TOO_MANY_CALLS),
    **each(("IAM.0001", "IAM.0066", "IAM.0067"), SIGN_IN_INVALID),
    **each(("IAM.0002", "IAM.0003"), NO_PERMISSION),
    **about(
        _("The cloud does not accept the portal's user name or password."),
        _("Ask an operator to save the right password, then to resume sign-in."),
        "",
        "IAM.0062",
    ),
    **about(
        _("The portal's cloud user is locked."),
        _("Ask an operator to unlock the IAM user, then to resume sign-in."),
        "",
        *("IAM.0061", "IAM.0082"),
    ),
    **about(
        _("The portal's cloud user may not sign in by program."),
        _("Ask an operator to allow programmatic access for the IAM user."),
        "",
        "IAM.0081",
    ),
    **about(
        _("The cloud does not know the project that the portal signs in to."),
        _("Ask an operator to check the project name of this cloud project."),
        "",
        "IAM.0004",
    ),
}
