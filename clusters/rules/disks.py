"""
What the rules ask about the disk of each node, whatever kind of node it is.

Source: parameter ``volume`` of the create call (addresses in `clusters.rules`). The size
lies within the flavor's ``diskrange`` and is a multiple of 20. A flavor with local disks
(minimum equals maximum) must be sent without a volume; CSS answers CSS.5170 otherwise.
"""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CloudFlavor, Volume
from clusters.domain.catalog import DISK_STEP_GB, VOLUME_TYPES, Catalog, has_local_disks
from clusters.rules.problem import Problem, listed, problem

VOLUME_STEP_GB: Final = DISK_STEP_GB
"""Parameter ``volume.size``: "a common multiple of 4 and 10", so a multiple of 20 GB."""


def disk_problems(
    volume: Volume | None,
    chosen: CloudFlavor | None,
    *,
    zones: tuple[str, ...],
    catalog: Catalog,
    fields: tuple[str, str],
) -> Iterator[Problem]:
    """
    Check the disk type and the size in GB per node.

    :param chosen: the flavor as it is sold; None if another rule has refused it
    :param fields: the fields of the form that get the messages: of type, and of size
    """
    type_field, size_field = fields
    if chosen and has_local_disks(chosen):
        if volume:
            yield problem(
                size_field,
                _("{flavor} has local disks. Leave the disk empty."),
                flavor=chosen.name,
            )
    elif volume is not None:
        yield from disk_type_problems(volume.type, zones, catalog, field=type_field)
        yield from _size(volume.size_gb, chosen, size_field)
    elif chosen:
        yield problem(size_field, _("Enter the disk size of each node in GB."))


def disk_type_problems(
    value: str, zones: tuple[str, ...], catalog: Catalog, *, field: str
) -> Iterator[Problem]:
    """Check that each of the zones sells this kind of disk."""
    lacking = next((z for z in zones if not catalog.sells_disk(value, z)), None)
    if value not in catalog.volume_types:
        yield problem(
            field,
            _(
                "“{value}” is not a disk type of this cloud project. Choose one of {offered}."
            ),
            value=value,
            offered=listed(catalog.volume_types),
        )
    elif lacking is not None:
        yield problem(
            field,
            _("Zone {zone} sells no “{value}” disks, but {offered}."),
            zone=lacking,
            value=value,
            offered=listed(t for t in VOLUME_TYPES if catalog.sells_disk(t, lacking)),
        )


def is_outside(size_gb: int, chosen: CloudFlavor) -> bool:
    """Whether the flavor takes no disk of this size; False where its range is unknown."""
    # A flavor without a documented range reads 0 to 0; then the check is left to CSS.
    if not chosen.disk_max_gb:
        return False
    return not chosen.disk_min_gb <= size_gb <= chosen.disk_max_gb


def _size(size_gb: int, chosen: CloudFlavor | None, field: str) -> Iterator[Problem]:
    if chosen and is_outside(size_gb, chosen):
        yield problem(
            field,
            _("{value} GB does not fit {flavor}. Choose {least} to {most} GB."),
            value=size_gb,
            flavor=chosen.name,
            least=chosen.disk_min_gb,
            most=chosen.disk_max_gb,
        )
    elif size_gb < VOLUME_STEP_GB:
        yield problem(
            field,
            _("{value} GB is too small. Choose a multiple of {step}."),
            value=size_gb,
            step=VOLUME_STEP_GB,
        )
    elif size_gb % VOLUME_STEP_GB:
        below = size_gb - size_gb % VOLUME_STEP_GB
        yield problem(
            field,
            _("{value} GB is not a multiple of {step}. Choose {below} or {above}."),
            value=size_gb,
            step=VOLUME_STEP_GB,
            below=below,
            above=below + VOLUME_STEP_GB,
        )
