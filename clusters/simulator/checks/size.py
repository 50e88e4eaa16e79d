"""Name, engine, number of nodes, flavor, volume and zones of a create."""

import re

from clusters.simulator.checks.body_parsing import (
    JsonObject,
    is_integer,
    object_value,
    reject_unknown_keys,
    text_value,
)
from clusters.simulator.refusals import css_refusal
from clusters.simulator.site import Site
from clusters.simulator.stock import VOLUME_TYPES, Flavor, Release

_MAX_NODES = 32
_MAX_ZONES = 3
_DISK_STEP_GB = 20
_SECURITY_MODE_SINCE = (6, 5, 4)


def check_name(cluster: JsonObject) -> str:
    """
    Return the name: 4 to 32 letters, digits, - and _ , the first being a letter.

    :raises CssRefusal: CSS.5077 or CSS.5057
    """
    name = cluster.get("name")
    if not isinstance(name, str) or not re.match(r"[A-Za-z]", name):
        raise css_refusal("CSS.5077", "The cluster name is invalid.")
    if not re.fullmatch(r"[A-Za-z0-9_-]{4,32}", name):
        message = (
            "The cluster name contains invalid characters or is of invalid length."
        )
        raise css_refusal("CSS.5057", message)
    return name


def check_release(cluster: JsonObject, site: Site) -> Release:
    """
    Return the engine and version; without a datastore the default, unless strict.

    :raises CssRefusal: the first violation of parameter ``datastore``
    """
    datastore = object_value(cluster, "datastore")
    if datastore is None:
        if site.strict:
            raise css_refusal("CSS.0036", "Internal error")
        return site.stock.releases[0]
    reject_unknown_keys(datastore, frozenset({"type", "version"}))
    engine = text_value(datastore, "type", "elasticsearch")
    return _sold_release(site.stock.releases, engine, text_value(datastore, "version"))


def check_required_release(cluster: JsonObject, site: Site) -> Release:
    """Return the engine and version; ``datastore`` and its ``type`` are mandatory."""
    datastore = object_value(cluster, "datastore")
    if datastore is None:
        raise css_refusal("CSS.5004", "The datastore is missing.")
    if "type" not in datastore:
        raise css_refusal("CSS.5002", "The datastore type is missing.")
    return check_release(cluster, site)


def check_node_count(
    block: JsonObject, *, minimum: int = 1, maximum: int = _MAX_NODES
) -> int:
    """Return the number of nodes; CSS.5047 if it is outside the limits."""
    count = block.get("instanceNum")
    if not is_integer(count) or not minimum <= int(count or 0) <= maximum:
        message = f"The number of instances must be within {minimum}-{maximum}."
        raise css_refusal("CSS.5047", message)
    return int(count or 0)


def check_flavor(block: JsonObject, release: Release, role: str = "ess") -> Flavor:
    """Return the flavor, sold out or not; CSS.5007 if there is none with this name."""
    name = block.get("flavorRef")
    flavor = release.find_flavor(name, role) if isinstance(name, str) else None
    if flavor is None:
        raise css_refusal("CSS.5007", "The flavor does not exist.")
    return flavor


def check_volume(block: JsonObject, flavor: Flavor) -> tuple[str, int]:
    """
    Return volume type and size in GB; ("", 0) for a flavor with local disks.

    :raises CssRefusal: the first violation of parameter ``volume``
    """
    volume = object_value(block, "volume")
    if flavor.has_local_disk:
        if volume is not None:
            message = "A local disk flavor does not take volume parameters."
            raise css_refusal("CSS.5170", message)
        return "", 0
    if volume is None:
        raise css_refusal("CSS.5092", "The storage information is incorrect.")
    reject_unknown_keys(volume, frozenset({"volume_type", "size"}))
    if volume.get("volume_type") not in VOLUME_TYPES:
        raise css_refusal("CSS.5061", "The volume type is not allowed.")
    return str(volume["volume_type"]), _volume_size(volume.get("size"), flavor)


def check_zones(block: JsonObject, nodes: int, site: Site) -> tuple[str, ...]:
    """
    Return the requested zones, () if the cloud is to choose.

    :raises CssRefusal: CSS.5052 for the zones, CSS.5172 if there are fewer nodes
    """
    if "availability_zone" not in block:
        return ()
    zones = tuple(text_value(block, "availability_zone").split(","))
    all_known = set(zones) <= set(site.stock.zones)
    if not all_known or len(set(zones)) < len(zones) or len(zones) > _MAX_ZONES:
        raise css_refusal("CSS.5052", "The availability_zone value is invalid.")
    if nodes < len(zones):
        message = "The number of nodes is smaller than the number of AZs."
        raise css_refusal("CSS.5172", message)
    return zones


def check_security_mode(release: Release) -> None:
    """Check the version for security mode; CSS.5169 for Elasticsearch before 6.5.4."""
    version = tuple(int(part) for part in release.version.split("."))
    if release.engine == "elasticsearch" and version < _SECURITY_MODE_SINCE:
        message = "This version does not support the security mode."
        raise css_refusal("CSS.5169", message)


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
    if not isinstance(size, int) or not is_integer(size):
        raise css_refusal("CSS.5078", "The disk size is not a whole number.")
    if not flavor.disk_min <= size <= flavor.disk_max:
        allowed = f"{flavor.disk_min}-{flavor.disk_max}"
        raise css_refusal("CSS.5009", f"The disk size must be within {allowed} GB.")
    if size % _DISK_STEP_GB:
        message = f"The disk size must be a multiple of {_DISK_STEP_GB}."
        raise css_refusal("CSS.5135", message)
    return size
