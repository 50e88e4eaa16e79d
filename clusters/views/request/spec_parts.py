"""The lines of what most requests do not ask for: other nodes, security, access, tags. Pure."""

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.cloud.types import ClusterSpec, NodeGroup, PublicAccess, VpcEndpoint
from clusters.rules.access import is_open
from clusters.views.request.spec_line import SpecLine, disk_words, named, total_words


def other_nodes(spec: ClusterSpec) -> Iterator[SpecLine]:
    """Yield a line for each kind of node beside the data nodes."""
    groups = (
        (_("Master nodes"), spec.masters),
        (_("Client nodes"), spec.clients),
        (_("Cold nodes"), spec.cold),
    )
    for label, group in groups:
        if group:
            yield _nodes(label, group)


def security(spec: ClusterSpec) -> Iterator[SpecLine]:
    """Yield how the cluster is protected, if that was asked for."""
    if spec.security:
        value = _("HTTPS with a password")
        if not spec.security.https:
            value = _("a password, without HTTPS")
        yield SpecLine(label=_("Security"), value=value)
    if spec.encryption_key_id:
        yield SpecLine(
            label=_("Encryption"),
            value=_("disks encrypted with a KMS key"),
            id=spec.encryption_key_id,
        )


def access(spec: ClusterSpec) -> Iterator[SpecLine]:
    """Yield who can reach the cluster from outside its VPC."""
    if spec.public:
        yield _public(_("Public access"), spec.public)
    if spec.kibana:
        yield _public(_("Public Kibana"), spec.kibana)
    if spec.vpc_endpoint:
        yield _endpoint(spec.vpc_endpoint)


def tags(spec: ClusterSpec) -> Iterator[SpecLine]:
    """Yield the tags beside that of the portal, on one line."""
    if spec.tags:
        pairs = (f"{tag.key}={tag.value}" for tag in spec.tags)
        yield SpecLine(label=_("Tags"), value=", ".join(pairs))


def _nodes(label: str, group: NodeGroup) -> SpecLine:
    disk = " ".join(
        filter(
            None,
            (disk_words(group.volume), total_words(group.volume, group.instance_num)),
        )
    )
    return SpecLine(
        label=label,
        value=f"{group.instance_num} × {group.flavor}",  # noqa: RUF001 - it multiplies
        detail=disk,
    )


def _public(label: str, given: PublicAccess) -> SpecLine:
    bandwidth = number_format(given.bandwidth_mbit)
    if is_open(given):
        return SpecLine(
            label=label,
            value=_("%(size)s Mbit/s") % {"size": bandwidth},
            warning=_("for everybody on the internet"),
        )
    return SpecLine(
        label=label,
        value=_("%(size)s Mbit/s, for %(networks)s")
        % {"size": bandwidth, "networks": named(given.whitelist)},
    )


def _endpoint(endpoint: VpcEndpoint) -> SpecLine:
    value = _("without a domain name")
    if endpoint.with_dns:
        value = _("with a private domain name")
    count = len(endpoint.permissions)
    who = ngettext("for %(count)s account", "for %(count)s accounts", count)
    return SpecLine(
        label=_("VPC endpoint"),
        value=f"{value}, {who % {'count': count}}" if count else value,
        detail=named(endpoint.permissions),
    )
