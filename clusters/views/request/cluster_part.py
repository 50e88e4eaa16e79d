"""The cluster of a request as its page shows it: addresses, command line, nodes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.cloud.huawei.regions import console_of
from clusters.cloud.types import Reach, SecurityMode
from clusters.domain import cloud_detail, spec_json
from clusters.models import Cluster, ClusterRequest

_ROLES: Final = {
    "ess": gettext_lazy("data"),
    "ess-master": gettext_lazy("master"),
    "ess-client": gettext_lazy("client"),
    "ess-cold": gettext_lazy("cold data"),
}
_CERTIFICATE: Final = "CloudSearchService.cer"
"""The file's name under which the vendor's console offers the certificate."""


@dataclass(frozen=True, kw_only=True)
class ClusterFact:
    """A label with a value of the cluster; `what` names it for copying, "" for not."""

    label: str
    value: str
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class ClusterPart:
    """
    The cluster of the request; the texts are empty as long as there is none.

    `endpoints` are the addresses of its nodes, with ``https://`` before them where they
    speak HTTPS, and `endpoint` the same with commas between; `connect_hints` say what one
    needs for `connect_line`. `progress_percent` (0 to 100) is the cloud's progress of the
    create, or None.
    """

    id: str
    endpoint: str
    endpoints: tuple[str, ...]
    connect_line: str
    connect_hints: tuple[str, ...]
    facts: tuple[ClusterFact, ...]
    progress_percent: int | None
    console_url: str


def cluster_part_of(row: ClusterRequest) -> ClusterPart:
    """Return the cluster's part of the page."""
    cluster = row.cluster
    reach = _reach(row, cluster)
    endpoints = _endpoints(cluster, reach)
    return ClusterPart(
        id=row.cloud_id,
        endpoint=",".join(endpoints),
        endpoints=endpoints,
        connect_line=_connect_line(endpoints[0], reach) if endpoints else "",
        connect_hints=tuple(_hints(reach)) if endpoints else (),
        facts=tuple(_facts(cluster, reach)) if cluster else (),
        progress_percent=row.progress_percent,
        console_url=_console_url(row, cluster) if cluster else "",
    )


def _reach(row: ClusterRequest, cluster: Cluster | None) -> Reach:
    """Return what the cloud said; where it said nothing of guards, what was asked for."""
    known = cloud_detail.reach_in(cluster.cloud_detail if cluster else {})
    if known.https is not None and known.asks_for_password is not None:
        return known
    asked: SecurityMode | None = spec_json.from_json(row.spec).security
    told = (known.https, known.asks_for_password)
    wanted = (bool(asked and asked.https), asked is not None)
    https, password = (
        was_asked if said is None else said
        for said, was_asked in zip(told, wanted, strict=True)
    )
    return replace(known, https=https, asks_for_password=password)


def _endpoints(cluster: Cluster | None, reach: Reach) -> tuple[str, ...]:
    addresses = cluster.endpoint.split(",") if cluster else ()
    scheme = "https://" if reach.https else ""
    return tuple(f"{scheme}{address}" for address in addresses if address)


def _connect_line(endpoint: str, reach: Reach) -> str:
    """Return a command that asks for the cluster's health; curl asks for the password."""
    if not reach.asks_for_password:
        return f"curl {_with_scheme(endpoint)}/_cluster/health"
    line = f"curl -u admin '{_with_scheme(endpoint)}/_cluster/health'"
    return f"{line} --cacert {_CERTIFICATE}" if reach.https else line


def _with_scheme(endpoint: str) -> str:
    return endpoint if endpoint.startswith("https://") else f"http://{endpoint}"


def _hints(reach: Reach) -> Iterator[str]:
    if reach.asks_for_password:
        yield _("curl asks for the administrator's password.")
    if reach.https:
        yield _(
            "The console offers %(file)s on the cluster's page. With -k instead of"
            " --cacert, curl does not check whom it talks to."
        ) % {"file": _CERTIFICATE}


def _facts(cluster: Cluster, reach: Reach) -> Iterator[ClusterFact]:
    nodes = cloud_detail.nodes_in(cluster.cloud_detail)
    if nodes:
        yield ClusterFact(label=_("Running nodes"), value=_node_words(nodes))
    if reach.public_address:
        yield ClusterFact(
            label=_("Public address"),
            value=f"https://{reach.public_address}",
            what=_("the public address"),
        )
    if reach.kibana_address:
        yield ClusterFact(
            label=_("Kibana"),
            value=reach.kibana_address,
            what=_("the address of Kibana"),
        )
    if reach.endpoint_service:
        yield ClusterFact(
            label=_("VPC endpoint"),
            value=reach.endpoint_service,
            what=_("the address of the VPC endpoint"),
        )
    if reach.encryption_key_id:
        yield ClusterFact(
            label=_("Disks encrypted with"),
            value=reach.encryption_key_id,
            what=_("the id of the key"),
        )


def _node_words(nodes: dict[str, int]) -> str:
    """Return "3 data, 3 master"; a role that is not known keeps the cloud's word."""
    return ", ".join(
        f"{count} {_ROLES.get(role, role)}" for role, count in nodes.items()
    )


def _console_url(row: ClusterRequest, cluster: Cluster) -> str:
    """Return the URL of the cloud's console; empty if the cluster is gone."""
    if cluster.gone_at:
        return ""
    project = row.cloud_project
    return console_of(project.region, css_url=project.css_url)
