"""Requests, decisions and attempts as raw columns, in the order of the request's id."""

from collections.abc import Iterator
from typing import NamedTuple

from clusters.operations.audit.column_texts import (
    text_of_json,
    text_of_time,
    text_of_uuid,
)
from clusters.operations.audit.snapshot import Snapshot


class RequestRow(NamedTuple):
    """A request; `cloud_id` is that of its cluster, empty where it has none."""

    request_id: str
    name: str
    flavor: str
    instance_num: int
    state: str
    requester_id: int
    requester_name: str
    spec: str
    body: str
    body_sha256: str
    place_sha256: str
    cloud_id: str


class DecisionRow(NamedTuple):
    """A decision; times are texts as in `EventRow`, `voided_at` is empty while it holds."""

    request_id: str
    id: int
    verdict: str
    by_id: int | None
    by_name: str
    at: str
    comment: str
    body_sha256: str
    place_sha256: str
    voided_at: str


class AttemptRow(NamedTuple):
    """An attempt."""

    request_id: str
    number: int
    claim: int
    body_sha256: str
    place_sha256: str
    outcome: str
    cluster_id: str


def request_rows(snapshot: Snapshot) -> Iterator[RequestRow]:
    """Yield all requests."""
    columns = (
        text_of_uuid("r.id"),
        "r.name, r.flavor, r.instance_num, r.state, r.requester_id, r.requester_name",
        text_of_json("r.spec"),
        "r.body, r.body_sha256, r.place_sha256, coalesce(c.cloud_id, '')",
    )
    rows = snapshot.stream(
        # Nothing but constants of the code is put together here, and below.
        f"SELECT {', '.join(columns)} FROM clusters_clusterrequest r"  # noqa: S608
        " LEFT JOIN clusters_cluster c ON c.id = r.cluster_id ORDER BY r.id"
    )
    return map(RequestRow._make, rows)


def decision_rows(snapshot: Snapshot) -> Iterator[DecisionRow]:
    """Yield all decisions; those of one request in the order in which they were made."""
    columns = (
        text_of_uuid("request_id"),
        "id, verdict, by_id, by_name",
        text_of_time("at"),
        "comment, body_sha256, place_sha256",
        f"coalesce({text_of_time('voided_at')}, '')",
    )
    rows = snapshot.stream(
        # Constants of the code, as above.
        f"SELECT {', '.join(columns)} FROM clusters_decision ORDER BY request_id, id"  # noqa: S608
    )
    return map(DecisionRow._make, rows)


def attempt_rows(snapshot: Snapshot) -> Iterator[AttemptRow]:
    """Yield all attempts; those of one request by their number."""
    columns = (
        text_of_uuid("request_id"),
        "number, claim, body_sha256, place_sha256, outcome, cluster_id",
    )
    rows = snapshot.stream(
        # Constants of the code, as above.
        f"SELECT {', '.join(columns)} FROM clusters_attempt ORDER BY request_id, number"  # noqa: S608
    )
    return map(AttemptRow._make, rows)
