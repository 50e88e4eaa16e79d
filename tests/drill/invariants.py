"""What must be true of every request after every case. Pure."""

from collections.abc import Iterator

from clusters.domain.events import EventKind
from clusters.domain.states import MOVES, State, Verb
from tests.drill.facts import EventRecord, Facts


def find_violations(facts: Facts, *, may_double: bool = False) -> list[str]:
    """
    Return a sentence for every invariant that does not hold.

    With `may_double`, two clusters are allowed if an operator is called.
    """
    return [
        *_several_clusters(facts, may_double=may_double),
        *_creates_without_attempt(facts),
        *_lost_ids(facts),
        *_failed_with_cluster(facts),
        *_invalid_history(facts),
    ]


def _several_clusters(facts: Facts, *, may_double: bool) -> Iterator[str]:
    if facts.max_live <= 1:
        return
    if not may_double:
        yield f"{facts.max_live} clusters at once for one request"
    elif not facts.is_alarmed:
        yield f"{facts.max_live} clusters at once, and no operator was called"


def _creates_without_attempt(facts: Facts) -> Iterator[str]:
    if facts.posts > facts.attempts:
        yield f"{facts.posts} creates at the cloud, {facts.attempts} attempt rows"


def _lost_ids(facts: Facts) -> Iterator[str]:
    listed = {each.id for each in facts.live_clusters}
    for lost in sorted(facts.answered_ids - facts.attempted_ids - listed):
        yield f"the cloud answered {lost}, and no attempt has it"


def _failed_with_cluster(facts: Facts) -> Iterator[str]:
    works = any(not each.is_broken for each in facts.live_clusters)
    if facts.state == State.FAILED and works:
        yield "failed, and its cluster works"


def _invalid_history(facts: Facts) -> Iterator[str]:
    if not facts.is_chained:
        yield "the history is not chained"
    before = ""
    for each in facts.history:
        if not each.target:
            continue
        if each.source != before:
            yield f"{each.kind} from {each.source}, which was {before}"
        if not _is_allowed(each):
            yield f"no transition {each.kind}: {each.source} → {each.target}"
        before = each.target


def _is_allowed(event: EventRecord) -> bool:
    if event.kind == EventKind.SUBMIT:
        return not event.source and event.target == State.PENDING
    if event.kind not in set(Verb):
        return False
    move = MOVES[Verb(event.kind)]
    return event.source in move.sources and event.target == move.target
