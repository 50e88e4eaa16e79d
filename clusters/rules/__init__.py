"""What must hold so that the cloud can take a spec: spec and catalog -> problems."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from clusters.cloud.types import ClusterSpec, CreateApi
from clusters.domain.catalog import Catalog
from clusters.rules import api_version, backup, identity, labels, network, size
from clusters.rules.problem import Problem

__all__ = ["Problem", "call_problems", "problems", "warnings"]

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
    backup.policy,
    labels.tags,
    labels.enterprise_project,
)


def problems(
    spec: ClusterSpec, catalog: Catalog, *, api: CreateApi
) -> tuple[Problem, ...]:
    """
    Return everything that the cloud would refuse, or fail on minutes later.

    A rule that needs what another rule found missing stays silent. The limits are those
    that both versions of the create call share, and what `api` demands beyond them.
    """
    found = chain.from_iterable(rule(spec, catalog) for rule in _RULES)
    return (*found, *call_problems(spec, api=api))


def call_problems(spec: ClusterSpec, *, api: CreateApi) -> tuple[Problem, ...]:
    """Return what this version of the create call cannot say, whatever is offered."""
    return tuple(api_version.required_fields(spec, api))


def warnings(spec: ClusterSpec, *, api: CreateApi) -> tuple[Problem, ...]:
    """Return what the cloud takes, but what the person should know before."""
    return tuple(api_version.own_bucket(spec, api))
