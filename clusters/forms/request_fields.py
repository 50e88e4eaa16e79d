"""The fields of the request form, with their labels, help texts and messages."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.fields import (
    CatalogSelect,
    DatastoreField,
    OnOffField,
    Text,
    Texts,
    WholeNumber,
    Word,
)
from clusters.forms.groups.access import AccessFields
from clusters.forms.groups.labels import LabelFields
from clusters.forms.groups.nodes import NodeFields
from clusters.forms.groups.security import SecurityFields

MAX_REASON: Final = 2000
"""Maximum length of the reason, in characters."""


def _required(message: Any) -> dict[str, Any]:
    return {"error_messages": {"required": message}}


class RequestFields(LabelFields, AccessFields, SecurityFields, NodeFields, forms.Form):
    """
    Fields without options and rules; `clusters.forms.request` adds both.

    `clusters.rules` and `clusters.explanations` put their messages at a field by its name.
    """

    use_required_attribute = False

    cloud_project = Word(
        label=_("Cloud project"),
        widget=CatalogSelect(),
        **_required(_("Choose a cloud project.")),
    )
    name = Word(
        label=_("Name"),
        help_text=_("4 to 32 letters, digits, - or _, beginning with a letter"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        **_required(_("Give the cluster a name.")),
    )
    description = Text(
        label=_("Description"),
        help_text=_("Up to 128 characters. The cloud shows it too."),
        required=False,
    )
    datastore = DatastoreField(
        label=_("Engine"),
        required=False,
        widget=CatalogSelect(empty=_("The newest version")),
    )
    flavor = Word(label=_("Flavor"), **_required(_("Choose a flavor.")))
    instance_num = WholeNumber(
        label=_("Nodes"),
        help_text=_("1 to 32, or 200 with master nodes; three survive the loss of one"),
        **_required(_("Enter the number of nodes.")),
    )
    availability_zones = Texts(
        label=_("Zones"),
        required=False,
        help_text=_(
            "Up to three. With none, the first zone that offers the flavor is used."
        ),
    )
    volume_type = Word(label=_("Disk type"), required=False, widget=CatalogSelect())
    volume_size = WholeNumber(
        label=_("Disk per node, GB"),
        required=False,
        help_text=_("Steps of 20, within the range of the flavor"),
    )
    vpc_id = Word(
        label=_("VPC"),
        widget=CatalogSelect(empty=_("Choose a VPC")),
        **_required(_("Choose a VPC.")),
    )
    subnet_id = Word(
        label=_("Subnet"),
        widget=CatalogSelect(empty=_("Choose a subnet")),
        **_required(_("Choose a subnet.")),
    )
    security_group_id = Word(
        label=_("Security group"),
        help_text=_("It must allow TCP port 9200 inbound."),
        widget=CatalogSelect(empty=_("Choose a security group")),
        **_required(_("Choose a security group.")),
    )
    backup_enabled = OnOffField(label=_("Take snapshots"), required=False)
    backup_frequency = Word(
        label=_("How often"), required=False, widget=CatalogSelect()
    )
    backup_hour = WholeNumber(label=_("Hour"), required=False, widget=CatalogSelect())
    backup_timezone = Word(label=_("Time zone"), required=False, widget=CatalogSelect())
    backup_prefix = Word(
        label=_("Prefix"),
        help_text=_("The snapshots' names begin with it"),
        required=False,
    )
    backup_keepday = WholeNumber(
        label=_("Snapshots kept"), help_text=_("1 to 90"), required=False
    )
    backup_bucket = Word(label=_("OBS bucket"), required=False)
    backup_base_path = Word(label=_("Path in the bucket"), required=False)
    backup_agency = Word(label=_("IAM agency"), required=False)
    reason = Text(
        label=_("Reason"),
        help_text=_("For the approver. Kept in the portal only."),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": _(
                "This has %(show_value)s characters. Use at most %(limit_value)s."
            )
        },
    )
