"""A v1.0 create, checked from the bytes to the order."""

from clusters.cloud.simulator.checks.backup import check_backup
from clusters.cloud.simulator.checks.nics import check_nics
from clusters.cloud.simulator.checks.options import (
    check_description,
    check_enterprise_project,
    check_security,
    check_tags,
    check_the_rest,
)
from clusters.cloud.simulator.checks.reading import (
    Block,
    block_of,
    only,
    read_cluster_block,
)
from clusters.cloud.simulator.checks.size import (
    check_flavor,
    check_name,
    check_node_count,
    check_release,
    check_volume,
    check_zones,
)
from clusters.cloud.simulator.order import Order
from clusters.cloud.simulator.refusals import css_refusal, incorrect
from clusters.cloud.simulator.site import Site

_CLUSTER = frozenset(
    {
        "name",
        "desc",
        "instanceNum",
        "instance",
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
_INSTANCE = frozenset({"flavorRef", "volume", "nics", "availability_zone"})


def check_account(site: Site) -> None:
    """Refuse every create of a frozen account or of a user without the right."""
    if site.account_frozen:
        raise css_refusal("CSS.0021", "The account is frozen.")
    if not site.may_create:
        words = "The IAM policy does not allow css:cluster:create."
        raise css_refusal("CSS.0051", words)


def read_order(raw: bytes, site: Site) -> Order:
    """
    Return what a body asks for, once it satisfies every rule that needs no look around.

    :raises CssRefusal: the first rule that is broken
    """
    if not raw:
        raise css_refusal("CSS.0006", "The request body is empty.")
    cluster = read_cluster_block(raw)
    only(cluster, _CLUSTER)
    order = _order(cluster, site)
    check_the_rest(cluster)
    return order


def _order(cluster: Block, site: Site) -> Order:
    name, nodes = check_name(cluster), check_node_count(cluster)
    instance = _instance(cluster)
    release = check_release(cluster, site)
    flavor = check_flavor(instance, release)
    volume_type, volume_size = check_volume(instance, flavor)
    zones = check_zones(instance, nodes, site)
    nics = check_nics(instance, site.network)
    has_backup = check_backup(cluster, site.buckets)
    https, authority = check_security(cluster, release)
    return Order(
        name=name,
        instance_num=nodes,
        engine=release.engine,
        version=release.version,
        flavor=flavor.name,
        volume_type=volume_type,
        volume_size=volume_size,
        zones=zones,
        vpc_id=nics.vpc_id,
        subnet_id=nics.subnet.id,
        security_group_id=nics.group.id,
        has_backup=has_backup,
        https=https,
        authority=authority,
        tags=check_tags(cluster),
        enterprise_project_id=check_enterprise_project(cluster, site),
        description=check_description(cluster),
    )


def _instance(cluster: Block) -> Block:
    instance = block_of(cluster, "instance")
    if instance is None:
        raise incorrect("instance")
    only(instance, _INSTANCE)
    return instance
