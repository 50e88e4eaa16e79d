"""What CSS answers, as frozen values; both spellings of what has two."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from clusters.cloud.dialect import Dialect
from clusters.cloud.errors import CloudError, CloudRefused
from clusters.cloud.huawei.cluster import cluster
from clusters.cloud.huawei.codes import CodeClass, class_of
from clusters.cloud.huawei.json_object import Item, JsonObject, UnexpectedShape
from clusters.cloud.huawei.list_parsing import Readable
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
The first that is there is read. Open Telekom Cloud's SDKs (python-otcextensions and
gophertelekomcloud, css/v1) ask for `flavors`, its API reference of 2026 for `es-flavors`.
"""

DISKS_PATH = "/v1.0/{project_id}/disktypes"

CREATE_PATHS = {
    CreateApi.V1: "/v1.0/{project_id}/clusters",
    CreateApi.V2: "/v2.0/{project_id}/clusters",
}

NO_DISK_RANGE = "a flavor has no disk range"

_UNKNOWN_OR_DENIED = "CSS.0015"

_VOLUME_TYPES = {"SATA": "COMMON", "SAS": "HIGH", "SSD": "ULTRAHIGH", "ESSD": "ESSD"}
"""What the disks are called where they are listed, and in the create call."""


def cluster_page(answer: JsonObject) -> ClusterPage:
    """
    Read one page of the list; `clusters` must be there, `totalSize` may be missing.

    A row without a readable id is left out, and could be ours; so is the second of two
    under one id that differ in what ours are known by.
    """
    rows: Readable[CloudCluster] = Readable("clusters", lambda each: each.id, _are_one)
    last = 0
    for position, item in enumerate(answer.required_items("clusters"), start=1):
        if rows.take(item, cluster):
            last = position
    rows.refuse_none()
    return ClusterPage(
        clusters=rows.found,
        total=answer.integer("totalSize"),
        left_out=tuple(replace(each, may_be_ours=True) for each in rows.left_out),
        skipped=last - len(rows.found),
    )


def _are_one(one: CloudCluster, other: CloudCluster) -> bool:
    """Whether two rows of one id tell alike whose it is; it may have moved on between."""
    return (one.name, one.tags, one.garbled) == (other.name, other.tags, other.garbled)


def flavors(answer: JsonObject, note: Note = unnoted) -> tuple[CloudFlavor, ...]:
    """
    Read what is sold, one value per flavor, version and role.

    A flavor without a disk range is left out: no size could be checked against it.
    """
    rows: Readable[CloudFlavor] = Readable(
        "flavors", lambda each: (each.name, each.version, each.role)
    )
    for item, version, role in _sold(answer, rows):
        if isinstance(item.value, dict) and not item.value.get("diskrange"):
            note(LeftOut(what="flavors", why=item.told(NO_DISK_RANGE)))
            continue
        rows.take(item, partial(_flavor, version=version, role=role))
    rows.refuse_none()
    _tell(rows.left_out, note)
    return rows.found


def disks(answer: JsonObject, note: Note = unnoted) -> tuple[ZoneDisks, ...]:
    """Read what disks each zone sells; kinds that no create can name are left out."""
    rows: Readable[ZoneDisks] = Readable("disktypes", lambda each: each.zone)
    for item in answer.required_items("diskTypes"):
        rows.take(item, _disks)
    rows.refuse_none()
    _tell(rows.left_out, note)
    return rows.found


def is_cluster_missing(refusal: CloudRefused) -> bool:
    """
    Whether CSS itself says that there is no such cluster.

    A 404 of a gateway or a proxy, with a code of its own or with none, tells of a wrong
    address; so may a code that nobody has listed.
    """
    if refusal.status == 404:
        return class_of(refusal.code) is CodeClass.GONE
    return refusal.status == 403 and refusal.code == _UNKNOWN_OR_DENIED


def proves_absence(refusal: CloudRefused, dialect: Dialect) -> bool:
    """
    Whether this "no such cluster" cannot stand for one that may not be seen.

    Huawei says 404 with a code of its own, and CSS.0015 where it may be either. Of Open
    Telekom Cloud nobody has documented what its 404 covers, so there it proves nothing.
    """
    return (
        dialect is Dialect.HUAWEI
        and refusal.status == 404
        and refusal.code != _UNKNOWN_OR_DENIED
    )


def is_path_missing(error: CloudError) -> bool:
    """Whether the call came to nobody who knows it, so that another path may be tried."""
    return error.status == 404 and class_of(error.code) is None


def _sold(
    answer: JsonObject, rows: Readable[CloudFlavor]
) -> Iterator[tuple[Item, str, str]]:
    """Yield each flavor with version and role; a block without them is left out."""
    for item in answer.required_items("versions"):
        try:
            block = item.as_object()
            version, role = block.required_text("version"), block.required_text("type")
            found = block.items("flavors")
        except UnexpectedShape as error:
            rows.leave_out(item, error)
            continue
        for flavor in found:
            yield flavor, version, role


def _tell(left_out: list[LeftOut], note: Note) -> None:
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
    """Read "40,1280", in GB; equal ends mean that the disks are local."""
    smallest, _, largest = flavor.text("diskrange").partition(",")
    try:
        return int(smallest), int(largest)
    except ValueError:
        raise flavor.wrong("diskrange", 'like "40,1280"') from None
