"""Compare the attempts of a request with its events, as far as these prove anything."""

from collections.abc import Container, Iterator, Sequence

from clusters.operations.audit.chain_facts import ChainFacts, ToldAnswer
from clusters.operations.audit.chains import named
from clusters.operations.audit.request_columns import AttemptRow


def attempt_faults(
    attempts: Sequence[AttemptRow], facts: ChainFacts, *, are_places_kept: bool
) -> Iterator[str]:
    """
    Yield in words how attempts and events differ.

    An event may tell of an answer whose attempt is missing: a restored database has
    forgotten it (docs/runbook.md). Two rows that contradict each other are a fault.
    Without `are_places_kept`, the places that events name are not compared.
    """
    yield from _missing(attempts, facts)
    bodies = {body for body, _ in facts.approved}
    places = {place for _, place in facts.approved}
    for row in attempts:
        # None: an event of an older version, which did not say it.
        if row.body_sha256 not in bodies and None not in bodies:
            yield f"attempt {row.number} was for another body than the approved one."
        if are_places_kept and _is_elsewhere(row.place_sha256, places):
            yield f"attempt {row.number} was for another place than the approved one."
    by_claim = {row.claim: row for row in attempts}
    for told in facts.answers:
        if told.claim in by_claim:
            yield from _other_answer(by_claim[told.claim], told)


def _missing(attempts: Sequence[AttemptRow], facts: ChainFacts) -> Iterator[str]:
    for number, row in enumerate(attempts, 1):
        if row.number != number:
            yield f"attempt {number} is missing."
            return
    if facts.counted and len(attempts) < facts.counted[1]:
        event, count = facts.counted
        yield f"{named(event)} counts {count} attempts, and {len(attempts)} are there."


def _is_elsewhere(place: str, approved: Container[str | None]) -> bool:
    return bool(place) and place not in approved and None not in approved


def _other_answer(row: AttemptRow, told: ToldAnswer) -> Iterator[str]:
    if row.outcome != told.outcome:
        yield (
            f"attempt {row.number} is “{row.outcome}”, and by {named(told.event)}"
            f" “{told.outcome}”."
        )
    elif told.cluster_id and row.cluster_id != told.cluster_id[:64]:
        yield (
            f"attempt {row.number} names cluster “{row.cluster_id}”, and"
            f" {named(told.event)} “{told.cluster_id}”."
        )
