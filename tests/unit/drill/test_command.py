"""`manage.py crash_drill` where the drill is not there, as in the image."""

import sys

import pytest
from django.core.management import CommandError, call_command


class TestCrashDrill:
    @pytest.mark.parametrize("module", ["tests", "tests.drill", "tests.drill.command"])
    def test_needs_a_checkout(
        self, module: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("tests.drill.command", module):
            monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(CommandError, match="needs a checkout"):
            call_command("crash_drill", seeds=1, backend="sqlite")
