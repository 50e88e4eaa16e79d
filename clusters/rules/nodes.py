"""
Rules about the nodes beside the data nodes: master, client and cold nodes; v2.0 only.

Source: CSS API Reference, Creating a Cluster (v2.0; address in `clusters.rules`), table
``roles``: an ess-master has an odd number of nodes from 3 to 9, an ess-client and an
ess-cold have 1 to 32; the disk of an ess-master or ess-client has 40 GB. CSS answers
CSS.5047 and CSS.5134 to other numbers, CSS.5078 to another disk. The number of nodes has
nothing to do with that of zones: CSS.5172 is about the data nodes (`size.nodes`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CloudFlavor, ClusterSpec, NodeGroup
from clusters.domain.catalog import Catalog, has_local_disks
from clusters.rules.disks import disk_problems, disk_type_problems, is_outside
from clusters.rules.flavors import flavor_problems, sold_entry
from clusters.rules.problem import Problem, listed, problem

MASTERS: Final = (3, 5, 7, 9)
"""How many master nodes there may be: an odd number, so that a majority is left."""
OTHERS: Final = (1, 32)
"""Fewest and most client nodes, and cold nodes."""
SMALL_DISK_GB: Final = 40
"""Disk of each master and client node; CSS takes no other size."""


@dataclass(frozen=True)
class _Kind:
    """A kind of node: first part of its fields' names, and its name for CSS."""

    fields: str
    role: str

    def field(self, part: str) -> str:
        return f"{self.fields}_{part}"


def masters(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """Check flavor, number and disk of the master nodes."""
    kind = _Kind("master", "ess-master")
    if spec.masters:
        yield from _flavor(spec.masters, kind, spec, catalog)
        yield from _odd_number(spec.masters.instance_num)
        yield from _small_disk(spec.masters, kind, spec, catalog)


def clients(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """Check flavor, number and disk of the client nodes."""
    kind = _Kind("client", "ess-client")
    if spec.clients:
        yield from _flavor(spec.clients, kind, spec, catalog)
        yield from _number(spec.clients.instance_num, kind)
        yield from _small_disk(spec.clients, kind, spec, catalog)


def cold(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """Check flavor, number and disk of the cold nodes, which may have local disks."""
    kind = _Kind("cold", "ess-cold")
    if spec.cold:
        yield from _flavor(spec.cold, kind, spec, catalog)
        yield from _number(spec.cold.instance_num, kind)
        yield from disk_problems(
            spec.cold.volume,
            sold_entry(spec.cold.flavor, spec.datastore, catalog, kind.role),
            zones=spec.availability_zones,
            catalog=catalog,
            fields=(kind.field("volume_type"), kind.field("volume_size")),
        )


def _flavor(
    group: NodeGroup, kind: _Kind, spec: ClusterSpec, catalog: Catalog
) -> Iterator[Problem]:
    """All nodes stand in the same zones, so each zone has to sell the flavor."""
    field = kind.field("flavor")
    yield from flavor_problems(
        group.flavor, spec.datastore, catalog, field=field, role=kind.role
    )
    chosen = sold_entry(group.flavor, spec.datastore, catalog, kind.role)
    if not chosen or not chosen.zones:
        return
    known = [zone for zone in spec.availability_zones if zone in catalog.zones]
    lacking = next((zone for zone in known if zone not in chosen.zones), None)
    if lacking is not None:
        yield problem(
            field,
            _(
                "Zone {zone} does not sell “{value}” for these nodes; {offered} do. Choose"
                " another flavor, or other zones."
            ),
            zone=lacking,
            value=chosen.name,
            offered=listed(chosen.zones),
        )


def _odd_number(count: int) -> Iterator[Problem]:
    if count not in MASTERS:
        yield problem(
            "master_instance_num",
            _("{value} master nodes are not possible. Choose one of {offered}."),
            value=count,
            offered=listed(MASTERS),
        )


def _number(count: int, kind: _Kind) -> Iterator[Problem]:
    fewest, most = OTHERS
    if not fewest <= count <= most:
        yield problem(
            kind.field("instance_num"),
            _("{value} nodes are not possible. Choose {fewest} to {most}."),
            value=count,
            fewest=fewest,
            most=most,
        )


def _small_disk(
    group: NodeGroup, kind: _Kind, spec: ClusterSpec, catalog: Catalog
) -> Iterator[Problem]:
    """The size is no field of the form, so what is wrong with it is said at the others."""
    chosen = sold_entry(group.flavor, spec.datastore, catalog, kind.role)
    if chosen and is_outside(SMALL_DISK_GB, chosen):
        yield _no_small_disk(chosen, kind)
    elif group.volume is None or group.volume.size_gb != SMALL_DISK_GB:
        yield problem(
            kind.field("volume_type"),
            _("These nodes have a disk of {size} GB each, no other."),
            size=SMALL_DISK_GB,
        )
    else:
        yield from disk_type_problems(
            group.volume.type,
            spec.availability_zones,
            catalog,
            field=kind.field("volume_type"),
        )


def _no_small_disk(chosen: CloudFlavor, kind: _Kind) -> Problem:
    if has_local_disks(chosen):
        message = _(
            "“{value}” has local disks, and these nodes have a disk of {size} GB. Choose"
            " another flavor."
        )
    else:
        message = _(
            "“{value}” takes disks of {least} to {most} GB, and these nodes have {size} GB."
            " Choose another flavor."
        )
    return problem(
        kind.field("flavor"),
        message,
        value=chosen.name,
        size=SMALL_DISK_GB,
        least=chosen.disk_min_gb,
        most=chosen.disk_max_gb,
    )
