"""
Explanations of codes about quotas, stock, the account, and failed creations.

Source: CSS API Reference, Error Codes; for CSS.6000 and CSS.6004, Querying Cluster
Details (`failedReason`). The codes that begin with portal. are the portal's own.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.domain.error_codes import PortalCode
from clusters.explanations.code_classes import NO_PERMISSION
from clusters.explanations.explanation import Explanation, by_code

ACCOUNT_CODES: Final = by_code(
    # -- quotas
    (
        ("CSS.1112",),
        Explanation(
            sentence=_("The cluster quota of this project is used up."),
            next_step=_(
                "Delete a cluster that nobody needs, or ask an operator for more quota."
            ),
        ),
    ),
    (
        ("CSS.0053", "CSS.5091"),
        Explanation(
            sentence=_("The node quota of this project is used up."),
            next_step=_("Choose fewer nodes, or ask an operator for more quota."),
            field="instance_num",
        ),
    ),
    (
        ("CSS.0052",),
        Explanation(
            sentence=_("The CPU quota of this project is used up."),
            next_step=_(
                "Choose fewer nodes or a smaller flavor, or ask an operator for more quota."
            ),
            field="flavor",
        ),
    ),
    (
        ("CSS.0054",),
        Explanation(
            sentence=_("The memory quota of this project is used up."),
            next_step=_(
                "Choose fewer nodes or a smaller flavor, or ask an operator for more quota."
            ),
            field="flavor",
        ),
    ),
    (
        ("CSS.0055", "CSS.0060"),
        Explanation(
            sentence=_("The disk quota of this project is used up."),
            next_step=_(
                "Choose fewer nodes or smaller disks, or ask an operator for more quota."
            ),
            field="volume_size",
        ),
    ),
    (
        ("CSS.0023",),
        Explanation(
            sentence=_("The cloud's stock is used up for now."),
            next_step=_("Choose another flavor or zone, or try again later."),
            field="flavor",
        ),
    ),
    # -- the account and its permissions
    (
        ("CSS.0021", "CSS.5045", "CSS.5301"),
        Explanation(
            sentence=_("The cloud account is frozen."),
            next_step=_("Ask an operator to settle it with the cloud's billing."),
        ),
    ),
    (("CSS.0015",), NO_PERMISSION),
    # -- codes in failedReason of a cluster whose creation failed
    (
        ("CSS.6000",),
        Explanation(
            sentence=_("The cloud began to build the cluster and then gave up."),
            next_step=_(
                "Check that the security group opens TCP port 9200. The broken cluster"
                " may cost money until it is deleted here."
            ),
            field="security_group_id",
        ),
    ),
    (
        ("CSS.6004",),
        Explanation(
            sentence=_("The cloud could not make one of the nodes."),
            next_step=_(
                "Choose another flavor or zone. The broken cluster may cost money until"
                " it is deleted here."
            ),
            field="flavor",
        ),
    ),
    # -- codes that the portal itself sets
    (
        (PortalCode.NAME_TAKEN,),
        Explanation(
            sentence=_("A cluster with this name is there already; nothing was sent."),
            next_step=_("Choose another name."),
            field="name",
        ),
    ),
    (
        (PortalCode.DELETED_OUTSIDE,),
        Explanation(
            sentence=_("The cluster was deleted outside of the portal."),
            next_step=_("Ask again if it is still needed."),
        ),
    ),
    (
        (PortalCode.CONFIRMED_ABSENT,),
        Explanation(
            sentence=_("No cluster was made."),
            next_step=_("Ask again if it is still needed."),
        ),
    ),
    (
        (PortalCode.PASSWORD_GONE,),
        Explanation(
            sentence=_(
                "The administrator's password is not kept any more; nothing was sent."
            ),
            next_step=_("Ask again: the new request gets a new password."),
            field="password_source",
        ),
    ),
)
