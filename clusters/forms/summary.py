"""The summary beside the request form: the resources of all nodes together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusters import rules
from clusters.cloud.types import CloudFlavor
from clusters.domain.catalog import DATA_ROLE, has_local_disks
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
    flavor, kinds = _flavor(form, "", DATA_ROLE), list(_kinds(form))
    return Summary(
        nodes=_total(each.nodes for each in kinds),
        vcpu=_total(_times(each.nodes, each.vcpu) for each in kinds),
        memory_gb=_total(_times(each.nodes, each.memory_gb) for each in kinds),
        disk_gb=_total(_times(each.nodes, each.disk_gb) for each in kinds),
        has_local_disks=bool(flavor and has_local_disks(flavor)),
        datastore=datastore_label(spec.datastore) if spec and spec.datastore else "",
        took_datastore=not values.get("datastore"),
        zones=spec.availability_zones if spec else (),
        took_zone=not values.get("availability_zones"),
        warnings=rules.warnings(spec, api=form.api) if spec else (),
    )


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """Nodes of one kind, and what each of them has; None if it is not known yet."""

    nodes: int | None
    vcpu: int | None
    memory_gb: int | None
    disk_gb: int | None


def _kinds(form: RequestForm) -> "Iterator[_Kind]":
    """Yield the data nodes, and each other kind that was asked for."""
    yield _kind(form, "", DATA_ROLE)
    for prefix in ("master_", "client_", "cold_"):
        if form.cleaned_data.get(f"{prefix}flavor"):
            yield _kind(form, prefix, f"ess-{prefix.removesuffix('_')}")


def _kind(form: RequestForm, prefix: str, role: str) -> _Kind:
    flavor = _flavor(form, prefix, role)
    size: int | None = SMALL_DISK_GB
    if prefix in ("", "cold_"):
        size = form.cleaned_data.get(f"{prefix}volume_size")
        if flavor and has_local_disks(flavor):
            size = flavor.disk_max_gb
    return _Kind(
        nodes=form.cleaned_data.get(f"{prefix}instance_num"),
        vcpu=flavor.cpu if flavor else None,
        memory_gb=flavor.ram_gb if flavor else None,
        disk_gb=size,
    )


def _flavor(form: RequestForm, prefix: str, role: str) -> CloudFlavor | None:
    named = form.cleaned_data.get(f"{prefix}flavor", "")
    found = form.catalog.flavors_named(named, role) if form.catalog else ()
    return next(iter(found), None)


def _total(counts: "Iterable[int | None]") -> int | None:
    """Return the sum, None if one of them is not known."""
    known = list(counts)
    return None if None in known else sum(filter(None, known))


def _times(nodes: int | None, each: int | None) -> int | None:
    return None if nodes is None or each is None else nodes * each
