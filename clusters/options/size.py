"""The choices for engine, flavor, availability zone and disk type."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.cloud.types import CloudFlavor, Datastore
from clusters.domain.catalog import (
    DATA_ROLE,
    DISK_STEP_GB,
    Catalog,
    datastore_of,
    has_local_disks,
)
from clusters.options.chosen import NOTHING, Chosen, on_sale
from clusters.options.option import Option
from clusters.options.shortlist import (
    EVERYTHING,
    Limit,
    first_few,
    shortlist,
)

_ENGINES: Final = {"elasticsearch": "Elasticsearch", "opensearch": "OpenSearch"}
_VOLUME_TYPES: Final = {
    "COMMON": gettext_lazy("Common I/O"),
    "HIGH": gettext_lazy("High I/O"),
    "ULTRAHIGH": gettext_lazy("Ultra-high I/O"),
    "ESSD": gettext_lazy("Extreme SSD"),
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


def flavor_options(
    catalog: Catalog,
    chosen: Chosen = NOTHING,
    limit: Limit = EVERYTHING,
    role: str = DATA_ROLE,
) -> tuple[Option, ...]:
    """
    Return each flavor of a kind of node once, the smallest first.

    One is disabled if it is sold out everywhere, not sold with the chosen engine, or sold
    out in a chosen zone.
    """
    shown = shortlist(
        catalog.sizes_of(role),
        limit,
        chosen=catalog.flavors_named(limit.value, role) or None,
        fits=lambda versions: is_sold(catalog, chosen, versions),
        found=lambda search: catalog.find_sizes(search, role),
    )
    return tuple(_flavor_option(catalog, chosen, versions) for versions in shown)


def flavor_label(flavor: CloudFlavor) -> str:
    """Return the size of a node: "4 vCPU, 16 GB"."""
    return _("{cpu} vCPU, {ram} GB").format(cpu=flavor.cpu, ram=flavor.ram_gb)


def zone_options(catalog: Catalog, chosen: Chosen = NOTHING) -> tuple[Option, ...]:
    """Return the availability zones; one that does not sell the flavor is disabled."""
    sold = chosen.entry(catalog) if catalog.names_zones else None
    return tuple(
        Option(value=zone, label=zone)
        if sold is None or zone in sold.zones
        else Option(
            value=zone,
            label=zone,
            enabled=False,
            why_not=_("{flavor} is sold out here, free in {zones}").format(
                flavor=sold.name,
                zones=first_few(sold.zones),
            ),
        )
        for zone in catalog.zones
    )


def volume_type_options(
    catalog: Catalog, chosen: Chosen = NOTHING
) -> tuple[Option, ...]:
    """Return the disk types; one that is not sold in each zone in use is disabled."""
    zones = chosen.effective_zones(catalog)
    return tuple(
        _volume_type_option(catalog, each, zones) for each in catalog.volume_types
    )


def size_hint(
    catalog: Catalog, versions: tuple[CloudFlavor, ...], chosen: Chosen
) -> str:
    """Return range and step of the disk size of a flavor; empty where nothing is known."""
    flavor = on_sale(versions, chosen, catalog) or next(iter(versions), None)
    if flavor is None or not flavor.disk_max_gb or has_local_disks(flavor):
        return ""
    return _("{least} to {most} GB with this flavor, in steps of {step}").format(
        least=f"{_rounded(flavor.disk_min_gb, up=True):,}",
        most=f"{_rounded(flavor.disk_max_gb, up=False):,}",
        step=DISK_STEP_GB,
    )


def volume_type_label(volume_type: str) -> str:
    """Return the display name of a disk type: "High I/O"; its id if it has none."""
    return str(_VOLUME_TYPES.get(volume_type, volume_type))


def is_sold(
    catalog: Catalog, chosen: Chosen, versions: tuple[CloudFlavor, ...]
) -> bool:
    """Whether a flavor is on sale with the chosen engine, in each of the chosen zones."""
    entry = on_sale(versions, chosen, catalog)
    return entry is not None and not _lacking(catalog, chosen, entry)


def _lacking(catalog: Catalog, chosen: Chosen, entry: CloudFlavor) -> list[str]:
    """Return the chosen zones that exist and do not sell this entry of a flavor."""
    if not catalog.names_zones:
        return []
    return [
        zone
        for zone in chosen.zones
        if zone not in entry.zones and zone in catalog.zones
    ]


def _flavor_option(
    catalog: Catalog, chosen: Chosen, versions: tuple[CloudFlavor, ...]
) -> Option:
    first, sold = versions[0], is_sold(catalog, chosen, versions)
    on_offer = [each for each in versions if not catalog.is_sold_out(each)]
    return Option(
        value=first.name,
        label=f"{flavor_label(first)} · {_disk_label(first)}",
        enabled=sold,
        why_not="" if sold else _flavor_why_not(catalog, chosen, versions),
        detail=_sold_where(catalog, on_offer) if sold else "",
        has_local_disks=has_local_disks(first),
    )


def _flavor_why_not(
    catalog: Catalog, chosen: Chosen, versions: tuple[CloudFlavor, ...]
) -> str:
    on_offer = [each for each in versions if not catalog.is_sold_out(each)]
    entry = on_sale(versions, chosen, catalog)
    if not on_offer:
        return _("No zone sells it now. A similar size may be available.")
    if entry is None and chosen.datastore:
        return _("not sold with {engine}, but with {others}").format(
            engine=datastore_label(chosen.datastore),
            others=first_few(_engines(on_offer)),
        )
    lacking = _lacking(catalog, chosen, entry) if entry else []
    return _("sold out in {these}, free in {others}").format(
        these=first_few(lacking),
        others=first_few(entry.zones if entry else ()),
    )


def _volume_type_option(
    catalog: Catalog, volume_type: str, zones: tuple[str, ...]
) -> Option:
    lacking = [zone for zone in zones if not catalog.sells_disk(volume_type, zone)]
    label = volume_type_label(volume_type)
    if not lacking:
        return Option(value=volume_type, label=label)
    sold = [zone for zone in catalog.zones if catalog.sells_disk(volume_type, zone)]
    return Option(
        value=volume_type,
        label=label,
        enabled=False,
        why_not=_("not sold in {these}, only in {others}").format(
            these=first_few(lacking),
            others=first_few(sold),
        ),
    )


def _disk_label(flavor: CloudFlavor) -> str:
    if has_local_disks(flavor):
        return _("{size} GB local disks").format(size=f"{flavor.disk_max_gb:,}")
    if not flavor.disk_max_gb:
        return _("disk size on request")
    return _("{least} to {most} GB disk").format(
        least=f"{flavor.disk_min_gb:,}",
        most=f"{flavor.disk_max_gb:,}",
    )


def _sold_where(catalog: Catalog, sold: list[CloudFlavor]) -> str:
    """Return in which zones and with which engines it is sold, if not with all."""
    zones = sorted({zone for each in sold for zone in each.zones})
    limits = (
        (_("only in {these}"), zones, len(catalog.zones)),
        (_("only with {these}"), _engines(sold), len(catalog.datastores)),
    )
    parts = [
        sentence.format(these=first_few(these))
        for sentence, these, all_of_them in limits
        if 0 < len(these) < all_of_them
    ]
    return "; ".join(["{}"] * len(parts)).format(*parts)


def _engines(versions: list[CloudFlavor]) -> list[str]:
    found = (datastore_of(each.version) for each in versions)
    return [datastore_label(each) for each in found if each]


def _rounded(size_gb: int, *, up: bool) -> int:
    """Return the nearest size that CSS takes, above or below."""
    below = size_gb // DISK_STEP_GB * DISK_STEP_GB
    return below + DISK_STEP_GB if up and below < size_gb else below
