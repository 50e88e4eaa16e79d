"""
Paths of CSS, and its responses parsed to values.

Sources: CSS API Reference, Querying the Cluster List, Querying Cluster Details, Creating
a Cluster, Obtaining the List of Instance Specifications, Error Codes. Reads and deletions
exist as v1.0 only. A field that the editions of the reference spell differently is read
in each spelling.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from clusters.cloud.dialect import Dialect
from clusters.cloud.errors import CloudError, CloudRefused
from clusters.cloud.huawei.cluster import cluster
from clusters.cloud.huawei.codes import CodeClass, class_of
from clusters.cloud.huawei.json_object import Item, JsonObject, UnexpectedShape
from clusters.cloud.huawei.list_parsing import ItemCollector
from clusters.cloud.types import (
    CloudCluster,
    CloudFlavor,
    ClusterPage,
    CreateApi,
    ZoneDisks,
)
from clusters.cloud.unreadable import LeftOut, Note, unnoted

__all__ = ["cluster", "cluster_page", "disks", "flavors", "is_cluster_missing"]

CLUSTERS_PATH = "/v1.0/{project_id}/clusters"
CLUSTER_PATH = "/v1.0/{project_id}/clusters/{cluster_id}"
FLAVORS_PATHS = {
    Dialect.HUAWEI: ("/v1.0/{project_id}/es-flavors",),
    Dialect.OTC: ("/v1.0/{project_id}/flavors", "/v1.0/{project_id}/es-flavors"),
}
"""
Paths of the flavor list, in the order in which they are tried.

The SDKs of Open Telekom Cloud (python-otcextensions and gophertelekomcloud, css/v1) call
`flavors`; its API reference of 2026 documents `es-flavors`.
"""

DISKS_PATH = "/v1.0/{project_id}/disktypes"
"""The volume types of each zone."""

CREATE_PATHS = {
    CreateApi.V1: "/v1.0/{project_id}/clusters",
    CreateApi.V2: "/v2.0/{project_id}/clusters",
}

NO_DISK_RANGE = "a flavor has no disk range"

_UNKNOWN_OR_DENIED = "CSS.0015"
"""HTTP 403: the cluster does not exist, or the user has no permission to see it."""

_VOLUME_TYPES = {"SATA": "COMMON", "SAS": "HIGH", "SSD": "ULTRAHIGH", "ESSD": "ESSD"}
"""Name of a volume type in `/disktypes`, and in the create call."""


def cluster_page(response: JsonObject) -> ClusterPage:
    """
    Parse one page of the cluster list.

    `totalSize` may be missing, as in the reference of 2021. A row without a readable id
    is left out, as is the second of two rows with one id that differ in name or tags.
    Both count as clusters that may be ours.

    :raises UnexpectedShape: if `clusters` is missing, or no row of it can be read
    """
    rows: ItemCollector[CloudCluster] = ItemCollector(
        "clusters", lambda each: each.id, _are_same_cluster
    )
    last = 0
    for position, item in enumerate(response.required_items("clusters"), start=1):
        if rows.add(item, cluster):
            last = position
    rows.require_any()
    return ClusterPage(
        clusters=rows.found,
        total=response.integer("totalSize"),
        left_out=tuple(replace(each, may_be_ours=True) for each in rows.left_out),
        skipped=last - len(rows.found),
    )


def _are_same_cluster(one: CloudCluster, other: CloudCluster) -> bool:
    """
    Whether two rows with one id identify the same cluster.

    The list may change between two pages, so their status may differ.
    """
    return (one.name, one.tags, one.garbled) == (other.name, other.tags, other.garbled)


def flavors(response: JsonObject, note: Note = unnoted) -> tuple[CloudFlavor, ...]:
    """
    Parse the flavor list to one value for each flavor, version and role.

    A flavor without a disk range is left out: no disk size could be checked against it.

    :param note: called with each item that is left out
    :raises UnexpectedShape: if `versions` is missing, or no flavor can be read
    """
    rows: ItemCollector[CloudFlavor] = ItemCollector(
        "flavors", lambda each: (each.name, each.version, each.role)
    )
    for item, version, role in _listed_flavors(response, rows):
        if isinstance(item.value, dict) and not item.value.get("diskrange"):
            note(LeftOut(what="flavors", why=item.describe(NO_DISK_RANGE)))
            continue
        rows.add(item, partial(_flavor, version=version, role=role))
    rows.require_any()
    _report(rows.left_out, note)
    return rows.found


def disks(response: JsonObject, note: Note = unnoted) -> tuple[ZoneDisks, ...]:
    """
    Parse the volume types of each zone; types that a create does not take are ignored.

    :param note: called with each zone that is left out
    :raises UnexpectedShape: if `diskTypes` is missing, or no zone can be read
    """
    rows: ItemCollector[ZoneDisks] = ItemCollector("disktypes", lambda each: each.zone)
    for item in response.required_items("diskTypes"):
        rows.add(item, _disks)
    rows.require_any()
    _report(rows.left_out, note)
    return rows.found


def is_cluster_missing(refusal: CloudRefused) -> bool:
    """
    Whether CSS itself says that it does not show such a cluster.

    A 404 without a listed code of this class may come from a gateway or a proxy and mean
    a wrong address.
    """
    if refusal.status == 404:
        return class_of(refusal.code) is CodeClass.GONE
    return refusal.status == 403 and refusal.code == _UNKNOWN_OR_DENIED


def proves_absence(refusal: CloudRefused, dialect: Dialect) -> bool:
    """
    Whether a refusal of `is_cluster_missing` proves that the cluster does not exist.

    In the dialect of Huawei a 404 proves it, CSS.0015 may also mean a lack of
    permission. What the 404 of Open Telekom Cloud covers is not documented, so it proves
    nothing.
    """
    return (
        dialect is Dialect.HUAWEI
        and refusal.status == 404
        and refusal.code != _UNKNOWN_OR_DENIED
    )


def is_path_missing(error: CloudError) -> bool:
    """Whether the path does not exist in this cloud, so that another one may be tried."""
    return error.status == 404 and class_of(error.code) is None


def _listed_flavors(
    response: JsonObject, rows: ItemCollector[CloudFlavor]
) -> Iterator[tuple[Item, str, str]]:
    """
    Yield each flavor with the version and role of the block that it stands in.

    A block that cannot be read is left out.
    """
    for item in response.required_items("versions"):
        try:
            block = item.as_object()
            version, role = block.required_text("version"), block.required_text("type")
            found = block.items("flavors")
        except UnexpectedShape as error:
            rows.leave_out(item, error)
            continue
        for flavor in found:
            yield flavor, version, role


def _report(left_out: list[LeftOut], note: Note) -> None:
    for each in left_out:
        note(each)


def _disks(row: JsonObject) -> ZoneDisks:
    return ZoneDisks(
        zone=row.required_text("availabilityZone"),
        volume_types=tuple(
            _VOLUME_TYPES[name]
            for name in row.texts("volumeNames")
            if name in _VOLUME_TYPES
        ),
    )


def _flavor(flavor: JsonObject, *, version: str, role: str) -> CloudFlavor:
    smallest, largest = _disk_range(flavor)
    zones = flavor.text("availableAZ").split(",")
    return CloudFlavor(
        name=flavor.required_text("name"),
        version=version,
        role=role,
        cpu=flavor.integer("cpu") or 0,
        ram_gb=flavor.integer("ram") or 0,
        disk_min_gb=smallest,
        disk_max_gb=largest,
        zones=tuple(zone.strip() for zone in zones if zone.strip()),
    )


def _disk_range(flavor: JsonObject) -> tuple[int, int]:
    """Parse "40,1280" (GB); both numbers are equal for a flavor with local disks."""
    smallest, _, largest = flavor.text("diskrange").partition(",")
    try:
        return int(smallest), int(largest)
    except ValueError:
        raise flavor.shape_error("diskrange", 'like "40,1280"') from None
