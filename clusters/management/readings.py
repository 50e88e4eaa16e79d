"""The read calls that the portal needs, each with its IAM permissions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from clusters.cloud.errors import CloudError, CloudRefused
from clusters.cloud.types import Cloud, CloudCluster
from clusters.cloud.unreadable import Note
from clusters.operations.inventory.pagination import list_all_clusters

VPCS_NEED: Final = ("vpc:vpcs:list",)

_CLUSTERS_NEED: Final = ("css:cluster:list",)
_DETAIL_NEEDS: Final = ("css:cluster:get",)
_FLAVORS_NEED: Final = ("css:cluster:listFlavors", "ecs:cloudServerFlavors:get")
_SUBNETS_NEED: Final = ("vpc:subnets:list", "vpc:subnets:get")
_GROUPS_NEED: Final = ("vpc:securityGroups:list", "vpc:securityGroups:get")


@dataclass(frozen=True)
class ReadCall:
    """
    One read call.

    `what` is its name in the output, `needs` are the IAM actions that allow it. `read`
    makes the call and returns a text such as ``ok, 12``; it passes items that cannot be
    read to its argument, and raises CloudError if the call fails.
    """

    what: str
    needs: tuple[str, ...]
    read: Callable[[Note], str]


def read_calls_of(cloud: Cloud) -> Iterator[ReadCall]:
    """
    Yield the read calls; the caller makes each one before it takes the next.

    The call for disk types is not among them: if it is refused, all types are offered.
    The details of a cluster are read only if there is one.
    """
    clusters: list[CloudCluster] = []

    def list_clusters(note: Note) -> str:
        listed = list_all_clusters(cloud)
        clusters.extend(listed.clusters)
        for each in listed.left_out:
            note(each)
        return _count(clusters)

    yield ReadCall("sign-in", (), lambda _: f"ok, project {cloud.sign_in().project_id}")
    yield ReadCall("clusters", _CLUSTERS_NEED, list_clusters)
    if clusters:
        first = clusters[0].id
        yield ReadCall(
            "one cluster", _DETAIL_NEEDS, lambda _: f"ok, {cloud.cluster(first).name}"
        )
    yield from (
        ReadCall("flavors", _FLAVORS_NEED, lambda note: _some(cloud.flavors(note))),
        ReadCall("VPCs", VPCS_NEED, lambda note: _some(cloud.vpcs(note))),
        ReadCall("subnets", _SUBNETS_NEED, lambda note: _some(cloud.subnets(note))),
        ReadCall(
            "security groups",
            _GROUPS_NEED,
            lambda note: _some(cloud.security_groups(note)),
        ),
    )


def what_helps(
    error: CloudError, needs: tuple[str, ...], *, enterprise_project_id: str
) -> str:
    """Return which permissions to grant; empty unless the call was refused with 403."""
    if not (needs and isinstance(error, CloudRefused) and error.status == 403):
        return ""
    give = f"Give the IAM user {', '.join(needs)}"
    if enterprise_project_id:
        return f"{give} in the enterprise project {enterprise_project_id}."
    return (
        f"{give}, or name the enterprise project in which the user has rights:"
        " connect_cloud --enterprise-project."
    )


def _count(found: list[CloudCluster] | tuple[object, ...]) -> str:
    return f"ok, {len(found)}"


def _some(found: tuple[object, ...]) -> str:
    if not found:
        raise CloudError("none is visible; nobody can ask for a cluster without one")
    return _count(found)
