"""What must be true of every request after every row, whatever broke. Pure."""

from collections.abc import Iterator

from clusters.domain.events import EventKind
from clusters.domain.states import MOVES, State, Verb
from tests.drill.facts import Facts, Happening


def broken(facts: Facts, *, may_double: bool = False) -> list[str]:
    """Name every invariant that does not hold; `may_double` asks for an alarm instead."""
    return [
        *_doubled(facts, may_double=may_double),
        *_sent_without_a_row(facts),
        *_lost_ids(facts),
        *_falsely_failed(facts),
        *_unheard_of_moves(facts),
    ]


def _doubled(facts: Facts, *, may_double: bool) -> Iterator[str]:
    if facts.most_living <= 1:
        return
    if not may_double:
        yield f"{facts.most_living} clusters at once for one request"
    elif not facts.is_alarmed:
        yield f"{facts.most_living} clusters at once, and nobody was called"


def _sent_without_a_row(facts: Facts) -> Iterator[str]:
    if facts.posts > facts.attempts:
        yield f"{facts.posts} creates at the cloud, {facts.attempts} attempt rows"


def _lost_ids(facts: Facts) -> Iterator[str]:
    listed = {each.id for each in facts.living}
    for lost in sorted(facts.answered_ids - facts.attempted_ids - listed):
        yield f"the cloud answered {lost}, and nothing knows it"


def _falsely_failed(facts: Facts) -> Iterator[str]:
    if facts.state == State.FAILED and any(not each.is_broken for each in facts.living):
        yield "failed, and the cluster lives"


def _unheard_of_moves(facts: Facts) -> Iterator[str]:
    if not facts.is_chained:
        yield "the history is not chained"
    before = ""
    for each in facts.history:
        if not each.target:
            continue
        if each.source != before:
            yield f"{each.kind} from {each.source}, which was {before}"
        if not _is_known(each):
            yield f"no arrow {each.kind}: {each.source} → {each.target}"
        before = each.target


def _is_known(happening: Happening) -> bool:
    if happening.kind == EventKind.SUBMIT:
        return not happening.source and happening.target == State.PENDING
    if happening.kind not in set(Verb):
        return False
    move = MOVES[Verb(happening.kind)]
    return happening.source in move.sources and happening.target == move.target
