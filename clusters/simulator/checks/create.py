"""A create of v1.0 or v2.0, checked from the bytes to the order."""

from collections.abc import Callable
from dataclasses import dataclass

from clusters.simulator.checks.access import check_access
from clusters.simulator.checks.backup import check_backup, check_placed_backup
from clusters.simulator.checks.body_parsing import Block, only, read_cluster_block
from clusters.simulator.checks.layout import (
    Layout,
    read_v1_layout,
    read_v2_layout,
)
from clusters.simulator.checks.options import (
    SPECIAL_V1,
    SPECIAL_V2,
    check_description,
    check_enterprise_project,
    check_security,
    check_tags,
    check_the_rest,
)
from clusters.simulator.checks.size import (
    check_name,
    check_named_release,
    check_release,
)
from clusters.simulator.cluster_order import Order
from clusters.simulator.refusals import css_refusal
from clusters.simulator.site import Site
from clusters.simulator.stock import Release

_BOTH = frozenset(
    {
        "name",
        "desc",
        "datastore",
        "backupStrategy",
        "httpsEnable",
        "authorityEnable",
        "adminPwd",
        "enterprise_project_id",
        "tags",
        "payInfo",
        "ipv6_enable",
        "diskEncryption",
    }
)
_ACCESS = frozenset({"publicIPReq", "publicKibanaReq", "loadBalance"})


@dataclass(frozen=True, kw_only=True)
class Version:
    """What one version of the call knows, and how it is read where versions differ."""

    known: frozenset[str]
    check_release: Callable[[Block, Site], Release]
    read_layout: Callable[[Block, Release, Site], Layout]
    check_backup: Callable[[Block, tuple[str, ...]], bool]
    special_characters: str


V1 = Version(
    known=_BOTH | {"instanceNum", "instance"},
    check_release=check_release,
    read_layout=read_v1_layout,
    check_backup=check_backup,
    special_characters=SPECIAL_V1,
)
V2 = Version(
    known=_BOTH | _ACCESS | {"roles", "nics", "availability_zone"},
    check_release=check_named_release,
    read_layout=read_v2_layout,
    check_backup=check_placed_backup,
    special_characters=SPECIAL_V2,
)


def check_account(site: Site) -> None:
    """Refuse every create of a frozen account or of a user without the right."""
    if site.account_frozen:
        raise css_refusal("CSS.0021", "The account is frozen.")
    if not site.may_create:
        words = "The IAM policy does not allow css:cluster:create."
        raise css_refusal("CSS.0051", words)


def read_order(raw: bytes, site: Site, version: Version) -> Order:
    """
    Return what a body asks for, once it satisfies every rule that needs no look around.

    :raises Refusal: the first rule that is broken
    """
    if not raw:
        raise css_refusal("CSS.0006", "The request body is empty.")
    cluster = read_cluster_block(raw)
    only(cluster, version.known)
    name = check_name(cluster)
    release = version.check_release(cluster, site)
    layout = version.read_layout(cluster, release, site)
    has_backup = version.check_backup(cluster, site.buckets)
    https, authority = check_security(cluster, release, version.special_characters)
    check_access(cluster, https=https, authority=authority)
    check_the_rest(cluster)
    data, *others = layout.roles
    return Order(
        name=name,
        instance_num=data.instance_num,
        engine=release.engine,
        version=release.version,
        flavor=data.flavor,
        volume_type=data.volume_type,
        volume_size=data.volume_size,
        zones=layout.zones,
        vpc_id=layout.nics.vpc_id,
        subnet_id=layout.nics.subnet.id,
        security_group_id=layout.nics.group.id,
        has_backup=has_backup,
        https=https,
        authority=authority,
        tags=check_tags(cluster),
        enterprise_project_id=check_enterprise_project(cluster, site),
        description=check_description(cluster),
        others=tuple(others),
    )
