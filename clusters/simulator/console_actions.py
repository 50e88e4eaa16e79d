"""Actions of other people on the cloud's console, outside the API client."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4

from clusters.simulator.account import Account
from clusters.simulator.cluster_order import ClusterOrder
from clusters.simulator.clusters import Cluster
from clusters.simulator.create_faults import UnknownFault
from clusters.simulator.state import SimulatorState
from clusters.simulator.stock import GENERAL, ZONES

ACTIONS = {
    "rename": {"rename", "to"},
    "move": {"move", "to"},
    "delete": {"delete"},
    "copy_tag": {"copy_tag", "name", "flavor"},
    "add_foreign": {"add_foreign"},
    "revoke_tokens": {"revoke_tokens"},
}
_MAX_FOREIGN_CLUSTERS = 1_000
_NAME = re.compile(r"\S{1,64}")


class ConsoleActions:
    """Performs console actions; a cluster is named by its id, its name or a tag."""

    def __init__(
        self, *, state: SimulatorState, account: Account, clock: Callable[[], float]
    ) -> None:
        self._state = state
        self._account = account
        self._clock = clock

    def act(self, action: Mapping[str, object]) -> list[str]:
        """
        Perform one action and save the state.

        :param action: for example ``{"rename": "logs", "to": "renamed"}``; all actions
            are in docs/simulator.md
        :return: the ids of the clusters that the action changed
        :raises UnknownFault: with a message for a person; then nothing is changed
        """
        do = {
            "rename": self._rename,
            "move": self._move,
            "delete": self._delete,
            "copy_tag": self._copy_tag,
            "add_foreign": self._add_foreign,
            "revoke_tokens": self._revoke_tokens,
        }[check_action(action)]
        touched = do(action)
        self._state.save()
        return touched

    def _rename(self, action: Mapping[str, object]) -> list[str]:
        cluster = self._find(action["rename"])
        order = replace(cluster.order, name=_name(action.get("to")))
        self._state.clusters[cluster.id] = replace(cluster, order=order)
        return [cluster.id]

    def _move(self, action: Mapping[str, object]) -> list[str]:
        """Move a cluster to another enterprise project."""
        cluster = self._find(action["move"])
        target = _name(action.get("to"))
        order = replace(cluster.order, enterprise_project_id=target)
        self._state.clusters[cluster.id] = replace(cluster, order=order)
        return [cluster.id]

    def _delete(self, action: Mapping[str, object]) -> list[str]:
        cluster = self._find(action["delete"])
        del self._state.clusters[cluster.id]
        return [cluster.id]

    def _copy_tag(self, action: Mapping[str, object]) -> list[str]:
        reference = str(action["copy_tag"])
        tags = self._tags_of(reference)
        if not tags:
            raise UnknownFault(f"No cluster and no create has {reference!r:.80}.")
        name = _name(action.get("name", "copied-by-hand"))
        return [self._add(name, tags, flavor=str(action.get("flavor", "")))]

    def _add_foreign(self, action: Mapping[str, object]) -> list[str]:
        foreign = action["add_foreign"]
        if not isinstance(foreign, dict) or not set(foreign) <= {"name", "count"}:
            raise UnknownFault('add_foreign is {"name": "theirs", "count": 35}.')
        name, count = _name(foreign.get("name", "theirs")), foreign.get("count", 1)
        if type(count) is not int or not 1 <= count <= _MAX_FOREIGN_CLUSTERS:
            raise UnknownFault(
                f"count is a whole number from 1 to {_MAX_FOREIGN_CLUSTERS}."
            )
        if count == 1:
            return [self._add(name)]
        return [self._add(f"{name}-{number}") for number in range(1, count + 1)]

    def _revoke_tokens(self, _: Mapping[str, object]) -> list[str]:
        self._state.tokens.clear()
        return []

    def _add(
        self, name: str, tags: tuple[tuple[str, str], ...] = (), *, flavor: str = ""
    ) -> str:
        project_id = self._account.projects[0].id
        cluster = foreign_cluster(name, project_id, self._clock(), tags, flavor)
        self._state.built += 1
        cluster = replace(cluster, number=self._state.built)
        self._state.clusters[cluster.id] = cluster
        return cluster.id

    def _find(self, reference: object) -> Cluster:
        cluster = find_cluster(self._state, reference)
        if cluster is None:
            raise UnknownFault(f"No cluster has {reference!r:.80}.")
        return cluster

    def _tags_of(self, reference: str) -> tuple[tuple[str, str], ...]:
        cluster = find_cluster(self._state, reference)
        if cluster and cluster.order.tags:
            return cluster.order.tags
        for create in reversed(self._state.journal.creates):
            tags = create.tags
            if any(reference in _tag_references(tag) for tag in tags):
                return tags
        return ()


def check_action(action: Mapping[str, object]) -> str:
    """
    Return the name of the action.

    :raises UnknownFault: if there is none or more than one, or an unknown key
    """
    wanted = [name for name in ACTIONS if name in action]
    if len(wanted) != 1:
        raise UnknownFault(f"One action at a time; there is {', '.join(ACTIONS)}.")
    unknown = sorted(set(action) - ACTIONS[wanted[0]])
    if unknown:
        raise UnknownFault(f"{wanted[0]} knows no {', '.join(unknown):.200}.")
    return wanted[0]


def find_cluster(state: SimulatorState, reference: object) -> Cluster | None:
    """
    Return the newest cluster with this id, name, tag value or tag ``key=value``.

    ``*`` stands for the newest cluster of all. Return None if there is none.
    """
    newest = sorted(state.clusters.values(), key=lambda each: each.number, reverse=True)
    for cluster in newest:
        if isinstance(reference, str) and reference in _references(cluster):
            return cluster
    return None


def foreign_cluster(
    name: str,
    project_id: str,
    now: float,
    tags: tuple[tuple[str, str], ...] = (),
    flavor: str = "",
) -> Cluster:
    """Return an available cluster of one node, created by others in another network."""
    order = ClusterOrder(
        name=name,
        instance_num=1,
        engine="elasticsearch",
        version="7.10.2",
        flavor=flavor or GENERAL[0].name,
        volume_type="COMMON",
        volume_size=40,
        zones=ZONES[:1],
        vpc_id="foreign-vpc",
        subnet_id="foreign-subnet",
        security_group_id="foreign-group",
        has_backup=False,
        https=False,
        authority=False,
        enterprise_project_id="0",
        tags=tags,
    )
    return Cluster(
        id=str(uuid4()),
        project_id=project_id,
        number=0,
        order=order,
        created_at=now,
        built_at=now,
        addresses=("10.255.0.1",),
    )


def _references(cluster: Cluster) -> set[str]:
    references = {"*", cluster.id, cluster.order.name}
    return references.union(*map(_tag_references, cluster.order.tags))


def _tag_references(tag: tuple[str, str]) -> set[str]:
    key, value = tag
    return {value, f"{key}={value}"}


def _name(wanted: object) -> str:
    if isinstance(wanted, str) and _NAME.fullmatch(wanted):
        return wanted
    raise UnknownFault(f"{wanted!r:.80} is no name for a cluster.")
