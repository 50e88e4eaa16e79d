"""Explanations for codes about a value of the request form."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.explanations.explanation import about

OF_VALUES: Final = {
    **about(
        _("The cloud does not accept this name."),
        _("Take 4 to 32 letters, digits, - or _, beginning with a letter."),
        "name",
        *("CSS.5049", "CSS.5057", "CSS.5077"),
    ),
    **about(
        _("The cloud does not sell this flavor here."),
        _("Choose another flavor."),
        "flavor",
        *("CSS.5006", "CSS.5007", "CSS.5055", "CSS.5093"),
    ),
    **about(
        _("This flavor is sold out."),
        _("Choose another flavor or zone, or try again later."),
        "flavor",
        "CSS.0068",
    ),
    **about(
        _("This flavor has disks of its own and takes no others."),
        _("Ask again: the form leaves the disk out for this flavor."),
        "flavor",
        "CSS.5170",
    ),
    **about(
        _("This number of nodes is not allowed."),
        _("Take 1 to 32 nodes."),
        "instance_num",
        *("CSS.5047", "CSS.5069"),
    ),
    **about(
        _("There are fewer nodes than zones."),
        _("Take more nodes or fewer zones."),
        "instance_num",
        "CSS.5172",
    ),
    **about(
        _("The cloud does not know this zone, or it was named twice."),
        _("Choose another zone."),
        "availability_zones",
        *("CSS.5011", "CSS.5012", "CSS.5052"),
    ),
    **about(
        _("This type of disk is not offered here."),
        _("Choose another type of disk."),
        "volume_type",
        *("CSS.5008", "CSS.5061", "CSS.5068", "CSS.5071", "CSS.5092"),
    ),
    **about(
        _("This type of disk is sold out."),
        _("Choose another type of disk or another zone, or try again later."),
        "volume_type",
        *("CSS.0065", "CSS.0069"),
    ),
    **about(
        _("This disk size is not allowed."),
        _("Take a multiple of 20 GB within the range of the flavor."),
        "volume_size",
        *("CSS.5009", "CSS.5033", "CSS.5078", "CSS.5135"),
    ),
    **about(
        _("The cloud does not know this VPC, or it belongs to someone else."),
        _("Choose another VPC."),
        "vpc_id",
        *("CSS.5014", "CSS.5021", "CSS.5046"),
    ),
    **about(
        _("This VPC has no address range or no subnet."),
        _("Choose another VPC, or ask its owner to add a subnet."),
        "vpc_id",
        "CSS.5157",
    ),
    **about(
        _("The cloud does not find this subnet in the VPC."),
        _("Choose another subnet."),
        "subnet_id",
        *("CSS.5015", "CSS.5022", "CSS.5074"),
    ),
    **about(
        _("The subnet has no free addresses left."),
        _("Choose another subnet, or take fewer nodes."),
        "subnet_id",
        "CSS.0064",
    ),
    **about(
        _("The cloud does not know this security group."),
        _("Choose another security group."),
        "security_group_id",
        *("CSS.5023", "CSS.5072"),
    ),
    **about(
        _("This engine or version is not offered here."),
        _("Choose another engine version."),
        "datastore",
        *("CSS.5002", "CSS.5003", "CSS.5004", "CSS.5005", "CSS.5036"),
    ),
    **about(
        _("The cloud reported an internal error; often the engine was not named."),
        _("Choose the engine version yourself and ask again."),
        "datastore",
        "CSS.0036",
    ),
    **about(
        _("The cloud does not accept this backup time."),
        _("Take a whole hour and a time zone such as GMT+08:00."),
        "backup_hour",
        *("CSS.5018", "CSS.5020", "CSS.5178"),
    ),
    **about(
        _("The cloud does not accept this prefix of the backups."),
        _("Take up to 32 small letters, digits, - or _, beginning with a letter."),
        "backup_prefix",
        "CSS.5044",
    ),
    **about(
        _("This number of kept backups is not allowed."),
        _("Keep 1 to 90 backups."),
        "backup_keepday",
        *("CSS.3011", "CSS.5017"),
    ),
    **about(
        _("The bucket for the backups does not exist or cannot be read."),
        _("Choose another bucket, or give the portal's cloud user access to it."),
        "backup_bucket",
        "CSS.0048",
    ),
    **about(
        _("The agency for the backups is not valid."),
        _("Choose another agency."),
        "backup_agency",
        *("CSS.5130", "CSS.0080", "CSS.0081"),
    ),
}
