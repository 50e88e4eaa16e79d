"""The invariants of every case; each is violated here once."""

from dataclasses import replace

from tests.drill.cloud import LiveCluster
from tests.drill.command import FAULT_TABLE, TESTED_ELSEWHERE
from tests.drill.facts import EventRecord, Facts
from tests.drill.fault_case import FAULT_CASES
from tests.drill.fault_cases import FAULT_CASES as ALL_CASES
from tests.drill.invariants import find_violations


def moved(kind: str, source: str, target: str) -> EventRecord:
    return EventRecord(kind=kind, source=source, target=target)


CLUSTER = LiveCluster(id="c1", name="logs", tags={}, is_broken=False)
WELL = Facts(
    name="logs",
    state="creating",
    history=(
        moved("submit", "", "pending"),
        moved("approve", "pending", "approved"),
        moved("claim", "approved", "sending"),
        moved("accept", "sending", "creating"),
    ),
    attempts=1,
    attempted_ids=frozenset({"c1"}),
    posts=1,
    answered_ids=frozenset({"c1"}),
    live_clusters=(CLUSTER,),
    max_live=1,
)


class TestInvariants:
    def test_hold_for_a_request_of_which_all_is_well(self):
        assert find_violations(WELL) == []

    def test_allow_no_two_clusters_at_once(self):
        assert "2 clusters at once" in find_violations(replace(WELL, max_live=2))[0]

    def test_want_an_alarm_where_an_assumption_is_broken(self):
        two = replace(WELL, max_live=2)
        assert "no operator was called" in find_violations(two, may_double=True)[0]
        assert find_violations(replace(two, needs="operator"), may_double=True) == []

    def test_allow_no_create_without_an_attempt(self):
        assert "2 creates" in find_violations(replace(WELL, posts=2))[0]

    def test_allow_no_id_to_be_lost(self):
        lost = replace(WELL, attempted_ids=frozenset(), live_clusters=())
        assert "no attempt has it" in find_violations(lost)[0]
        assert find_violations(replace(lost, live_clusters=(CLUSTER,))) == []

    def test_allow_no_failure_while_a_cluster_works(self):
        history = (*WELL.history, moved("break", "creating", "failed"))
        failed = replace(WELL, state="failed", history=history)
        assert find_violations(failed) == ["failed, and its cluster works"]
        is_303 = replace(CLUSTER, is_broken=True)
        assert find_violations(replace(failed, live_clusters=(is_303,))) == []

    def test_allow_no_move_that_the_table_of_moves_lacks(self):
        history = (*WELL.history, moved("claim", "creating", "sending"))
        assert (
            "no transition claim" in find_violations(replace(WELL, history=history))[0]
        )

    def test_allow_no_gap_between_moves(self):
        history = (*WELL.history[:2], WELL.history[3])
        assert (
            "which was approved" in find_violations(replace(WELL, history=history))[0]
        )

    def test_want_the_history_to_be_chained(self):
        assert find_violations(replace(WELL, is_chained=False)) == [
            "the history is not chained"
        ]


class TestFaultCases:
    def test_are_all_of_the_fault_table_but_the_one_that_a_test_plays(self):
        assert ALL_CASES is FAULT_CASES
        assert set(FAULT_TABLE) - set(FAULT_CASES) == set(TESTED_ELSEWHERE)

    def test_can_be_played_on_each_backend(self):
        for variants in FAULT_CASES.values():
            backends = {each for case in variants.values() for each in case.backends}
            assert backends == {"sqlite", "redis", "rabbitmq"}
