"""The words for codes about quotas, stock, the account, and what comes of a build."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.domain.error_codes import PortalCode
from clusters.explanations.code_classes import NO_PERMISSION
from clusters.explanations.explanation import Explanation, about, each

OF_ACCOUNT: Final = {
    # -- quotas
    **about(
        _("The cluster quota of this project is used up."),
        _("Delete a cluster that nobody needs, or ask an operator for more quota."),
        "",
        "CSS.1112",
    ),
    **about(
        _("The node quota of this project is used up."),
        _("Take fewer nodes, or ask an operator for more quota."),
        "instance_num",
        *("CSS.0053", "CSS.5091"),
    ),
    **about(
        _("The CPU quota of this project is used up."),
        _("Take fewer nodes or a smaller flavor, or ask an operator for more quota."),
        "flavor",
        "CSS.0052",
    ),
    **about(
        _("The memory quota of this project is used up."),
        _("Take fewer nodes or a smaller flavor, or ask an operator for more quota."),
        "flavor",
        "CSS.0054",
    ),
    **about(
        _("The disk quota of this project is used up."),
        _("Take fewer nodes or smaller disks, or ask an operator for more quota."),
        "volume_size",
        *("CSS.0055", "CSS.0060"),
    ),
    **about(
        _("The cloud's stock is used up for now."),
        _("Choose another flavor or zone, or try again later."),
        "flavor",
        "CSS.0023",
    ),
    # -- the account and its rights
    **about(
        _("The cloud account is frozen."),
        _("Ask an operator to settle it with the cloud's billing."),
        "",
        *("CSS.0021", "CSS.5045", "CSS.5301"),
    ),
    **each(("CSS.0015",), NO_PERMISSION),
    # -- what the cloud says minutes later
    **about(
        _("The cloud began to build the cluster and then gave up."),
        _(
            "Check that the security group opens TCP port 9200. The broken cluster"
            " may cost money until it is deleted here."
        ),
        "security_group_id",
        "CSS.6000",
    ),
    **about(
        _("The cloud could not make one of the nodes."),
        _(
            "Choose another flavor or zone. The broken cluster may cost money until"
            " it is deleted here."
        ),
        "flavor",
        "CSS.6004",
    ),
    # -- the portal's own
    **each(
        (PortalCode.NAME_TAKEN,),
        Explanation(
            sentence=_("A cluster with this name is there already; nothing was sent."),
            next_step=_("Choose another name."),
            field="name",
        ),
    ),
    **each(
        (PortalCode.DELETED_OUTSIDE,),
        Explanation(
            sentence=_("The cluster was deleted outside of the portal."),
            next_step=_("Ask again if it is still needed."),
        ),
    ),
    **each(
        (PortalCode.CONFIRMED_ABSENT,),
        Explanation(
            sentence=_("No cluster was made."),
            next_step=_("Ask again if it is still needed."),
        ),
    ),
}
