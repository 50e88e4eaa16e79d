"""The summary beside the request form: the resources of all nodes together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusters import rules
from clusters.cloud.types import CloudFlavor
from clusters.domain.catalog import has_local_disks
from clusters.forms.request import RequestForm
from clusters.options import datastore_label
from clusters.rules import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, kw_only=True)
class Summary:
    """
    Totals over all nodes; None if a value is not known yet.

    `memory_gb` and `disk_gb` are in GB. `took_datastore` and `took_zone` are True if
    the requester left the choice to the portal.
    """

    nodes: int | None
    vcpu: int | None
    memory_gb: int | None
    disk_gb: int | None
    has_local_disks: bool
    datastore: str
    took_datastore: bool
    zones: tuple[str, ...]
    took_zone: bool
    warnings: tuple[Problem, ...]


def summary(form: RequestForm) -> Summary:
    """Return the totals of a bound form; fields with an error do not count."""
    form.is_valid()
    values, spec = form.cleaned_data, form.spec
    nodes, flavor = values.get("instance_num"), _flavor(form)
    return Summary(
        nodes=nodes,
        vcpu=_times(nodes, flavor.cpu if flavor else None),
        memory_gb=_times(nodes, flavor.ram_gb if flavor else None),
        disk_gb=_times(nodes, _disk_gb(flavor, values)),
        has_local_disks=bool(flavor and has_local_disks(flavor)),
        datastore=datastore_label(spec.datastore) if spec and spec.datastore else "",
        took_datastore=not values.get("datastore"),
        zones=spec.availability_zones if spec else (),
        took_zone=not values.get("availability_zones"),
        warnings=rules.warnings(spec, api=form.api) if spec else (),
    )


def _flavor(form: RequestForm) -> CloudFlavor | None:
    named = form.cleaned_data.get("flavor", "")
    found = form.catalog.flavors_named(named) if form.catalog else ()
    return next(iter(found), None)


def _disk_gb(flavor: CloudFlavor | None, values: "Mapping[str, Any]") -> int | None:
    if flavor and has_local_disks(flavor):
        return flavor.disk_max_gb
    size: int | None = values.get("volume_size")
    return size


def _times(nodes: int | None, each: int | None) -> int | None:
    return None if nodes is None or each is None else nodes * each
