"""What must be true after every row; each is broken here once."""

from dataclasses import replace

from tests.drill.cloud import Living
from tests.drill.facts import Facts, Happening
from tests.drill.fault_case import ROWS
from tests.drill.fault_cases import ROWS as ALL_ROWS
from tests.drill.invariants import broken


def happened(kind: str, source: str, target: str) -> Happening:
    return Happening(kind=kind, source=source, target=target)


CLUSTER = Living(id="c1", name="logs", tags={}, is_broken=False)
WELL = Facts(
    name="logs",
    state="creating",
    history=(
        happened("submit", "", "pending"),
        happened("approve", "pending", "approved"),
        happened("claim", "approved", "sending"),
        happened("accept", "sending", "creating"),
    ),
    attempts=1,
    attempted_ids=frozenset({"c1"}),
    posts=1,
    answered_ids=frozenset({"c1"}),
    living=(CLUSTER,),
    most_living=1,
)


class TestInvariants:
    def test_hold_for_a_request_of_which_all_is_well(self):
        assert broken(WELL) == []

    def test_allow_no_two_clusters_at_once(self):
        assert "2 clusters at once" in broken(replace(WELL, most_living=2))[0]

    def test_want_an_alarm_where_two_are_outside_what_is_assumed(self):
        two = replace(WELL, most_living=2)
        assert "nobody was called" in broken(two, may_double=True)[0]
        assert broken(replace(two, needs="operator"), may_double=True) == []

    def test_allow_no_create_without_a_row(self):
        assert "2 creates" in broken(replace(WELL, posts=2))[0]

    def test_allow_no_id_to_be_lost(self):
        lost = replace(WELL, attempted_ids=frozenset(), living=())
        assert "nothing knows it" in broken(lost)[0]
        assert broken(replace(lost, living=(CLUSTER,))) == []

    def test_allow_no_failure_while_a_cluster_works(self):
        history = (*WELL.history, happened("break", "creating", "failed"))
        failed = replace(WELL, state="failed", history=history)
        assert broken(failed) == ["failed, and the cluster lives"]
        is_303 = replace(CLUSTER, is_broken=True)
        assert broken(replace(failed, living=(is_303,))) == []

    def test_allow_no_move_that_the_table_of_moves_lacks(self):
        history = (*WELL.history, happened("claim", "creating", "sending"))
        assert "no arrow claim" in broken(replace(WELL, history=history))[0]

    def test_allow_no_gap_between_moves(self):
        history = (*WELL.history[:2], WELL.history[3])
        assert "which was approved" in broken(replace(WELL, history=history))[0]

    def test_want_the_history_to_be_chained(self):
        assert broken(replace(WELL, is_chained=False)) == ["the history is not chained"]


class TestRows:
    def test_are_all_of_the_fault_table_but_the_one_that_a_test_plays(self):
        assert ALL_ROWS is ROWS
        assert set(range(1, 54)) - set(ROWS) == {48}

    def test_can_be_played_on_each_backend(self):
        for ways in ROWS.values():
            backends = {each for row in ways.values() for each in row.backends}
            assert backends == {"sqlite", "redis", "rabbitmq"}
