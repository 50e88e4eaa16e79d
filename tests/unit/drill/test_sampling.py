"""Which rows of the fault table a seed plays."""

import pytest

from tests.drill.sampling import ROWS_A_SEED, rows_of, variant_of

NUMBERS = [*range(1, 48), *range(49, 59)]


class TestRows:
    def test_are_as_many_different_ones_as_a_seed_plays(self):
        for seed in range(30):
            assert len(set(rows_of(seed, NUMBERS))) == ROWS_A_SEED

    def test_are_the_same_for_the_same_seed(self):
        assert rows_of(7, NUMBERS) == rows_of(7, list(reversed(NUMBERS)))

    @pytest.mark.parametrize("first", range(12))
    def test_of_five_consecutive_seeds_are_all_rows(self, first: int):
        drawn = {n for seed in range(first, first + 5) for n in rows_of(seed, NUMBERS)}
        assert drawn == set(NUMBERS)

    def test_differ_beyond_the_window_from_round_to_round(self):
        assert rows_of(1, NUMBERS) != rows_of(6, NUMBERS)

    def test_grow_where_five_seeds_would_not_reach_all(self):
        many = range(1, 101)
        drawn = {number for seed in range(5) for number in rows_of(seed, many)}
        assert drawn == set(many)


class TestVariant:
    def test_is_each_of_them_some_time(self):
        ways = ("before", "during", "after")
        assert {variant_of(seed, 3, ways) for seed in range(30)} == set(ways)

    def test_is_the_same_for_the_same_seed(self):
        ways = ("before", "during", "after")
        assert variant_of(4, 3, ways) == variant_of(4, 3, ways)
