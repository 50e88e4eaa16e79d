"""
Rules about size: flavor, number of nodes, availability zones, disks.

Source: CSS API Reference, Creating a Cluster (v1.0 and v2.0; addresses in
`clusters.rules`), parameters ``flavorRef``, ``instanceNum``, ``availability_zone`` and
``volume``; what is on sale comes from GET /v1.0/{project_id}/es-flavors.
"""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CloudFlavor, ClusterSpec
from clusters.domain.catalog import (
    DISK_STEP_GB,
    VOLUME_TYPES,
    Catalog,
    datastore_of,
    has_local_disks,
)
from clusters.rules.problem import Problem, listed, problem

NODES: Final = (1, 32)
"""Parameter ``instanceNum``: 1 to 32 nodes of type ess."""
MAX_ZONES: Final = 3
"""Parameter ``availability_zone``: one to three zones, joined by commas."""
VOLUME_STEP_GB: Final = DISK_STEP_GB
"""Parameter ``volume.size``: "a common multiple of 4 and 10", so a multiple of 20 GB."""


def flavor(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check that the flavor is offered, in at least one zone, with the engine version.

    Parameter ``flavorRef``. CSS answers CSS.5007 to an unknown flavor and CSS.0068 to
    one that is sold out (CSS API Reference, Error Codes).
    """
    known = catalog.flavors_named(spec.flavor)
    sold = [each for each in known if not catalog.is_sold_out(each)]
    if not known:
        yield problem(
            "flavor",
            _("“{value}” is not offered here. Choose a flavor from the list."),
            value=spec.flavor,
        )
    elif not sold:
        yield problem(
            "flavor",
            _("No zone sells “{value}” now. Choose another flavor."),
            value=spec.flavor,
        )
    elif spec.datastore in catalog.datastores and not _sold(spec, catalog):
        yield problem(
            "flavor",
            _("“{value}” is not sold with {datastore} now, but with {others}."),
            value=spec.flavor,
            datastore=spec.datastore,
            others=listed(datastore_of(each.version) for each in sold),
        )


def nodes(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """
    Check the number of nodes: 1 to 32, and at least one for each zone.

    Parameter ``instanceNum``; error codes CSS.5047 and CSS.5172.
    """
    fewest, most = NODES
    zone_count = len(set(spec.availability_zones))
    if not fewest <= spec.instance_num <= most:
        yield problem(
            "instance_num",
            _("{value} nodes are not possible. Choose {fewest} to {most}."),
            value=spec.instance_num,
            fewest=fewest,
            most=most,
        )
    elif spec.instance_num < zone_count <= MAX_ZONES:
        yield problem(
            "instance_num",
            _("{zones} zones need {zones} nodes or more. Here are {nodes}."),
            nodes=spec.instance_num,
            zones=zone_count,
        )


def zones(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check the zones: known, no duplicates, at most three, and each offers the flavor.

    Parameter ``availability_zone``; error code CSS.5052.
    """
    chosen = spec.availability_zones
    unknown = next((zone for zone in chosen if zone not in catalog.zones), None)
    if unknown is not None:
        yield problem(
            "availability_zones",
            _("“{value}” is not a zone of this cloud project. Its zones: {offered}."),
            value=unknown,
            offered=listed(catalog.zones),
        )
    elif len(set(chosen)) < len(chosen):
        yield problem(
            "availability_zones",
            _("“{value}” is named twice. Name one to three different zones."),
            value=next(zone for zone in chosen if chosen.count(zone) > 1),
        )
    elif len(chosen) > MAX_ZONES:
        yield problem(
            "availability_zones",
            _("{count} zones are too many. Choose at most {most}."),
            count=len(chosen),
            most=MAX_ZONES,
        )
    else:
        yield from _zones_offer_flavor(spec, catalog)


def volume(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    """
    Check the disk type and the size in GB per node.

    Parameter ``volume``. The size lies within the flavor's ``diskrange`` and is a
    multiple of 20. A flavor with local disks (minimum equals maximum) must be sent
    without a volume; CSS answers CSS.5170 otherwise.
    """
    chosen = _sold(spec, catalog)
    if chosen and has_local_disks(chosen):
        if spec.volume:
            yield problem(
                "volume_size",
                _("{flavor} has local disks. Leave the disk empty."),
                flavor=chosen.name,
            )
    elif spec.volume is not None:
        yield from _volume_type(spec.volume.type, spec.availability_zones, catalog)
        yield from _volume_size(spec.volume.size_gb, chosen)
    elif chosen:
        yield problem("volume_size", _("Enter the disk size of each node in GB."))


def _sold(spec: ClusterSpec, catalog: Catalog) -> CloudFlavor | None:
    """Return an entry of the flavor that is on sale with the engine version, or None."""
    for each in catalog.flavors_named(spec.flavor):
        fits = spec.datastore in (None, datastore_of(each.version))
        if fits and not catalog.is_sold_out(each):
            return each
    return None


def _zones_offer_flavor(spec: ClusterSpec, catalog: Catalog) -> Iterator[Problem]:
    chosen = _sold(spec, catalog)
    if not chosen or not catalog.names_zones:
        return
    empty = next((z for z in spec.availability_zones if z not in chosen.zones), None)
    if empty is not None:
        yield problem(
            "availability_zones",
            _("“{value}” does not sell {flavor}. Zones that do: {offered}."),
            value=empty,
            flavor=chosen.name,
            offered=listed(chosen.zones),
        )


def _volume_type(
    value: str, zones: tuple[str, ...], catalog: Catalog
) -> Iterator[Problem]:
    lacking = next((z for z in zones if not catalog.sells_disk(value, z)), None)
    if value not in catalog.volume_types:
        yield problem(
            "volume_type",
            _(
                "“{value}” is not a disk type of this cloud project. Choose one of {offered}."
            ),
            value=value,
            offered=listed(catalog.volume_types),
        )
    elif lacking is not None:
        yield problem(
            "volume_type",
            _("Zone {zone} sells no “{value}” disks, but {offered}."),
            zone=lacking,
            value=value,
            offered=listed(t for t in VOLUME_TYPES if catalog.sells_disk(t, lacking)),
        )


def _volume_size(size_gb: int, chosen: CloudFlavor | None) -> Iterator[Problem]:
    if chosen and _is_outside(size_gb, chosen):
        yield problem(
            "volume_size",
            _("{value} GB does not fit {flavor}. Choose {least} to {most} GB."),
            value=size_gb,
            flavor=chosen.name,
            least=chosen.disk_min_gb,
            most=chosen.disk_max_gb,
        )
    elif size_gb < VOLUME_STEP_GB:
        yield problem(
            "volume_size",
            _("{value} GB is too small. Choose a multiple of {step}."),
            value=size_gb,
            step=VOLUME_STEP_GB,
        )
    elif size_gb % VOLUME_STEP_GB:
        below = size_gb - size_gb % VOLUME_STEP_GB
        yield problem(
            "volume_size",
            _("{value} GB is not a multiple of {step}. Choose {below} or {above}."),
            value=size_gb,
            step=VOLUME_STEP_GB,
            below=below,
            above=below + VOLUME_STEP_GB,
        )


def _is_outside(size_gb: int, chosen: CloudFlavor) -> bool:
    # A flavor without a documented range reads 0 to 0; then the check is left to CSS.
    if not chosen.disk_max_gb:
        return False
    return not chosen.disk_min_gb <= size_gb <= chosen.disk_max_gb
