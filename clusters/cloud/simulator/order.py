"""A create that passed every check: what is to be built."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Order:
    """
    The wished cluster; the admin password is checked and then forgotten.

    ``volume_size`` is in GB per node; type and size are "" and 0 for local disks.
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
