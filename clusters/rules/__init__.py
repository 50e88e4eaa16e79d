"""What must hold so that the cloud can take a spec: spec and catalog -> problems."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from clusters.catalog import Catalog
from clusters.cloud.types import ClusterSpec
from clusters.rules import backup, network, size, what
from clusters.rules.problem import Problem

__all__ = ["Problem", "problems", "warnings"]

Rule = Callable[[ClusterSpec, Catalog], Iterator[Problem]]

_RULES: Final[tuple[Rule, ...]] = (
    what.name,
    what.description,
    what.datastore,
    size.flavor,
    size.nodes,
    size.zones,
    size.volume,
    network.vpc,
    network.subnet,
    network.security_group,
    backup.policy,
)


def problems(spec: ClusterSpec, catalog: Catalog) -> tuple[Problem, ...]:
    """
    Return everything that the cloud would refuse, or fail on minutes later.

    A rule that needs what another rule found missing stays silent. The limits are those
    that every version of the create call shares (Huawei CSS API reference, v1.0).
    """
    return tuple(chain.from_iterable(rule(spec, catalog) for rule in _RULES))


def warnings(spec: ClusterSpec) -> tuple[Problem, ...]:
    """Return what the cloud takes, but what the person should know before."""
    return tuple(backup.own_bucket(spec))
