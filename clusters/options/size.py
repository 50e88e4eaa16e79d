"""The choices for engine, flavor, availability zone and disk type."""

from typing import TYPE_CHECKING, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import CloudFlavor, Datastore
from clusters.domain.catalog import (
    DATA_ROLE,
    Catalog,
    datastore_of,
    has_local_disks,
)
from clusters.options.option import Option

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ENGINES: Final = {"elasticsearch": "Elasticsearch", "opensearch": "OpenSearch"}
_VOLUME_TYPES: Final = {
    "COMMON": _("Common I/O"),
    "HIGH": _("High I/O"),
    "ULTRAHIGH": _("Ultra-high I/O"),
    "ESSD": _("Extreme SSD"),
}


def datastore_options(catalog: Catalog) -> tuple[Option, ...]:
    """Return the engine versions, the newest first for each engine."""
    return tuple(
        Option(value=str(each), label=datastore_label(each))
        for each in catalog.datastores
    )


def datastore_label(datastore: Datastore) -> str:
    """Return engine and version for people: "Elasticsearch 7.10.2"."""
    return f"{_ENGINES.get(datastore.type, datastore.type)} {datastore.version}"


def flavor_options(catalog: Catalog, role: str = DATA_ROLE) -> tuple[Option, ...]:
    """Return each flavor once, the smallest first; one that is sold out is disabled."""
    ordered = sorted(catalog.flavors_of(role), key=lambda each: (each.cpu, each.ram_gb))
    versions: dict[str, list[CloudFlavor]] = {}
    for each in ordered:
        versions.setdefault(each.name, []).append(each)
    return tuple(_flavor_option(catalog, tuple(each)) for each in versions.values())


def flavor_label(flavor: CloudFlavor) -> "str | _StrPromise":
    """Return the size of a node: "4 vCPU, 16 GB"."""
    return format_lazy(_("{cpu} vCPU, {ram} GB"), cpu=flavor.cpu, ram=flavor.ram_gb)


def zone_options(catalog: Catalog) -> tuple[Option, ...]:
    """Return the availability zones, sorted by name."""
    return tuple(Option(value=zone, label=zone) for zone in catalog.zones)


def volume_type_options(catalog: Catalog) -> tuple[Option, ...]:
    """Return the disk types that some zone sells."""
    return tuple(
        Option(value=each, label=volume_type_label(each))
        for each in catalog.volume_types
    )


def volume_type_label(volume_type: str) -> "str | _StrPromise":
    """Return the display name of a disk type: "High I/O"; its id if it has none."""
    return _VOLUME_TYPES.get(volume_type, volume_type)


def _flavor_option(catalog: Catalog, versions: tuple[CloudFlavor, ...]) -> Option:
    sold = [each for each in versions if not catalog.is_sold_out(each)]
    first = versions[0]
    return Option(
        value=first.name,
        label=format_lazy(
            "{size} · {disk}", size=flavor_label(first), disk=_disk_label(first)
        ),
        enabled=bool(sold),
        why_not=""
        if sold
        else _("No zone sells it now. A similar size may be available."),
        detail=_sold_where(catalog, sold),
        has_local_disks=has_local_disks(first),
    )


def _disk_label(flavor: CloudFlavor) -> "str | _StrPromise":
    if has_local_disks(flavor):
        return format_lazy(_("{size} GB local disks"), size=f"{flavor.disk_max_gb:,}")
    if not flavor.disk_max_gb:
        return _("disk size on request")
    return format_lazy(
        _("{least} to {most} GB disk"),
        least=f"{flavor.disk_min_gb:,}",
        most=f"{flavor.disk_max_gb:,}",
    )


def _sold_where(catalog: Catalog, sold: list[CloudFlavor]) -> "str | _StrPromise":
    """Return in which zones and with which engines it is sold, if not with all."""
    zones = sorted({zone for each in sold for zone in each.zones})
    engines = [found for each in sold if (found := datastore_of(each.version))]
    limits = (
        (_("only in {these}"), zones, len(catalog.zones)),
        (
            _("only with {these}"),
            [datastore_label(each) for each in engines],
            len(catalog.datastores),
        ),
    )
    parts = [
        format_lazy(sentence, these=", ".join(these))
        for sentence, these, all_of_them in limits
        if 0 < len(these) < all_of_them
    ]
    return format_lazy("; ".join(["{}"] * len(parts)), *parts)
