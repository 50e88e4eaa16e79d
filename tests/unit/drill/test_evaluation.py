"""Results of cases: compared with the fault table, printed, and as JSON."""

from dataclasses import replace
from typing import Any

from clusters.models import ClusterRequest
from tests.drill.evaluation import CaseResult, compare, result_table, summary_by_case
from tests.drill.facts import EventRecord, Facts
from tests.drill.fault_case import Expected


def facts(*moves: tuple[str, str], **changes: Any) -> Facts:
    history = tuple(EventRecord(kind=kind, target=target) for kind, target in moves)
    return Facts(**{"name": "logs", "state": "active", "history": history, **changes})


MOVES = (
    ("submit", "pending"),
    ("approve", "approved"),
    ("claim", "sending"),
    ("accept", "creating"),
    ("ready", "active"),
)
EXPECTED = Expected(
    request=ClusterRequest(),
    path="approved sending creating active",
    end="active",
    posts=(0, 0),
    clusters=(0, 0),
)


class TestCompare:
    def test_finds_nothing_where_all_is_as_expected(self):
        assert compare(facts(*MOVES), EXPECTED) == []

    def test_names_another_path_and_another_end(self):
        found = compare(facts(*MOVES[:4], state="creating"), EXPECTED)
        assert found == [f"the path is not {EXPECTED.path}", "the end is not active"]

    def test_names_other_counts(self):
        assert compare(facts(*MOVES, posts=1), EXPECTED) == ["P is not in 0…0"]
        wanted = replace(EXPECTED, clusters=(1, 1))
        assert compare(facts(*MOVES), wanted) == ["N is not in 1…1"]

    def test_names_an_operator_who_was_called_or_was_not(self):
        called = facts(*MOVES, needs="operator")
        assert compare(called, EXPECTED) == ["an operator was called"]
        wanted = replace(EXPECTED, calls_operator=True)
        assert compare(facts(*MOVES), wanted) == ["no operator was called"]
        assert compare(called, replace(EXPECTED, calls_operator=None)) == []

    def test_forgives_a_claim_that_ran_out_before_the_gate(self):
        lapsed = (("claim", "sending"), ("release", "approved"))
        slow = facts(*MOVES[:2], *lapsed, *MOVES[2:])
        assert compare(slow, EXPECTED) == []

    def test_forgives_no_other_way_back(self):
        lost = (("claim", "sending"), ("lose", "unclear"), ("resend", "approved"))
        assert compare(facts(*MOVES[:2], *lost, *MOVES[2:]), EXPECTED) != []


class TestTable:
    def test_says_what_is_broken_and_goes_to_json_and_back(self):
        result = CaseResult(
            seed=1, case=5, variant="", path="approved", problems=("N is not in 1…1",)
        )
        assert CaseResult.from_json(result.to_json()) == result
        assert "BROKEN: N is not in 1…1" in result_table([result])[-1]
        assert result_table([replace(result, problems=())])[-1].endswith("| holds |")


class TestSummaryByCase:
    def test_counts_what_held_and_how_near_its_bound_the_slowest_came(self):
        quick = CaseResult(seed=1, case=5, variant="", posts=1, clusters=1)
        slow = replace(quick, seconds=8.0, lag=1.0, bound=14.0)
        broken = replace(quick, posts=2, problems=("too late",))
        assert summary_by_case([quick, slow, broken])[2:] == [
            "| 05 | 3 | 2 | 1…2 | 1 | 50% |"
        ]
