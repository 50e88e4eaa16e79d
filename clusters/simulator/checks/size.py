"""Name, engine, nodes, flavor, disks and zones of a create."""

import re

from clusters.simulator.checks.body_parsing import (
    Block,
    block_of,
    is_whole_number,
    only,
    text_of,
)
from clusters.simulator.refusals import css_refusal
from clusters.simulator.site import Site
from clusters.simulator.stock import VOLUME_TYPES, Flavor, Release

_MOST_NODES = 32
_MOST_ZONES = 3
_DISK_STEP_GB = 20
_SECURITY_MODE_SINCE = (6, 5, 4)


def check_name(cluster: Block) -> str:
    """Return the name: a letter, then letters, digits, - and _; 4-32 characters."""
    name = cluster.get("name")
    if not isinstance(name, str) or not re.match(r"[A-Za-z]", name):
        raise css_refusal("CSS.5077", "The cluster name is invalid.")
    if not re.fullmatch(r"[A-Za-z0-9_-]{4,32}", name):
        words = "The cluster name contains invalid characters or is of invalid length."
        raise css_refusal("CSS.5057", words)
    return name


def check_release(cluster: Block, site: Site) -> Release:
    """Return the engine and version; without a datastore the default, unless strict."""
    datastore = block_of(cluster, "datastore")
    if datastore is None:
        if site.strict:
            raise css_refusal("CSS.0036", "Internal error")
        return site.stock.releases[0]
    only(datastore, frozenset({"type", "version"}))
    engine = text_of(datastore, "type", "elasticsearch")
    return _sold_release(site.stock.releases, engine, text_of(datastore, "version"))


def check_named_release(cluster: Block, site: Site) -> Release:
    """Return the engine and version, both of which must be there."""
    datastore = block_of(cluster, "datastore")
    if datastore is None:
        raise css_refusal("CSS.5004", "The datastore is missing.")
    if "type" not in datastore:
        raise css_refusal("CSS.5002", "The datastore type is missing.")
    return check_release(cluster, site)


def check_node_count(block: Block, *, fewest: int = 1, most: int = _MOST_NODES) -> int:
    """Return the number of nodes, 1-32 unless a role has other limits."""
    count = block.get("instanceNum")
    if not is_whole_number(count) or not fewest <= int(count or 0) <= most:
        words = f"The number of instances must be within {fewest}-{most}."
        raise css_refusal("CSS.5047", words)
    return int(count or 0)


def check_flavor(block: Block, release: Release, role: str = "ess") -> Flavor:
    """Return the flavor of this name; whether it is sold out is another question."""
    name = block.get("flavorRef")
    flavor = release.find_flavor(name, role) if isinstance(name, str) else None
    if flavor is None:
        raise css_refusal("CSS.5007", "The flavor does not exist.")
    return flavor


def check_volume(block: Block, flavor: Flavor) -> tuple[str, int]:
    """Return type and size in GB, ("", 0) for a flavor with local disks."""
    volume = block_of(block, "volume")
    if flavor.has_local_disk:
        if volume is not None:
            words = "A local disk flavor does not take volume parameters."
            raise css_refusal("CSS.5170", words)
        return "", 0
    if volume is None:
        raise css_refusal("CSS.5092", "The storage information is incorrect.")
    only(volume, frozenset({"volume_type", "size"}))
    if volume.get("volume_type") not in VOLUME_TYPES:
        raise css_refusal("CSS.5061", "The volume type is not allowed.")
    return str(volume["volume_type"]), _volume_size(volume.get("size"), flavor)


def check_zones(block: Block, nodes: int, site: Site) -> tuple[str, ...]:
    """Return the zones asked for, () where it is left to the cloud."""
    if "availability_zone" not in block:
        return ()
    zones = tuple(text_of(block, "availability_zone").split(","))
    well_known = set(zones) <= set(site.stock.zones)
    if not well_known or len(set(zones)) < len(zones) or len(zones) > _MOST_ZONES:
        raise css_refusal("CSS.5052", "The availability_zone value is invalid.")
    if nodes < len(zones):
        words = "The number of nodes is smaller than the number of AZs."
        raise css_refusal("CSS.5172", words)
    return zones


def check_security_mode(release: Release) -> None:
    """Refuse security mode on an Elasticsearch that is too old for it."""
    version = tuple(int(part) for part in release.version.split("."))
    if release.engine == "elasticsearch" and version < _SECURITY_MODE_SINCE:
        words = "This version does not support the security mode."
        raise css_refusal("CSS.5169", words)


def _sold_release(releases: tuple[Release, ...], engine: str, version: str) -> Release:
    if engine not in {each.engine for each in releases}:
        raise css_refusal("CSS.5002", "The datastore type is invalid.")
    same_version = [each for each in releases if each.version == version]
    if not same_version:
        raise css_refusal("CSS.5003", "The datastore version is invalid.")
    for release in same_version:
        if release.engine == engine:
            return release
    raise css_refusal("CSS.5005", "This type and version are not offered together.")


def _volume_size(size: object, flavor: Flavor) -> int:
    if not isinstance(size, int) or not is_whole_number(size):
        raise css_refusal("CSS.5078", "The disk size is not a whole number.")
    if not flavor.disk_min <= size <= flavor.disk_max:
        allowed = f"{flavor.disk_min}-{flavor.disk_max}"
        raise css_refusal("CSS.5009", f"The disk size must be within {allowed} GB.")
    if size % _DISK_STEP_GB:
        words = f"The disk size must be a multiple of {_DISK_STEP_GB}."
        raise css_refusal("CSS.5135", words)
    return size
