"""What was chosen so far in the request form; the options that follow rest on it."""

from dataclasses import dataclass

from clusters.cloud.types import CloudFlavor, Datastore
from clusters.domain.catalog import Catalog, datastore_of


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """
    The values on which other fields depend; empty ones restrict nothing.

    Values that the catalog does not know restrict nothing either: they are refused at
    their own field, and all others would be refused with them.
    """

    datastore: Datastore | None = None
    """The engine that the flavors have to be sold with: chosen, or the newest."""
    flavor: str = ""
    """Name of the flavor of the data nodes."""
    zones: tuple[str, ...] = ()
    """Availability zones; those that the person has chosen, not a default."""
    nodes: int | None = None
    """Number of nodes of all kinds together: as many addresses are needed."""
    vpc_id: str = ""

    def entry(self, catalog: Catalog) -> CloudFlavor | None:
        """Return the chosen flavor as it is on sale with the engine; None if it is not."""
        return on_sale(catalog.flavors_named(self.flavor), self, catalog)

    def effective_zones(self, catalog: Catalog) -> tuple[str, ...]:
        """Return the chosen zones that exist, or the one that is used without a choice."""
        known = tuple(zone for zone in self.zones if zone in catalog.zones)
        if known or self.datastore is None:
            return known
        first = catalog.first_zone_selling(self.flavor, self.datastore)
        return (first,) if first else ()


NOTHING = Chosen()
"""Nothing was chosen yet: the options rest on the catalog alone."""


def on_sale(
    versions: tuple[CloudFlavor, ...], chosen: Chosen, catalog: Catalog
) -> CloudFlavor | None:
    """Return the entry of a flavor that some zone sells with the chosen engine, or None."""
    fixed = chosen.datastore if chosen.datastore in catalog.datastores else None
    for each in versions:
        fits = fixed is None or datastore_of(each.version) == fixed
        if fits and not catalog.is_sold_out(each):
            return each
    return None
