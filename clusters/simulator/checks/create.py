"""Checks a create request of v1.0 or v2.0, from its bytes to a `ClusterOrder`."""

from collections.abc import Callable
from dataclasses import dataclass

from clusters.simulator.checks.access import check_access
from clusters.simulator.checks.backup import (
    check_backup,
    check_backup_with_storage,
)
from clusters.simulator.checks.body_parsing import (
    JsonObject,
    read_cluster_block,
    reject_unknown_keys,
)
from clusters.simulator.checks.layout import (
    Layout,
    read_v1_layout,
    read_v2_layout,
)
from clusters.simulator.checks.options import (
    SPECIAL_V1,
    SPECIAL_V2,
    check_description,
    check_encryption,
    check_enterprise_project,
    check_security,
    check_tags,
    check_unsupported_options,
)
from clusters.simulator.checks.size import (
    check_name,
    check_release,
    check_required_release,
)
from clusters.simulator.cluster_order import ClusterOrder
from clusters.simulator.refusals import css_refusal
from clusters.simulator.site import Site
from clusters.simulator.stock import Release

_COMMON_KEYS = frozenset(
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
_ACCESS_KEYS = frozenset({"publicIPReq", "publicKibanaReq", "loadBalance"})


@dataclass(frozen=True, kw_only=True)
class CreateVersion:
    """The parameters of one version of the call, and the checks that differ."""

    known: frozenset[str]
    check_release: Callable[[JsonObject, Site], Release]
    read_layout: Callable[[JsonObject, Release, Site], Layout]
    check_backup: Callable[[JsonObject, tuple[str, ...]], bool]
    special_characters: str


V1 = CreateVersion(
    known=_COMMON_KEYS | {"instanceNum", "instance"},
    check_release=check_release,
    read_layout=read_v1_layout,
    check_backup=check_backup,
    special_characters=SPECIAL_V1,
)
V2 = CreateVersion(
    known=_COMMON_KEYS | _ACCESS_KEYS | {"roles", "nics", "availability_zone"},
    check_release=check_required_release,
    read_layout=read_v2_layout,
    check_backup=check_backup_with_storage,
    special_characters=SPECIAL_V2,
)


def check_account(site: Site) -> None:
    """
    Check that the account is not frozen and the user has css:cluster:create.

    :raises CssRefusal: CSS.0021 or CSS.0051
    """
    if site.account_frozen:
        raise css_refusal("CSS.0021", "The account is frozen.")
    if not site.may_create:
        message = "The IAM policy does not allow css:cluster:create."
        raise css_refusal("CSS.0051", message)


def read_order(raw: bytes, site: Site, version: CreateVersion) -> ClusterOrder:
    """
    Check a body by all rules that do not depend on existing clusters, and parse it.

    :raises Refusal: the first violation
    """
    if not raw:
        raise css_refusal("CSS.0006", "The request body is empty.")
    cluster = read_cluster_block(raw)
    reject_unknown_keys(cluster, version.known)
    name = check_name(cluster)
    release = version.check_release(cluster, site)
    layout = version.read_layout(cluster, release, site)
    has_backup = version.check_backup(cluster, site.buckets)
    https, authority = check_security(cluster, release, version.special_characters)
    access = check_access(cluster, https=https, authority=authority)
    check_unsupported_options(cluster)
    data, *others = layout.roles
    return ClusterOrder(
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
        cmk_id=check_encryption(cluster),
        access=access,
    )
