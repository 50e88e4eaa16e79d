"""What CSS answers, as frozen values; both spellings of what has two."""

from clusters.cloud.dialect import Dialect
from clusters.cloud.errors import CloudError, CloudRefused
from clusters.cloud.huawei.answers import KEPT_BYTES
from clusters.cloud.huawei.codes import CodeClass, class_of
from clusters.cloud.huawei.fields import Fields, WrongShape
from clusters.cloud.types import (
    CloudCluster,
    CloudFlavor,
    CloudNode,
    CloudStatus,
    ClusterPage,
    CreateApi,
    Datastore,
    Tag,
    ZoneDisks,
)

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

LONGEST_ID = 64

_UNKNOWN_OR_DENIED = "CSS.0015"

_VOLUME_TYPES = {"SATA": "COMMON", "SAS": "HIGH", "SSD": "ULTRAHIGH", "ESSD": "ESSD"}
"""What the disks are called where they are listed, and in the create call."""


def cluster_page(answer: Fields) -> ClusterPage:
    """Read one page of the list; `clusters` must be there, `totalSize` may be missing."""
    return ClusterPage(
        clusters=tuple(cluster(row) for row in answer.required_objects("clusters")),
        total=answer.integer("totalSize"),
    )


def cluster(row: Fields) -> CloudCluster:
    """Read one cluster, as the list and the detail call show it."""
    failure_code, failure_message = _failure(row)
    status = row.text("status")
    return CloudCluster(
        id=_id(row),
        name=row.required_text("name"),
        status=_status(status),
        raw_status=status,
        actions=row.texts("actions"),
        progress=row.pairs("actionProgress"),
        failure_code=failure_code,
        failure_message=failure_message[:KEPT_BYTES],
        endpoint=row.text("endpoint"),
        created=row.text("created"),
        datastore=_datastore(row),
        vpc_id=row.text("vpcId"),
        subnet_id=row.text("subnetId"),
        security_group_id=row.text("securityGroupId"),
        nodes=tuple(_node(node) for node in row.objects("instances")),
        tags=tuple(
            Tag(key=tag.required_text("key"), value=tag.text("value"))
            for tag in row.objects("tags")
        ),
    )


def flavors(answer: Fields) -> tuple[CloudFlavor, ...]:
    """
    Read what is sold, one value per flavor, version and role.

    A flavor without a disk range is left out: no size could be checked against it.
    """
    return tuple(
        _flavor(flavor, block)
        for block in answer.required_objects("versions")
        for flavor in block.objects("flavors")
        if flavor.text("diskrange")
    )


def disks(answer: Fields) -> tuple[ZoneDisks, ...]:
    """Read what disks each zone sells; kinds that no create can name are left out."""
    return tuple(
        ZoneDisks(
            zone=row.required_text("availabilityZone"),
            volume_types=tuple(
                _VOLUME_TYPES[name]
                for name in row.texts("volumeNames")
                if name in _VOLUME_TYPES
            ),
        )
        for row in answer.required_objects("diskTypes")
    )


def tells_of_no_cluster(refusal: CloudRefused) -> bool:
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


def tells_of_no_path(error: CloudError) -> bool:
    """Whether the call came to nobody who knows it, so that another path may be tried."""
    return error.status == 404 and class_of(error.code) is None


def _id(row: Fields) -> str:
    found = row.required_text("id")
    if len(found) > LONGEST_ID:
        raise WrongShape("id", f"of at most {LONGEST_ID} characters")
    return found


def _failure(row: Fields) -> tuple[str, str]:
    """Read code and words of a failure; the block had three names over the years."""
    names = ("failedReason", "failedReasons", "failed_reasons")
    if row.is_text(*names):
        return "", row.text(*names)
    failure = row.object(*names)
    if failure is None:
        return "", ""
    return (
        failure.text("errorCode", "error_code"),
        failure.text("errorMsg", "error_msg"),
    )


def _status(text: str) -> CloudStatus:
    try:
        return CloudStatus(text)
    except ValueError:
        return CloudStatus.UNKNOWN


def _datastore(row: Fields) -> Datastore | None:
    datastore = row.object("datastore")
    if datastore is None:
        return None
    return Datastore(type=datastore.text("type"), version=datastore.text("version"))


def _node(node: Fields) -> CloudNode:
    return CloudNode(
        status=_status(node.text("status")),
        type=node.text("type"),
        name=node.text("name"),
        flavor=node.text("specCode"),
        zone=node.text("azCode"),
        ip=node.text("ip"),
    )


def _flavor(flavor: Fields, block: Fields) -> CloudFlavor:
    smallest, largest = _disk_range(flavor)
    zones = flavor.text("availableAZ").split(",")
    return CloudFlavor(
        name=flavor.required_text("name"),
        version=block.required_text("version"),
        role=block.required_text("type"),
        cpu=flavor.integer("cpu") or 0,
        ram_gb=flavor.integer("ram") or 0,
        disk_min_gb=smallest,
        disk_max_gb=largest,
        zones=tuple(zone.strip() for zone in zones if zone.strip()),
    )


def _disk_range(flavor: Fields) -> tuple[int, int]:
    """Read "40,1280", in GB; equal ends mean that the disks are local."""
    smallest, _, largest = flavor.text("diskrange").partition(",")
    try:
        return int(smallest), int(largest)
    except ValueError:
        raise WrongShape("diskrange", 'like "40,1280"') from None
