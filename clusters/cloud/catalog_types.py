"""
What a cloud project offers to build a cluster from, as immutable values.

Sources: CSS API Reference, Obtaining the List of Instance Specifications (flavors); VPC
API Reference v1, Querying VPCs, Querying Subnets, Querying Security Groups.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CloudFlavor:
    """
    One flavor (size of node) for one engine version and one node role.

    The same `name` comes once for each version and role that the cloud sells it for.
    """

    name: str
    """What `flavorRef` of a create takes, such as ess.spec-4u16g; not the flavor's id."""
    version: str
    """Engine version, such as 7.10.2. CSS does not say which engine it is of."""
    role: str
    """Node role: ess (data), ess-cold, ess-master or ess-client."""
    cpu: int
    """Number of vCPUs; 0 where the cloud leaves it out."""
    ram_gb: int
    """Memory in GB; 0 where the cloud leaves it out."""
    disk_min_gb: int
    disk_max_gb: int
    """Equal to `disk_min_gb` where the nodes have local disks, which take no volume."""
    zones: tuple[str, ...] = ()
    """Availability zones that have it; empty where the cloud does not say."""


@dataclass(frozen=True, kw_only=True)
class CloudVpc:
    """A virtual private cloud; `status` is OK or CREATING."""

    id: str
    name: str
    cidr: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True)
class CloudSubnet:
    """A subnet; `status` is ACTIVE, UNKNOWN or ERROR."""

    id: str
    """What `netId` of a create takes; not `neutron_subnet_id` of the same answer."""
    name: str
    vpc_id: str
    cidr: str = ""
    status: str = ""
    free_addresses: int | None = None
    """Free IP addresses; each node takes one. None where the cloud does not say."""


@dataclass(frozen=True, kw_only=True)
class CloudSecurityGroup:
    """A security group. Groups belong to a project, not to one VPC."""

    id: str
    name: str
    opens_9200: bool = False
    """Whether a rule lets TCP 9200 in; without one the creation of a cluster fails."""


@dataclass(frozen=True, kw_only=True)
class ZoneDisks:
    """The volume types (COMMON, HIGH, ULTRAHIGH, ESSD) that one zone sells."""

    zone: str
    volume_types: tuple[str, ...]
