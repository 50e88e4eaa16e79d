"""The order of the tests: slow files first, and every named file is there."""

from types import SimpleNamespace

import pytest

from tests.distribution import SLOW, SPLIT, TOGETHER, SlowFirst, slow_first
from tests.services.stack import ROOT


class TestSlowFirst:
    @pytest.mark.parametrize("file", [*SLOW, *sorted(SPLIT)])
    def test_names_files_that_are_there(self, file: str) -> None:
        assert (ROOT / file).is_file()

    def test_sorts_slow_files_and_leaves_the_others_in_their_order(self) -> None:
        others = ["tests/unit/b.py::test", "tests/unit/a.py::test"]
        ids = [*others, f"{SLOW[1]}::test_1", f"{SLOW[0]}::test", f"{SLOW[1]}::test_2"]
        items = [SimpleNamespace(nodeid=each) for each in ids]
        slow_first(items)
        assert [each.nodeid for each in items] == [ids[3], ids[2], ids[4], *others]

    def test_gives_out_a_split_file_test_by_test(self) -> None:
        split = SlowFirst._split_scope
        one, two = (f"{min(SPLIT)}::TestX::test_{number}" for number in (1, 2))
        assert split(None, one) != split(None, two)

    def test_gives_out_together_what_shares_a_portal(self) -> None:
        scopes = {SlowFirst._split_scope(None, f"{file}::test") for file in TOGETHER}
        assert len(scopes) == 1

    def test_gives_out_any_other_file_as_a_whole(self) -> None:
        split = SlowFirst._split_scope
        whole = next(file for file in SLOW if file not in {*SPLIT, *TOGETHER})
        one, two = (f"{whole}::TestX::test_{number}" for number in (1, 2))
        assert split(None, one) == split(None, two) == whole
