"""What a person asks for, as frozen values; and by which call it is asked."""

from dataclasses import dataclass
from enum import StrEnum

REQUEST_TAG = "portal-request"
"""Key of the tag that every create carries; its value is the request's uuid."""


class CreateApi(StrEnum):
    """Which version of the create call is used; all other calls are v1.0."""

    V1 = "v1"
    """One kind of node, described in ``instance``."""
    V2 = "v2"
    """Several kinds of nodes in ``roles``; network and zones are the cluster's own."""


@dataclass(frozen=True, kw_only=True)
class Datastore:
    """An engine and its version, such as elasticsearch 7.10.2."""

    type: str
    version: str

    def __str__(self) -> str:
        return f"{self.type}:{self.version}"


@dataclass(frozen=True, kw_only=True)
class Volume:
    """The disk of each node: a type of ``COMMON HIGH ULTRAHIGH ESSD``, size in GB."""

    type: str
    size_gb: int


@dataclass(frozen=True, kw_only=True)
class BackupPolicy:
    """
    Automatic snapshots, daily unless ``frequency`` says otherwise.

    ``period`` is a whole hour with a zone, "16:00 GMT+08:00"; ``keepday`` counts the
    snapshots kept. Bucket, base path and agency come all together or not at all.
    """

    period: str
    prefix: str
    keepday: int
    frequency: str = ""
    bucket: str = ""
    base_path: str = ""
    agency: str = ""


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A key and a value on a cluster."""

    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ClusterSpec:
    """
    Everything about the wished cluster, in domain types; what the form yields.

    Optional parts are None, empty or (). They are left out of the body, never sent as
    null. ``volume`` is None for a flavor with local disks; ``enterprise_project_id`` is
    a UUID, or "0" for the default one.
    """

    name: str
    flavor: str
    instance_num: int
    vpc_id: str
    subnet_id: str
    security_group_id: str
    volume: Volume | None = None
    datastore: Datastore | None = None
    availability_zones: tuple[str, ...] = ()
    backup: BackupPolicy | None = None
    description: str = ""
    tags: tuple[Tag, ...] = ()
    enterprise_project_id: str = ""
