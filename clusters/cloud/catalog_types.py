"""What a cloud project offers to build with, as frozen values."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CloudFlavor:
    """One flavor of one engine version and node role; memory and disk in GB."""

    name: str
    version: str
    role: str
    cpu: int
    ram_gb: int
    disk_min_gb: int
    disk_max_gb: int
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CloudVpc:
    """A virtual private cloud."""

    id: str
    name: str
    cidr: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True)
class CloudSubnet:
    """A subnet; its ``id`` is what the create call names netId."""

    id: str
    name: str
    vpc_id: str
    cidr: str = ""
    status: str = ""
    free_addresses: int | None = None


@dataclass(frozen=True, kw_only=True)
class CloudSecurityGroup:
    """A security group; groups are not tied to a VPC."""

    id: str
    name: str
    opens_9200: bool = False


@dataclass(frozen=True, kw_only=True)
class ZoneDisks:
    """The kinds of disk that one zone sells, in the words of the create call."""

    zone: str
    volume_types: tuple[str, ...]
