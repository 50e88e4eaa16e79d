"""
Validation of a cluster specification before anything is sent to the cloud.

Each rule is a function ``(ClusterSpec, Catalog) -> Iterator[Problem]`` without side
effects. The limits are those of the vendor's API reference; each rule names the
parameter that it is about:

* CSS API Reference, Creating a Cluster (v1.0, deprecated by the vendor but in service),
  https://support.huaweicloud.com/intl/en-us/api-css/CreateCluster.html
* CSS API Reference, Creating a Cluster (v2.0),
  https://support.huaweicloud.com/intl/en-us/api-css/CreateClusterMultiRole.html

Where the two pages differ, a rule takes the stricter limit, so that one specification
is valid for both versions; `api_version` has the rules of one version only.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from clusters.cloud.types import ClusterSpec, CreateApi
from clusters.domain.catalog import Catalog
from clusters.rules import (
    access,
    api_version,
    backup,
    encryption,
    identity,
    labels,
    network,
    nodes,
    security,
    size,
)
from clusters.rules.labels import other_enterprise_project
from clusters.rules.problem import Problem

__all__ = [
    "Problem",
    "call_problems",
    "other_enterprise_project",
    "problems",
    "warnings",
]

Rule = Callable[[ClusterSpec, Catalog], Iterator[Problem]]

_RULES: Final[tuple[Rule, ...]] = (
    identity.name,
    identity.description,
    identity.datastore,
    size.flavor,
    size.nodes,
    size.zones,
    size.volume,
    network.vpc,
    network.subnet,
    network.security_group,
    security.engine,
    backup.policy,
    encryption.key,
    nodes.masters,
    nodes.clients,
    nodes.cold,
    access.public,
    access.kibana,
    access.vpc_endpoint,
    labels.tags,
    labels.enterprise_project,
)


def problems(
    spec: ClusterSpec, catalog: Catalog, *, api: CreateApi
) -> tuple[Problem, ...]:
    """
    Return every violation for which the cloud would reject or fail the creation.

    A rule that depends on a value which another rule has rejected reports nothing.

    :param catalog: what the cloud project offers: flavors, zones, disks, networks
    :param api: the version of the create call that will be used; adds what only this
        version requires
    :return: what this version cannot say, then problems in the order of the form's
        fields; empty if the spec is valid
    """
    found = chain.from_iterable(rule(spec, catalog) for rule in _RULES)
    # First, since a form shows one message for each field: what this version cannot say
    # at all is not mended by another value.
    return (
        *api_version.v2_parts(spec, api),
        *found,
        *api_version.required_fields(spec, api),
    )


def call_problems(spec: ClusterSpec, *, api: CreateApi) -> tuple[Problem, ...]:
    """
    Return the violations of one version of the create call alone.

    They do not depend on the catalog, so they can be checked without one.
    """
    return (
        *api_version.required_fields(spec, api),
        *api_version.v2_parts(spec, api),
    )


def warnings(spec: ClusterSpec, *, api: CreateApi) -> tuple[Problem, ...]:
    """Return what the cloud accepts, but the requester should know in advance."""
    return (
        *api_version.own_bucket(spec, api),
        *access.open_to_all(spec),
        *access.ipv6_entries(spec),
    )
