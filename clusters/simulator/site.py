"""The standing conditions of the simulated site: what it sells, has and allows."""

from dataclasses import dataclass, field

from clusters.simulator.account import Account
from clusters.simulator.network import Network
from clusters.simulator.rights import network_in
from clusters.simulator.stock import Stock


@dataclass(frozen=True, kw_only=True)
class Site:
    """
    Stock, network, quotas per project and the switches that do not change by calls.

    ``strict`` answers CSS.0036 to a create without a datastore, as seen on the wire;
    without it such a body builds the default engine, as the quick start promises.
    ``old_spelling`` shows clusters under the names of 2021, and no ``totalSize``.
    ``speaks_otc`` is Open Telekom Cloud: ``/flavors``, no ``/disktypes``, 404 for an unknown
    cluster, 409 for a name in use, and a login by project name needs the project's domain.
    """

    stock: Stock = field(default_factory=Stock)
    network: Network = field(default_factory=Network)
    buckets: tuple[str, ...] = ("example-css-backup", "css-backup")
    strict: bool = False
    old_spelling: bool = False
    speaks_otc: bool = False
    has_enterprise_projects: bool = True
    throttled: bool = False
    account_frozen: bool = False
    may_create: bool = True
    cluster_quota: int = 20
    cpu_quota: int = 4_000
    ram_quota_gb: int = 20_000
    disk_quota: int = 1_000
    disk_quota_gb: int = 2_000_000


def site_for(account: Account, *, speaks_otc: bool = False) -> Site:
    """Return a site where a user of one enterprise project has networks in it."""
    named = account.enterprise_project_id
    network = network_in(named) if named else Network()
    return Site(network=network, speaks_otc=speaks_otc)
