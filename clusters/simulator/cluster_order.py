"""A create that passed every check: what is to be built."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Role:
    """
    The nodes of one kind. ``volume_size`` is in GB per node.

    Type and size of the volume are "" and 0 for local disks.
    """

    type: str
    instance_num: int
    flavor: str
    volume_type: str
    volume_size: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """
    The wished cluster; the admin password is checked and then forgotten.

    Flavor, number and volume are those of the data nodes; ``others`` are further roles.
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

    @property
    def roles(self) -> tuple[Role, ...]:
        """Every kind of node, data nodes first."""
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
        """How many nodes there are, of all kinds."""
        return sum(role.instance_num for role in self.roles)
