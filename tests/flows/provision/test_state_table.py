"""The state table, row by row: what moves, what does not, and the history afterwards."""

import pytest

from clusters.domain.states import MOVES, State, Verb
from tests.flows.audit.verified import verified
from tests.flows.provision.state_table import do, request_in

pytestmark = pytest.mark.django_db

ROWS = [(verb, source) for verb, move in MOVES.items() for source in move.sources]
OTHERS = [(verb, state) for verb in Verb for state in State]
OTHERS = [row for row in OTHERS if row not in ROWS]


class TestTheStateTable:
    @pytest.mark.parametrize(("verb", "source"), ROWS)
    def test_moves_and_leaves_a_history_that_is_well(self, verb, source, cloud):
        row = request_in(source, cloud)
        before = row.events.count()
        do(verb, row, cloud)
        assert row.state == MOVES[verb].target
        last = row.events.order_by("seq").last()
        assert (last.kind, last.from_state) == (verb, source)
        assert row.events.count() == before + 1
        assert verified().endswith(" 1 requests, chain ok\n")

    @pytest.mark.parametrize("source", State)
    def test_moves_nothing_else_and_leaves_a_history_that_is_well(self, source, cloud):
        row = request_in(source, cloud)
        for verb in (verb for verb, state in OTHERS if state == source):
            do(verb, row, cloud)
            assert row.state == source, verb
            assert verified().endswith(" 1 requests, chain ok\n"), verb
