"""The catalog of the simulated cloud: engines, flavors, zones and disk types."""

from dataclasses import dataclass, replace
from uuid import NAMESPACE_DNS, uuid5

from clusters.simulator.account import REGION

ZONES = (f"{REGION}a", f"{REGION}b", f"{REGION}c")
VOLUME_TYPES = ("COMMON", "HIGH", "ULTRAHIGH", "ESSD")
_DISK_NAMES = {"COMMON": "SATA", "HIGH": "SAS", "ULTRAHIGH": "SSD", "ESSD": "ESSD"}
ROLES = ("ess", "ess-master", "ess-client", "ess-cold")


@dataclass(frozen=True, kw_only=True)
class Flavor:
    """
    A node size. ``ram``, ``disk_min`` and ``disk_max`` are in GB, ``cpu`` in vCPUs.

    ``zones`` are the zones that sell it. A flavor with local disks has one disk size.
    """

    name: str
    cpu: int
    ram: int
    disk_min: int
    disk_max: int
    zones: tuple[str, ...] = ZONES

    @property
    def has_local_disk(self) -> bool:
        """Whether the flavor has local disks: minimum and maximum size are equal."""
        return self.disk_min == self.disk_max

    def as_json(self) -> dict[str, object]:
        """Return the flavor as an entry of es-flavors."""
        return {
            "cpu": self.cpu,
            "ram": self.ram,
            "name": self.name,
            "region": REGION,
            "diskrange": f"{self.disk_min},{self.disk_max}",
            "availableAZ": ",".join(self.zones),
            "flavor_id": str(uuid5(NAMESPACE_DNS, self.name)),
        }


def _flavor(
    name: str, cpu: int, ram: int, disk: tuple[int, int], zones: tuple[str, ...] = ZONES
) -> Flavor:
    low, high = disk
    return Flavor(name=name, cpu=cpu, ram=ram, disk_min=low, disk_max=high, zones=zones)


GENERAL = (
    _flavor("ess.spec-2u8g", 2, 8, (40, 800)),
    _flavor("ess.spec-2u16g", 2, 16, (40, 1280)),
    _flavor("ess.spec-4u8g", 4, 8, (40, 1800)),
    _flavor("ess.spec-4u16g", 4, 16, (40, 1600)),
    _flavor("ess.spec-4u32g", 4, 32, (40, 2560)),
    _flavor("ess.spec-8u32g", 8, 32, (80, 3200)),
    _flavor("ess.spec-16u64g", 16, 64, (100, 6400), ZONES[:2]),
    _flavor("ess.spec-32u64g", 32, 64, (320, 10240), ()),
)
"""The last flavor is sold out in all zones, the one before it in one zone."""

ARM = (
    _flavor("ess.spec-kc1.large.4", 2, 8, (40, 1280), ZONES[2:]),
    _flavor("ess.spec-kc1.xlarge.4", 4, 16, (40, 2560), ZONES[2:]),
)
LOCAL_DISK = (
    _flavor("ess.spec-i3small", 8, 64, (1600, 1600), ZONES[:2]),
    _flavor("ess.spec-i3medium", 16, 128, (3200, 3200), ZONES[:1]),
)


@dataclass(frozen=True, kw_only=True)
class Release:
    """One version of an engine, with its flavors."""

    engine: str
    version: str
    flavors: tuple[Flavor, ...]

    def for_role(self, role: str) -> tuple[Flavor, ...]:
        """Return the flavors of a node type; ess and ess-cold alone have local disks."""
        if role in ("ess", "ess-cold"):
            return self.flavors
        return tuple(each for each in self.flavors if not each.has_local_disk)

    def with_flavor_sold_out(self, flavor: str) -> "Release":
        """Return this release with one flavor (``*``: all) sold out in all zones."""
        sold_out = [
            replace(each, zones=()) if flavor in ("*", each.name) else each
            for each in self.flavors
        ]
        return replace(self, flavors=tuple(sold_out))

    def find_flavor(self, name: str, role: str = "ess") -> Flavor | None:
        """Return the flavor with this name (not flavor_id) for a node type, or None."""
        return next((each for each in self.for_role(role) if each.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Stock:
    """All releases, newest first, the first being the default engine; and the zones."""

    releases: tuple[Release, ...] = (
        Release(
            engine="elasticsearch",
            version="7.10.2",
            flavors=GENERAL + ARM + LOCAL_DISK,
        ),
        Release(engine="elasticsearch", version="7.6.2", flavors=GENERAL + LOCAL_DISK),
        Release(engine="opensearch", version="1.3.6", flavors=GENERAL + ARM),
    )
    zones: tuple[str, ...] = ZONES
    unavailable_disks: tuple[tuple[str, str], ...] = ((ZONES[2], "ESSD"),)
    """Pairs of zone and volume type that are not sold."""

    def with_flavor_sold_out(self, name: str) -> "Stock":
        """Return this stock with one flavor (``*``: all) sold out in all zones."""
        releases = tuple(each.with_flavor_sold_out(name) for each in self.releases)
        return replace(self, releases=releases)

    def volume_types(self, zone: str) -> tuple[str, ...]:
        """Return the volume types that a zone sells, as named in the create call."""
        return tuple(
            each for each in VOLUME_TYPES if (zone, each) not in self.unavailable_disks
        )

    def disks_as_json(self) -> dict[str, object]:
        """Return the body of disktypes, which has other names: SATA, SAS, SSD."""
        return {
            "diskTypes": [
                {
                    "availabilityZone": zone,
                    "volumeNames": [_DISK_NAMES[t] for t in self.volume_types(zone)],
                }
                for zone in self.zones
            ]
        }

    def as_json(self) -> dict[str, object]:
        """Return the body of es-flavors: a block for each version and node type."""
        return {
            "versions": [
                {
                    "type": role,
                    "version": release.version,
                    "flavors": [each.as_json() for each in release.for_role(role)],
                }
                for release in self.releases
                for role in ROLES
            ]
        }
