"""The fixed configuration of a simulated site: catalog, networks, quotas, variant."""

from dataclasses import dataclass, field

from clusters.simulator.account import Account
from clusters.simulator.network import Network
from clusters.simulator.rights import network_of
from clusters.simulator.stock import Stock


@dataclass(frozen=True, kw_only=True)
class Site:
    """
    What the site sells, its networks, its quotas per project and its API variant.

    ``strict``: a create without a datastore returns CSS.0036, as observed; otherwise it
    builds the default engine, as the quick start of the API Reference documents.
    ``legacy_fields``: list and detail use the field names of 2021 and no ``totalSize``.
    ``is_otc``: the variant of Open Telekom Cloud. Flavors are at ``/flavors``, there is
    no ``/disktypes``, an unknown cluster is 404, a name in use is 409, and a login by
    project name needs the project's domain. ``buckets`` are the OBS buckets that exist.
    Quotas without a unit in their name are numbers of clusters, vCPUs, disks, public
    addresses and VPC endpoint services; ``node_quotas`` are pairs of a node type and the
    number of its nodes in the project.
    """

    stock: Stock = field(default_factory=Stock)
    network: Network = field(default_factory=Network)
    buckets: tuple[str, ...] = ("example-css-backup", "css-backup")
    strict: bool = False
    legacy_fields: bool = False
    is_otc: bool = False
    has_enterprise_projects: bool = True
    throttled: bool = False
    account_frozen: bool = False
    may_create: bool = True
    cluster_quota: int = 20
    cpu_quota: int = 4_000
    ram_quota_gb: int = 20_000
    disk_quota: int = 1_000
    disk_quota_gb: int = 2_000_000
    address_quota: int = 20
    endpoint_quota: int = 20
    node_quotas: tuple[tuple[str, int], ...] = (
        ("ess", 1_000),
        ("ess-master", 100),
        ("ess-client", 500),
        ("ess-cold", 500),
    )


def site_for(account: Account, *, is_otc: bool = False) -> Site:
    """
    Return the site for an account.

    If the account's user is limited to one enterprise project, ``vpc-prod`` and its
    security groups belong to that project.
    """
    named = account.enterprise_project_id
    network = network_of(named) if named else Network()
    return Site(network=network, is_otc=is_otc)
