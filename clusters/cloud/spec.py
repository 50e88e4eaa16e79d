"""
What a person asks for, as immutable values, and the version of the create call.

The fields are those of CSS API Reference, Creating a Cluster (v1.0 and v2.0); the limits
of their values are in `clusters.rules`.
"""

from dataclasses import dataclass
from enum import StrEnum

REQUEST_TAG = "portal-request"
"""Key of the tag that every create carries; its value is the request's uuid."""


PASSWORD_REFERENCE = "secret:admin"  # noqa: S105 - it stands for one
"""Stands for the administrator's password in bodies that are stored, shown and approved."""


class CreateApi(StrEnum):
    """The version of the create call; all other calls exist as v1.0 only."""

    V1 = "v1"
    """One kind of node, described in `instance`. The vendor calls it deprecated."""
    V2 = "v2"
    """Several kinds of node in `roles`; network and zones are fields of the cluster."""


@dataclass(frozen=True, kw_only=True)
class Datastore:
    """An engine and its version, such as elasticsearch 7.10.2."""

    type: str
    version: str

    def __str__(self) -> str:
        return f"{self.type}:{self.version}"


@dataclass(frozen=True, kw_only=True)
class Volume:
    """The disk of each node: its type (COMMON, HIGH, ULTRAHIGH, ESSD), size in GB."""

    type: str
    size_gb: int


@dataclass(frozen=True, kw_only=True)
class BackupPolicy:
    """
    Automatic snapshots.

    `bucket`, `base_path` and `agency` come all together or not at all.
    """

    period: str
    """Start time: a whole hour and a time zone, such as "16:00 GMT+08:00"."""
    prefix: str
    """First part of the names of the snapshots."""
    keepday: int
    """How many snapshots are kept, 1 to 90. The name is the vendor's: not days."""
    frequency: str = ""
    """DAY, HOUR or a weekday, for the clouds that take it; empty means daily."""
    bucket: str = ""
    """Name of the OBS bucket that they are written to."""
    base_path: str = ""
    """Folder within the bucket."""
    agency: str = ""
    """IAM agency by which CSS may write to the bucket."""


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A key and a value on a cluster."""

    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class NodeGroup:
    """Nodes of one kind beside the data nodes: master, client or cold; v2.0 only."""

    flavor: str
    instance_num: int
    volume: Volume | None = None
    """None for a flavor with local disks."""


@dataclass(frozen=True, kw_only=True)
class SecurityMode:
    """
    The cluster asks for the administrator's password; with `https` it speaks HTTPS only.

    The password itself is never part of a spec (`PASSWORD_REFERENCE`).
    """

    https: bool


@dataclass(frozen=True, kw_only=True)
class PublicAccess:
    """
    A public address of the cluster or of its Kibana; v2.0 only.

    `whitelist` holds addresses and CIDR blocks that may connect; empty lets everybody in.
    """

    bandwidth_mbit: int
    whitelist: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VpcEndpoint:
    """
    A VPC endpoint service, by which other VPCs reach the cluster; v2.0 only.

    `permissions` are accounts that may connect: ``iam:domain::`` and 32 hex digits.
    """

    with_dns: bool
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClusterSpec:
    """
    Everything about the cluster that is asked for; the form yields it.

    Optional parts are None, empty or (). The body of the create leaves them out; they are
    never sent as null (`clusters.cloud.huawei.body`).
    """

    name: str
    flavor: str
    instance_num: int
    """Number of data nodes."""
    vpc_id: str
    subnet_id: str
    security_group_id: str
    volume: Volume | None = None
    """None for a flavor with local disks."""
    datastore: Datastore | None = None
    availability_zones: tuple[str, ...] = ()
    backup: BackupPolicy | None = None
    description: str = ""
    """Sent by v2.0 only."""
    tags: tuple[Tag, ...] = ()
    """Tags beside that of the portal."""
    enterprise_project_id: str = ""
    """A UUID, or 0 for the default enterprise project."""
    security: SecurityMode | None = None
    masters: NodeGroup | None = None
    """Dedicated master nodes; with them there may be up to 200 data nodes."""
    clients: NodeGroup | None = None
    """Nodes that hold no data and only take requests."""
    cold: NodeGroup | None = None
    """Data nodes for old data, on slower disks."""
    encryption_key_id: str = ""
    """Id of the KMS key that encrypts the disks; v2.0 only."""
    public: PublicAccess | None = None
    """Public access to the cluster itself; needs HTTPS."""
    kibana: PublicAccess | None = None
    """Public access to Kibana; needs the security mode."""
    vpc_endpoint: VpcEndpoint | None = None

    @property
    def node_count(self) -> int:
        """How many nodes there are of all kinds together; each takes an address."""
        others = (self.masters, self.clients, self.cold)
        return self.instance_num + sum(each.instance_num for each in others if each)
