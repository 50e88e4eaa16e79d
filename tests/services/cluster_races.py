"""Races at the moment in which a cluster gets its row."""

from functools import partial
from typing import Any

from clusters.domain.states import State, Verb
from clusters.models import ClusterRequest
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.requests.hand_over import hand_over_request
from tests.factories import NOON, cluster_request, user
from tests.services.racing import ROUNDS, at_once


def owners() -> dict[str, Any]:
    """Let an answer name the cluster while its request is handed over to Bob."""
    strangers = 0
    for number in range(ROUNDS):
        row = cluster_request(f"owned-{number}", state=State.SENDING)
        at_once(partial(_accept, row), partial(_hand_to_bob, row))
        row.refresh_from_db()
        assert row.cluster is not None, "the answer was taken"
        strangers += row.cluster.owner_id != row.requester_id
        ClusterRequest.objects.update(state="rejected")
    return {"rounds": ROUNDS, "owned by somebody else": strangers}


def _accept(row: ClusterRequest) -> None:
    cloud_id = f"cloud-{row.name}"
    take_up_cluster(row.id, Verb.ACCEPT, cloud_id, now=NOON, data={})


def _hand_to_bob(row: ClusterRequest) -> None:
    hand_over_request(row, by=user("olga"), requester="bob", now=NOON)
