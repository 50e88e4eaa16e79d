"""Failpoints, and the clock that is shifted."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.drill import clock_shift, failpoints
from tests.drill.failpoints import Action, Failpoint, install
from tests.drill.fault_cases import failpoint_targets
from tests.unit.drill import failpoint_functions as here


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Records actions and calls, in place of killing the process of the tests."""
    done: list[str] = []
    actions = {Action.KILL: lambda failpoint, reached: done.append("acted")}
    monkeypatch.setattr(failpoints, "_ACTIONS", actions)
    monkeypatch.setattr(here, "target", here.target)
    monkeypatch.setattr(here, "outer", here.outer)
    return done


def failpoint(**how: object) -> Failpoint:
    return Failpoint(where=f"{here.__name__}:target", action=Action.KILL, **how)


class TestFailpoint:
    def test_acts_before_the_call(self, calls: list[str], tmp_path: Path):
        install(failpoint(), tmp_path / "reached")
        assert here.target(calls) == "done"
        assert calls == ["acted", "ran"]

    def test_acts_after_the_call_returned(self, calls: list[str], tmp_path: Path):
        install(failpoint(after=True), tmp_path / "reached")
        here.target(calls)
        assert calls == ["ran", "acted"]

    def test_acts_at_the_nth_call_and_no_other(self, calls: list[str], tmp_path: Path):
        install(failpoint(nth=2), tmp_path / "reached")
        for _ in range(3):
            here.target(calls)
        assert calls == ["ran", "acted", "ran", "ran"]

    def test_acts_only_within_another_function(self, calls: list[str], tmp_path: Path):
        install(failpoint(within=f"{here.__name__}:outer"), tmp_path / "reached")
        here.target(calls)
        assert calls == ["ran"]
        here.outer(calls)
        assert calls == ["ran", "acted", "ran"]

    def test_writes_down_first_that_it_was_reached(
        self, calls: list[str], tmp_path: Path
    ):
        install(failpoint(), tmp_path / "reached")
        assert not (tmp_path / "reached").exists()
        here.target(calls)
        assert (tmp_path / "reached").read_text() == f"{here.__name__}:target\n"

    def test_refuses_a_function_that_is_not_there(self, tmp_path: Path):
        where = "clusters.operations.provisioning.provision:_gone"
        with pytest.raises(AttributeError):
            install(Failpoint(where=where, action=Action.KILL), tmp_path / "reached")


class TestTargets:
    def test_are_functions_of_the_product(self):
        found = {
            name: text
            for name, text in vars(failpoint_targets).items()
            if name.isupper() and not name.startswith("_")
        }
        assert len(found) > 8
        for where in found.values():
            owner, name = failpoints._resolve(where)
            assert callable(getattr(owner, name))


class TestClockShift:
    def test_are_off_by_what_was_shifted(self, monkeypatch: pytest.MonkeyPatch):
        offset = SimpleNamespace(seconds=0.0)
        monkeypatch.setattr(clock_shift, "_offset", offset)
        clock_shift.shift(-3600)
        assert clock_shift._shifted_time() == pytest.approx(time.time() - 3600, abs=5)
        assert clock_shift._shifted_now().timestamp() == pytest.approx(
            time.time() - 3600, abs=5
        )
