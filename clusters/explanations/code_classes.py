"""Explanations of the classes of codes, for a code that has none of its own."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.huawei.codes import CodeClass
from clusters.explanations.explanation import Explanation

ASK_AN_OPERATOR: Final = _("Ask an operator to look at it.")

NOT_ACCEPTED: Final = Explanation(
    sentence=_("The cloud did not accept this request."),
    next_step=_("Read the cloud's message below, then ask again with other values."),
)
NO_CLEAR_ANSWER: Final = Explanation(
    sentence=_("The cloud gave no clear answer."), next_step=ASK_AN_OPERATOR
)
NO_PERMISSION: Final = Explanation(
    sentence=_("The portal's cloud user is not allowed to do this."),
    next_step=_(
        "Ask an operator to give the IAM user the permissions for CSS, VPC and disks."
    ),
)
SIGN_IN_INVALID: Final = Explanation(
    sentence=_("The cloud did not accept the portal's sign-in."),
    next_step=_("Ask an operator to check the IAM user of this cloud project."),
)
TOO_MANY_CALLS: Final = Explanation(
    sentence=_("The cloud asked the portal to slow down."),
    next_step=_("Try again in a few minutes."),
)
WRONG_ADDRESS: Final = Explanation(
    sentence=_("The cloud does not know the address that the portal called."),
    next_step=_("Ask an operator to check the addresses of this cloud project."),
)
GAVE_UP: Final = Explanation(
    sentence=_("The cloud began to build the cluster and then gave up."),
    next_step=_(
        "The broken cluster may cost money until it is deleted here. Then ask again."
    ),
)
"""For a cluster whose creation failed and whose `failedReason` is empty."""

_QUOTA: Final = Explanation(
    sentence=_("A quota of this project is used up."),
    next_step=_("Delete what nobody needs, or ask an operator for more quota."),
)

CODE_CLASSES: Final = {
    CodeClass.INPUT: Explanation(
        sentence=_("The cloud did not accept one of the values."),
        next_step=_("Change the value that the cloud names below, then ask again."),
    ),
    CodeClass.AUTH: SIGN_IN_INVALID,
    CodeClass.PERM: NO_PERMISSION,
    CodeClass.QUOTA: _QUOTA,
    CodeClass.STOCK: Explanation(
        sentence=_("The cloud has run out of what you asked for."),
        next_step=_("Choose another flavor, disk or zone, or try again later."),
    ),
    CodeClass.EXISTS: Explanation(
        sentence=_("The name is taken in this project."),
        next_step=_("Choose another name."),
        field="name",
    ),
    CodeClass.BUSY: Explanation(
        sentence=_("The cloud was busy with something else in this project."),
        next_step=_("Try again in a few minutes."),
    ),
    CodeClass.GONE: Explanation(
        sentence=_(
            "The cloud does not find it, or the portal is not allowed to see it."
        ),
        next_step=ASK_AN_OPERATOR,
    ),
    CodeClass.SERVER: Explanation(
        sentence=_("The cloud had a problem of its own."),
        next_step=_(
            "Try again later. If it stays, give the request id below to the cloud's"
            " support."
        ),
    ),
    CodeClass.ASYNC: GAVE_UP,
    CodeClass.OTHER: NOT_ACCEPTED,
}
