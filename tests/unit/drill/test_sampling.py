"""Which fault cases a seed runs."""

import pytest

from tests.drill.runner import CaseRun
from tests.drill.sampling import CASES_PER_SEED, cases_of, first_of_each, variant_of

NUMBERS = [*range(1, 48), *range(49, 59)]


class TestCases:
    def test_are_different_ones_and_as_many_as_a_seed_runs(self):
        for seed in range(30):
            assert len(set(cases_of(seed, NUMBERS))) == CASES_PER_SEED

    def test_are_the_same_for_the_same_seed(self):
        assert cases_of(7, NUMBERS) == cases_of(7, list(reversed(NUMBERS)))

    @pytest.mark.parametrize("first", range(12))
    def test_of_five_consecutive_seeds_are_all_cases(self, first: int):
        drawn = {n for seed in range(first, first + 5) for n in cases_of(seed, NUMBERS)}
        assert drawn == set(NUMBERS)

    def test_differ_beyond_the_window_from_round_to_round(self):
        assert cases_of(1, NUMBERS) != cases_of(6, NUMBERS)

    def test_grow_where_five_seeds_would_not_reach_all(self):
        many = range(1, 101)
        drawn = {number for seed in range(5) for number in cases_of(seed, many)}
        assert drawn == set(many)


class TestVariant:
    def test_is_each_of_them_in_some_seed(self):
        ways = ("before", "during", "after")
        assert {variant_of(seed, 3, ways) for seed in range(30)} == set(ways)

    def test_is_the_same_for_the_same_seed(self):
        ways = ("before", "during", "after")
        assert variant_of(4, 3, ways) == variant_of(4, 3, ways)


class TestOnce:
    def test_leaves_each_case_of_five_seeds_in_and_each_second_one_out(self):
        runs = [
            CaseRun(seed=seed, case=number, variant="")
            for seed in range(1, 6)
            for number in cases_of(seed, NUMBERS)
        ]
        cases = [run.case for run in first_of_each(runs)]
        assert sorted(cases) == NUMBERS
        assert len(runs) > len(NUMBERS)

    def test_counts_a_case_in_two_variants_as_one(self):
        runs = [CaseRun(seed=seed, case=24, variant=f"{seed}") for seed in (1, 2)]
        assert first_of_each(runs) == runs[:1]
