"""
Explanations of codes about a value of the form.

Source: CSS API Reference, Error Codes. Several codes mean the same and the reference does
not say which one CSS sends, so a row lists all of them.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.explanations.explanation import Explanation, by_code

INPUT_CODES: Final = by_code(
    (
        ("CSS.5049", "CSS.5057", "CSS.5077"),
        Explanation(
            sentence=_("The cloud does not accept this name."),
            next_step=_(
                "Use 4 to 32 letters, digits, - or _, beginning with a letter."
            ),
            field="name",
        ),
    ),
    (
        ("CSS.5006", "CSS.5007", "CSS.5055", "CSS.5093"),
        Explanation(
            sentence=_("The cloud does not sell this flavor here."),
            next_step=_("Choose another flavor."),
            field="flavor",
        ),
    ),
    (
        ("CSS.0068",),
        Explanation(
            sentence=_("This flavor is sold out."),
            next_step=_("Choose another flavor or zone, or try again later."),
            field="flavor",
        ),
    ),
    (
        ("CSS.5170",),
        Explanation(
            sentence=_("This flavor has local disks and allows no others."),
            next_step=_("Ask again: the form leaves the disk out for this flavor."),
            field="flavor",
        ),
    ),
    (
        ("CSS.5047", "CSS.5069"),
        Explanation(
            sentence=_("This number of nodes is not allowed."),
            next_step=_("Choose 1 to 32 nodes."),
            field="instance_num",
        ),
    ),
    (
        ("CSS.5172",),
        Explanation(
            sentence=_("There are fewer nodes than zones."),
            next_step=_("Choose more nodes or fewer zones."),
            field="instance_num",
        ),
    ),
    (
        ("CSS.5011", "CSS.5012", "CSS.5052"),
        Explanation(
            sentence=_("The cloud does not know this zone, or it was named twice."),
            next_step=_("Choose another zone."),
            field="availability_zones",
        ),
    ),
    (
        ("CSS.5008", "CSS.5061", "CSS.5068", "CSS.5071", "CSS.5092"),
        Explanation(
            sentence=_("This type of disk is not offered here."),
            next_step=_("Choose another type of disk."),
            field="volume_type",
        ),
    ),
    (
        ("CSS.0065", "CSS.0069"),
        Explanation(
            sentence=_("This type of disk is sold out."),
            next_step=_(
                "Choose another type of disk or another zone, or try again later."
            ),
            field="volume_type",
        ),
    ),
    (
        ("CSS.5009", "CSS.5033", "CSS.5078", "CSS.5135"),
        Explanation(
            sentence=_("This disk size is not allowed."),
            next_step=_("Choose a multiple of 20 GB within the range of the flavor."),
            field="volume_size",
        ),
    ),
    (
        ("CSS.5014", "CSS.5021", "CSS.5046"),
        Explanation(
            sentence=_(
                "The cloud does not know this VPC, or it belongs to someone else."
            ),
            next_step=_("Choose another VPC."),
            field="vpc_id",
        ),
    ),
    (
        ("CSS.5157",),
        Explanation(
            sentence=_("This VPC has no address range or no subnet."),
            next_step=_("Choose another VPC, or ask its owner to add a subnet."),
            field="vpc_id",
        ),
    ),
    (
        ("CSS.5015", "CSS.5022", "CSS.5074"),
        Explanation(
            sentence=_("The cloud does not find this subnet in the VPC."),
            next_step=_("Choose another subnet."),
            field="subnet_id",
        ),
    ),
    (
        ("CSS.0064",),
        Explanation(
            sentence=_("The subnet has no free addresses left."),
            next_step=_("Choose another subnet, or choose fewer nodes."),
            field="subnet_id",
        ),
    ),
    (
        ("CSS.5023", "CSS.5072"),
        Explanation(
            sentence=_("The cloud does not know this security group."),
            next_step=_("Choose another security group."),
            field="security_group_id",
        ),
    ),
    (
        ("CSS.5002", "CSS.5003", "CSS.5004", "CSS.5005", "CSS.5036"),
        Explanation(
            sentence=_("This engine or version is not offered here."),
            next_step=_("Choose another engine version."),
            field="datastore",
        ),
    ),
    (
        ("CSS.0036",),
        Explanation(
            sentence=_(
                "The cloud reported an internal error; often the engine was not named."
            ),
            next_step=_("Choose the engine version yourself and ask again."),
            field="datastore",
        ),
    ),
    (
        ("CSS.5018", "CSS.5020", "CSS.5178"),
        Explanation(
            sentence=_("The cloud does not accept this backup time."),
            next_step=_("Choose a whole hour and a time zone such as GMT+08:00."),
            field="backup_hour",
        ),
    ),
    (
        ("CSS.5044",),
        Explanation(
            sentence=_("The cloud does not accept this prefix of the backups."),
            next_step=_(
                "Use up to 32 small letters, digits, - or _, beginning with a letter."
            ),
            field="backup_prefix",
        ),
    ),
    (
        ("CSS.3011", "CSS.5017"),
        Explanation(
            sentence=_("This number of kept backups is not allowed."),
            next_step=_("Keep 1 to 90 backups."),
            field="backup_keepday",
        ),
    ),
    (
        ("CSS.0048",),
        Explanation(
            sentence=_("The bucket for the backups does not exist or cannot be read."),
            next_step=_(
                "Choose another bucket, or give the portal's cloud user access to it."
            ),
            field="backup_bucket",
        ),
    ),
    (
        ("CSS.5130", "CSS.0080", "CSS.0081"),
        Explanation(
            sentence=_("The agency for the backups is not valid."),
            next_step=_("Choose another agency."),
            field="backup_agency",
        ),
    ),
)
