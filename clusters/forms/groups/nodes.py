"""Nodes of other kinds: dedicated masters, clients, cold nodes."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec, NodeGroup, Volume
from clusters.domain.catalog import Catalog, has_local_disks
from clusters.forms.fields import CatalogSelect, WholeNumber, Word
from clusters.rules.nodes import SMALL_DISK_GB

FIRST_NUMBERS: Final = {
    "master_instance_num": "3",
    "client_instance_num": "2",
    "cold_instance_num": "2",
    "cold_volume_size": "100",
}
"""Numbers that stand in the form before somebody chooses a flavor for such nodes."""
_SMALL_DISK: Final = format_lazy(_("{size} GB on each node"), size=SMALL_DISK_GB)


def _flavor(label: Any, why: Any) -> Word:
    return Word(
        label=label,
        help_text=why,
        required=False,
        widget=CatalogSelect(empty=_("None")),
    )


def _disk(label: Any, hint: Any = "") -> Word:
    return Word(label=label, help_text=hint, required=False, widget=CatalogSelect())


class NodeFields(forms.Form):
    """The group's fields; an empty flavor asks for no such nodes."""

    use_required_attribute = False

    master_flavor = _flavor(
        _("Master nodes"),
        _(
            "They lead the cluster and hold no data. With them there may be 200 data nodes."
        ),
    )
    master_instance_num = WholeNumber(
        label=_("Number of master nodes"), help_text=_("3, 5, 7 or 9"), required=False
    )
    master_volume_type = _disk(_("Disk of master nodes"), _SMALL_DISK)
    client_flavor = _flavor(
        _("Client nodes"), _("They take requests and hold no data.")
    )
    client_instance_num = WholeNumber(
        label=_("Number of client nodes"), help_text=_("1 to 32"), required=False
    )
    client_volume_type = _disk(_("Disk of client nodes"), _SMALL_DISK)
    cold_flavor = _flavor(
        _("Cold nodes"), _("They hold old data that is seldom asked for.")
    )
    cold_instance_num = WholeNumber(
        label=_("Number of cold nodes"), help_text=_("1 to 32"), required=False
    )
    cold_volume_type = _disk(_("Disk of cold nodes"))
    cold_volume_size = WholeNumber(
        label=_("GB per cold node"),
        help_text=_("Steps of 20, within the range of the flavor"),
        required=False,
    )


def nodes_of(
    values: Mapping[str, Any], catalog: Catalog, kind: str
) -> NodeGroup | None:
    """
    Return the nodes of this kind that were asked for; None without a flavor.

    :param kind: first part of the fields' names: master, client or cold
    """
    flavor = values.get(f"{kind}_flavor", "")
    if not flavor:
        return None
    return NodeGroup(
        flavor=flavor,
        instance_num=values.get(f"{kind}_instance_num") or 0,
        volume=_volume(values, catalog, kind),
    )


def node_values(spec: ClusterSpec) -> dict[str, Any]:
    """Return the values of the group's fields."""
    values: dict[str, Any] = {}
    groups = {"master": spec.masters, "client": spec.clients, "cold": spec.cold}
    for kind, group in groups.items():
        if group:
            values[f"{kind}_flavor"] = group.flavor
            values[f"{kind}_instance_num"] = str(group.instance_num)
            values[f"{kind}_volume_type"] = group.volume.type if group.volume else ""
    if spec.cold and spec.cold.volume:
        values["cold_volume_size"] = str(spec.cold.volume.size_gb)
    return values


def _volume(values: Mapping[str, Any], catalog: Catalog, kind: str) -> Volume | None:
    """Only cold nodes may have local disks; the disk of the others has one size."""
    volume_type = values.get(f"{kind}_volume_type", "")
    if kind != "cold":
        return Volume(type=volume_type, size_gb=SMALL_DISK_GB)
    sold = catalog.flavors_named(values["cold_flavor"], "ess-cold")
    if any(has_local_disks(each) for each in sold):
        return None
    return Volume(type=volume_type, size_gb=values.get("cold_volume_size") or 0)
