"""Words for people: cloud code -> what happened, what to do, which form field."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.huawei.codes import CodeClass, class_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class Words:
    """
    A sentence for a person and what to do next.

    `field` is the name of the form field at fault, empty where it is none.
    """

    sentence: "str | _StrPromise"
    next_step: "str | _StrPromise"
    field: str = ""


def words_for(code: str, status: int = 0) -> Words:
    """
    Explain what the cloud said: by its code, then the code's class, then the status.

    :param status: the HTTP status, 0 where none came
    """
    code = _GATEWAY_PREFIX.sub("APIGW.", code)
    own = _OF_CODE.get(code)
    if own is not None:
        return own
    code_class = class_of(code)
    if code_class is not None:
        return _OF_CLASS[code_class]
    return _OF_STATUS.get(status) or _of_status_family(status)


def _of_status_family(status: int) -> Words:
    if status >= 500:
        return _OF_CLASS[CodeClass.SERVER]
    return _NOT_ACCEPTED if status >= 400 else _NO_CLEAR_ANSWER


_GATEWAY_PREFIX: Final = re.compile(r"^APIG\.")

_ASK_AN_OPERATOR: Final = _("Ask an operator to look at it.")

_NOT_ACCEPTED: Final = Words(
    sentence=_("The cloud did not accept this request."),
    next_step=_("Read the cloud's words below, then ask again with other values."),
)
_NO_CLEAR_ANSWER: Final = Words(
    sentence=_("The cloud gave no clear answer."), next_step=_ASK_AN_OPERATOR
)
_NO_PERMISSION: Final = Words(
    sentence=_("The portal's cloud user may not do this."),
    next_step=_(
        "Ask an operator to give the IAM user the permissions for CSS, VPC and disks."
    ),
)
_SIGN_IN_INVALID: Final = Words(
    sentence=_("The cloud did not accept the portal's sign-in."),
    next_step=_("Ask an operator to check the IAM user of this cloud project."),
)
_TOO_MANY_CALLS: Final = Words(
    sentence=_("The cloud asked the portal to slow down."),
    next_step=_("Try again in a few minutes."),
)
_WRONG_ADDRESS: Final = Words(
    sentence=_("The cloud does not know the address that the portal called."),
    next_step=_("Ask an operator to check the addresses of this cloud project."),
)
GAVE_UP: Final = Words(
    sentence=_("The cloud began to build the cluster and then gave up."),
    next_step=_(
        "The broken cluster still exists and may cost money. Ask an operator to"
        " delete it, then ask again."
    ),
)
"""For a broken cluster of which the cloud says no more than that."""

_QUOTA: Final = Words(
    sentence=_("A quota of this project is used up."),
    next_step=_("Delete what nobody needs, or ask an operator for more quota."),
)

_OF_CLASS: Final = {
    CodeClass.INPUT: Words(
        sentence=_("The cloud did not accept one of the values."),
        next_step=_("Change the value that the cloud names below, then ask again."),
    ),
    CodeClass.AUTH: _SIGN_IN_INVALID,
    CodeClass.PERM: _NO_PERMISSION,
    CodeClass.QUOTA: _QUOTA,
    CodeClass.STOCK: Words(
        sentence=_("The cloud has run out of what you asked for."),
        next_step=_("Choose another flavor, disk or zone, or try again later."),
    ),
    CodeClass.EXISTS: Words(
        sentence=_("The name is taken in this project."),
        next_step=_("Choose another name."),
        field="name",
    ),
    CodeClass.BUSY: Words(
        sentence=_("The cloud was busy with something else in this project."),
        next_step=_("Try again in a few minutes."),
    ),
    CodeClass.GONE: Words(
        sentence=_("The cloud does not find it, or the portal may not see it."),
        next_step=_ASK_AN_OPERATOR,
    ),
    CodeClass.SERVER: Words(
        sentence=_("The cloud had a problem of its own."),
        next_step=_(
            "Try again later. If it stays, give the request id below to the cloud's"
            " support."
        ),
    ),
    CodeClass.ASYNC: GAVE_UP,
    CodeClass.OTHER: _NOT_ACCEPTED,
}

_OF_STATUS: Final = {
    401: _SIGN_IN_INVALID,
    403: _NO_PERMISSION,
    404: _WRONG_ADDRESS,
    409: Words(
        sentence=_("Something in the cloud stands in the way of this request."),
        next_step=_("Read the cloud's words below. Another name may help."),
        field="name",
    ),
    413: Words(
        sentence=_("The request was too large for the cloud's gateway."),
        next_step=_ASK_AN_OPERATOR,
    ),
    429: _TOO_MANY_CALLS,
    494: Words(
        sentence=_("The portal's sign-in was too long for the cloud's gateway."),
        next_step=_ASK_AN_OPERATOR,
    ),
}


def _each(codes: Iterable[str], words: Words) -> dict[str, Words]:
    return dict.fromkeys(codes, words)


def _input(
    sentence: "_StrPromise", next_step: "_StrPromise", field: str, *codes: str
) -> dict[str, Words]:
    return _each(codes, Words(sentence=sentence, next_step=next_step, field=field))


_OF_CODE: Final = {
    # -- the values of the form
    **_input(
        _("The cloud does not accept this name."),
        _("Take 4 to 32 letters, digits, - or _, beginning with a letter."),
        "name",
        *("CSS.5049", "CSS.5057", "CSS.5077"),
    ),
    **_input(
        _("The cloud does not sell this flavor here."),
        _("Choose another flavor."),
        "flavor",
        *("CSS.5006", "CSS.5007", "CSS.5055", "CSS.5093"),
    ),
    **_input(
        _("This flavor is sold out."),
        _("Choose another flavor or zone, or try again later."),
        "flavor",
        "CSS.0068",
    ),
    **_input(
        _("This flavor has disks of its own and takes no others."),
        _("Ask again: the form leaves the disk out for this flavor."),
        "flavor",
        "CSS.5170",
    ),
    **_input(
        _("This number of nodes is not allowed."),
        _("Take 1 to 32 nodes."),
        "instance_num",
        *("CSS.5047", "CSS.5069"),
    ),
    **_input(
        _("There are fewer nodes than zones."),
        _("Take more nodes or fewer zones."),
        "instance_num",
        "CSS.5172",
    ),
    **_input(
        _("The cloud does not know this zone, or it was named twice."),
        _("Choose another zone."),
        "availability_zones",
        *("CSS.5011", "CSS.5012", "CSS.5052"),
    ),
    **_input(
        _("This type of disk is not offered here."),
        _("Choose another type of disk."),
        "volume_type",
        *("CSS.5008", "CSS.5061", "CSS.5068", "CSS.5071", "CSS.5092"),
    ),
    **_input(
        _("This type of disk is sold out."),
        _("Choose another type of disk or another zone, or try again later."),
        "volume_type",
        *("CSS.0065", "CSS.0069"),
    ),
    **_input(
        _("This disk size is not allowed."),
        _("Take a multiple of 20 GB within the range of the flavor."),
        "volume_size",
        *("CSS.5009", "CSS.5033", "CSS.5078", "CSS.5135"),
    ),
    **_input(
        _("The cloud does not know this VPC, or it belongs to someone else."),
        _("Choose another VPC."),
        "vpc_id",
        *("CSS.5014", "CSS.5021", "CSS.5046"),
    ),
    **_input(
        _("This VPC has no address range or no subnet."),
        _("Choose another VPC, or ask its owner to add a subnet."),
        "vpc_id",
        "CSS.5157",
    ),
    **_input(
        _("The cloud does not find this subnet in the VPC."),
        _("Choose another subnet."),
        "subnet_id",
        *("CSS.5015", "CSS.5022", "CSS.5074"),
    ),
    **_input(
        _("The subnet has no free addresses left."),
        _("Choose another subnet, or take fewer nodes."),
        "subnet_id",
        "CSS.0064",
    ),
    **_input(
        _("The cloud does not know this security group."),
        _("Choose another security group."),
        "security_group_id",
        *("CSS.5023", "CSS.5072"),
    ),
    **_input(
        _("This engine or version is not offered here."),
        _("Choose another engine version."),
        "datastore",
        *("CSS.5002", "CSS.5003", "CSS.5004", "CSS.5005", "CSS.5036"),
    ),
    **_input(
        _("The cloud reported an internal error; often the engine was not named."),
        _("Choose the engine version yourself and ask again."),
        "datastore",
        "CSS.0036",
    ),
    **_input(
        _("The cloud does not accept this backup time."),
        _("Take a whole hour and a time zone such as GMT+08:00."),
        "backup_hour",
        *("CSS.5018", "CSS.5020", "CSS.5178"),
    ),
    **_input(
        _("The cloud does not accept this prefix of the backups."),
        _("Take up to 32 small letters, digits, - or _, beginning with a letter."),
        "backup_prefix",
        "CSS.5044",
    ),
    **_input(
        _("This number of kept backups is not allowed."),
        _("Keep 1 to 90 backups."),
        "backup_keepday",
        *("CSS.3011", "CSS.5017"),
    ),
    **_input(
        _("The bucket for the backups does not exist or cannot be read."),
        _("Choose another bucket, or give the portal's cloud user access to it."),
        "backup_bucket",
        "CSS.0048",
    ),
    **_input(
        _("The agency for the backups is not valid."),
        _("Choose another agency."),
        "backup_agency",
        *("CSS.5130", "CSS.0080", "CSS.0081"),
    ),
    # -- quotas
    **_input(
        _("The cluster quota of this project is used up."),
        _("Delete a cluster that nobody needs, or ask an operator for more quota."),
        "",
        "CSS.1112",
    ),
    **_input(
        _("The node quota of this project is used up."),
        _("Take fewer nodes, or ask an operator for more quota."),
        "instance_num",
        *("CSS.0053", "CSS.5091"),
    ),
    **_input(
        _("The CPU quota of this project is used up."),
        _("Take fewer nodes or a smaller flavor, or ask an operator for more quota."),
        "flavor",
        "CSS.0052",
    ),
    **_input(
        _("The memory quota of this project is used up."),
        _("Take fewer nodes or a smaller flavor, or ask an operator for more quota."),
        "flavor",
        "CSS.0054",
    ),
    **_input(
        _("The disk quota of this project is used up."),
        _("Take fewer nodes or smaller disks, or ask an operator for more quota."),
        "volume_size",
        *("CSS.0055", "CSS.0060"),
    ),
    **_input(
        _("The cloud's stock is used up for now."),
        _("Choose another flavor or zone, or try again later."),
        "flavor",
        "CSS.0023",
    ),
    # -- the account and its rights
    **_input(
        _("The cloud account is frozen."),
        _("Ask an operator to settle it with the cloud's billing."),
        "",
        *("CSS.0021", "CSS.5045", "CSS.5301"),
    ),
    **_each(("CSS.0015",), _NO_PERMISSION),
    # -- what the cloud says minutes later
    **_input(
        _("The cloud began to build the cluster and then gave up."),
        _(
            "Check that the security group opens TCP port 9200. The broken cluster"
            " still exists and may cost money: ask an operator to delete it."
        ),
        "security_group_id",
        "CSS.6000",
    ),
    **_input(
        _("The cloud could not make one of the nodes."),
        _(
            "Choose another flavor or zone. The broken cluster still exists and may"
            " cost money: ask an operator to delete it."
        ),
        "flavor",
        "CSS.6004",
    ),
    # -- the portal's own
    **_each(
        ("portal.name_taken",),
        Words(
            sentence=_("A cluster with this name is there already; nothing was sent."),
            next_step=_("Choose another name."),
            field="name",
        ),
    ),
    **_each(
        ("portal.deleted_outside",),
        Words(
            sentence=_("The cluster was deleted outside of the portal."),
            next_step=_("Ask again if it is still needed."),
        ),
    ),
    # -- the gateway and IAM
    **_each(("APIGW.0301", "APIGW.0305", "APIGW.0307"), _SIGN_IN_INVALID),
    **_each(("APIGW.0302", "APIGW.0306", "APIGW.0310", "APIGW.0802"), _NO_PERMISSION),
    **_each(("APIGW.0101",), _WRONG_ADDRESS),
    **_each(("APIGW.0308", "IAM.0012"), _TOO_MANY_CALLS),
    **_each(("IAM.0001", "IAM.0066", "IAM.0067"), _SIGN_IN_INVALID),
    **_each(("IAM.0002", "IAM.0003"), _NO_PERMISSION),
    **_input(
        _("The cloud does not accept the portal's user name or password."),
        _("Ask an operator to save the right password, then to resume sign-in."),
        "",
        "IAM.0062",
    ),
    **_input(
        _("The portal's cloud user is locked."),
        _("Ask an operator to unlock the IAM user, then to resume sign-in."),
        "",
        *("IAM.0061", "IAM.0082"),
    ),
    **_input(
        _("The portal's cloud user may not sign in by program."),
        _("Ask an operator to allow programmatic access for the IAM user."),
        "",
        "IAM.0081",
    ),
    **_input(
        _("The cloud does not know the project that the portal signs in to."),
        _("Ask an operator to check the project name of this cloud project."),
        "",
        "IAM.0004",
    ),
}
