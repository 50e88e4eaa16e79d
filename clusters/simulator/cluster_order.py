"""A create request that passed every check: the cluster to build."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Role:
    """
    The nodes of one type: ess, ess-master, ess-client or ess-cold.

    ``volume_size`` is in GB per node. For a flavor with local disks, ``volume_type`` is
    "" and ``volume_size`` 0.
    """

    type: str
    instance_num: int
    flavor: str
    volume_type: str
    volume_size: int


@dataclass(frozen=True, kw_only=True)
class PublicAddress:
    """
    A public address of the cluster or of Kibana.

    ``white_list`` holds addresses and CIDR blocks with commas between, "" if it is off.
    """

    bandwidth_mbit: int
    white_list: str = ""


@dataclass(frozen=True, kw_only=True)
class Access:
    """The ways to a cluster from outside its VPC."""

    public: PublicAddress | None = None
    kibana: PublicAddress | None = None
    has_endpoint_service: bool = False


NO_ACCESS = Access()


@dataclass(frozen=True, kw_only=True)
class ClusterOrder:
    """
    The requested cluster, without the administrator password, which is never stored.

    ``instance_num``, ``flavor`` and the volume are those of the data nodes; ``others``
    are the other node types. ``tags`` are pairs of key and value. ``cmk_id`` is the KMS
    key that encrypts the disks, "" for none.
    """

    name: str
    instance_num: int
    engine: str
    version: str
    flavor: str
    volume_type: str
    volume_size: int
    zones: tuple[str, ...]
    vpc_id: str
    subnet_id: str
    security_group_id: str
    has_backup: bool
    https: bool
    authority: bool
    enterprise_project_id: str
    tags: tuple[tuple[str, str], ...]
    description: str = ""
    others: tuple[Role, ...] = ()
    cmk_id: str = ""
    access: Access = NO_ACCESS

    @property
    def roles(self) -> tuple[Role, ...]:
        """All node types, data nodes first."""
        data = Role(
            type="ess",
            instance_num=self.instance_num,
            flavor=self.flavor,
            volume_type=self.volume_type,
            volume_size=self.volume_size,
        )
        return (data, *self.others)

    @property
    def node_count(self) -> int:
        """The number of nodes of all types."""
        return sum(role.instance_num for role in self.roles)
