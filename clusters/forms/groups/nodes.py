"""Nodes of other kinds: dedicated masters, clients, cold data nodes."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec, NodeGroup, Volume
from clusters.domain.catalog import Catalog, has_local_disks
from clusters.forms.fields import CatalogSelect, WholeNumber, Word

SMALL_DISK_GB: Final = 40
"""Disk of each master and client node; CSS takes no other size."""


def _flavor(label: Any) -> Word:
    return Word(label=label, required=False, widget=CatalogSelect(empty=_("None")))


def _disk() -> Word:
    return Word(label=_("Disk type"), required=False, widget=CatalogSelect())


class NodeFields(forms.Form):
    """The group's fields; an empty flavor asks for no such nodes."""

    use_required_attribute = False

    master_flavor = _flavor(_("Master nodes"))
    master_instance_num = WholeNumber(
        label=_("Number of master nodes"), help_text=_("3, 5, 7 or 9"), required=False
    )
    master_volume_type = _disk()
    client_flavor = _flavor(_("Client nodes"))
    client_instance_num = WholeNumber(
        label=_("Number of client nodes"), help_text=_("1 to 32"), required=False
    )
    client_volume_type = _disk()
    cold_flavor = _flavor(_("Cold data nodes"))
    cold_instance_num = WholeNumber(
        label=_("Number of cold data nodes"), help_text=_("1 to 32"), required=False
    )
    cold_volume_type = _disk()
    cold_volume_size = WholeNumber(
        label=_("Disk per cold data node, GB"),
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
    size = values.get("cold_volume_size") if kind == "cold" else SMALL_DISK_GB
    volume = Volume(type=values.get(f"{kind}_volume_type", ""), size_gb=size or 0)
    has_local = any(
        has_local_disks(each) for each in catalog.flavors_named(flavor, f"ess-{kind}")
    )
    return NodeGroup(
        flavor=flavor,
        instance_num=values.get(f"{kind}_instance_num") or 0,
        volume=None if has_local else volume,
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
