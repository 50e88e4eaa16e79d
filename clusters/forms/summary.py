"""The summary beside the request form: the resources of all nodes together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusters import rules
from clusters.cloud.types import CloudFlavor
from clusters.domain.catalog import DATA_ROLE, has_local_disks
from clusters.forms.chosen import KINDS
from clusters.forms.request import RequestForm
from clusters.options import datastore_label
from clusters.rules import Problem
from clusters.rules.nodes import SMALL_DISK_GB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, kw_only=True)
class Summary:
    """
    Totals over the nodes of all kinds; None if a value is not known yet.

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
    data_nodes = _data_nodes(form)
    kinds = [data_nodes, *_other_nodes(form)]
    return Summary(
        nodes=_sum(each.count for each in kinds),
        vcpu=_sum(each.times(each.cpu) for each in kinds),
        memory_gb=_sum(each.times(each.ram_gb) for each in kinds),
        disk_gb=_sum(each.times(each.disk_gb) for each in kinds),
        has_local_disks=data_nodes.has_local_disks,
        datastore=datastore_label(spec.datastore) if spec and spec.datastore else "",
        took_datastore=not values.get("datastore"),
        zones=spec.availability_zones if spec else (),
        took_zone=not values.get("availability_zones"),
        warnings=rules.warnings(spec, api=form.api) if spec else (),
    )


@dataclass(frozen=True, kw_only=True)
class _Nodes:
    """Nodes of one kind: how many, their flavor, and the disk of each in GB."""

    count: int | None
    flavor: CloudFlavor | None
    size_gb: int | None

    @property
    def cpu(self) -> int | None:
        return self.flavor.cpu if self.flavor else None

    @property
    def ram_gb(self) -> int | None:
        return self.flavor.ram_gb if self.flavor else None

    @property
    def has_local_disks(self) -> bool:
        return self.flavor is not None and has_local_disks(self.flavor)

    @property
    def disk_gb(self) -> int | None:
        if self.flavor and has_local_disks(self.flavor):
            return self.flavor.disk_max_gb
        return self.size_gb

    def times(self, each: int | None) -> int | None:
        return None if self.count is None or each is None else self.count * each


def _data_nodes(form: RequestForm) -> _Nodes:
    values = form.cleaned_data
    return _Nodes(
        count=values.get("instance_num"),
        flavor=_flavor(form, values.get("flavor", ""), DATA_ROLE),
        size_gb=values.get("volume_size"),
    )


def _other_nodes(form: RequestForm) -> "Iterator[_Nodes]":
    values = form.cleaned_data
    for kind in KINDS:
        if named := values.get(f"{kind}_flavor"):
            is_cold = kind == "cold"
            yield _Nodes(
                count=values.get(f"{kind}_instance_num"),
                flavor=_flavor(form, named, f"ess-{kind}"),
                size_gb=values.get("cold_volume_size") if is_cold else SMALL_DISK_GB,
            )


def _flavor(form: RequestForm, named: str, role: str) -> CloudFlavor | None:
    found = form.catalog.flavors_named(named, role) if form.catalog else ()
    return next(iter(found), None)


def _sum(parts: "Iterable[int | None]") -> int | None:
    """Return the sum; None if a part is not known."""
    total = 0
    for part in parts:
        if part is None:
            return None
        total += part
    return total
