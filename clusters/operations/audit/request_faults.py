"""Compare the row of a request with its events."""

import hashlib
from collections.abc import Iterator

from clusters.operations.audit.chain_facts import ChainFacts
from clusters.operations.audit.chains import named
from clusters.operations.audit.request_columns import RequestRow
from clusters.operations.audit.spec_bodies import made_by


def request_faults(
    row: RequestRow, facts: ChainFacts, *, are_places_kept: bool
) -> Iterator[str]:
    """
    Yield in words how the row differs from what its events say.

    Without `are_places_kept`, the place that an event names is not compared.
    """
    yield from _state(row, facts)
    yield from _body(row, facts)
    yield from _spec(row)
    if are_places_kept and facts.place_sha256 not in (None, row.place_sha256):
        yield "its row has another place than the one that its events name."
    if facts.requester_id not in (None, row.requester_id):
        yield (
            f"its row belongs to person {row.requester_id}, and by its events to"
            f" person {facts.requester_id}."
        )
    if facts.requester_name and row.requester_name != facts.requester_name:
        yield "its row names another requester than its events."
    if facts.cloud_id not in (None, row.cloud_id):
        yield (
            f"its cluster is “{row.cloud_id}” by its row, and “{facts.cloud_id}” by its"
            " events."
        )


def _state(row: RequestRow, facts: ChainFacts) -> Iterator[str]:
    if facts.moved_by is None:
        yield "none of its events gives it a state."
    elif row.state not in facts.states():
        yield (
            f"it is “{row.state}” by its row, and {named(facts.moved_by)} left it"
            f" “{facts.moved_by.to_state}”."
        )


def _body(row: RequestRow, facts: ChainFacts) -> Iterator[str]:
    if hashlib.sha256(row.body.encode()).hexdigest() != row.body_sha256:
        yield "its stored body does not have the SHA-256 that stands beside it."
    if facts.body_sha256 not in (None, row.body_sha256):
        yield "its row has another body than the one that its events name."


def _spec(row: RequestRow) -> Iterator[str]:
    if row.spec == "{}":  # very old rows
        return
    made = made_by(row)
    if made is None or row.body not in made.bodies:
        yield "its stored spec makes another body than the one that was asked for."
    elif (row.name, row.flavor, row.instance_num) != made[1:]:
        yield "its row shows another name, flavor or number of nodes than its spec."
