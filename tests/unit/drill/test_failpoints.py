"""Points that a drill puts into functions of the product."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.drill import clock_shift, failpoints
from tests.drill.failpoints import Action, Failpoint, install
from tests.drill.fault_cases import failpoint_targets
from tests.unit.drill import struck as here


@pytest.fixture(autouse=True)
def struck(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done instead of killing the process of the tests."""
    done: list[str] = []
    actions = {Action.KILL: lambda point, reached: done.append("struck")}
    monkeypatch.setattr(failpoints, "_ACTIONS", actions)
    monkeypatch.setattr(here, "strike_me", here.strike_me)
    monkeypatch.setattr(here, "outer", here.outer)
    return done


def point(**how: object) -> Failpoint:
    return Failpoint(where=f"{here.__name__}:strike_me", action=Action.KILL, **how)


class TestPoint:
    def test_strikes_before_the_call(self, struck: list[str], tmp_path: Path):
        install(point(), tmp_path / "reached")
        assert here.strike_me(struck) == "done"
        assert struck == ["struck", "ran"]

    def test_strikes_after_it_returned(self, struck: list[str], tmp_path: Path):
        install(point(after=True), tmp_path / "reached")
        here.strike_me(struck)
        assert struck == ["ran", "struck"]

    def test_strikes_the_nth_call_and_no_other(self, struck: list[str], tmp_path: Path):
        install(point(nth=2), tmp_path / "reached")
        for _ in range(3):
            here.strike_me(struck)
        assert struck == ["ran", "struck", "ran", "ran"]

    def test_strikes_only_within_another_function(
        self, struck: list[str], tmp_path: Path
    ):
        install(point(within=f"{here.__name__}:outer"), tmp_path / "reached")
        here.strike_me(struck)
        assert struck == ["ran"]
        here.outer(struck)
        assert struck == ["ran", "struck", "ran"]

    def test_says_first_that_it_was_reached(self, struck: list[str], tmp_path: Path):
        install(point(), tmp_path / "reached")
        assert not (tmp_path / "reached").exists()
        here.strike_me(struck)
        assert (tmp_path / "reached").read_text() == f"{here.__name__}:strike_me\n"

    def test_refuses_a_function_that_is_not_there(self, tmp_path: Path):
        where = "clusters.operations.provisioning.provision:_gone"
        with pytest.raises(AttributeError):
            install(Failpoint(where=where, action=Action.KILL), tmp_path / "reached")


class TestPlaces:
    def test_are_functions_of_the_product(self):
        found = {
            name: text
            for name, text in vars(failpoint_targets).items()
            if name.isupper() and not name.startswith("_")
        }
        assert len(found) > 8
        for where in found.values():
            owner, name = failpoints._found(where)
            assert callable(getattr(owner, name))


class TestClocks:
    def test_are_off_by_what_was_shifted(self, monkeypatch: pytest.MonkeyPatch):
        offset = SimpleNamespace(seconds=0.0)
        monkeypatch.setattr(clock_shift, "_offset", offset)
        clock_shift.shift(-3600)
        assert clock_shift._shifted_time() == pytest.approx(time.time() - 3600, abs=5)
        assert clock_shift._shifted_now().timestamp() == pytest.approx(
            time.time() - 3600, abs=5
        )
