"""Clocks and limits."""

from datetime import timedelta

import pytest

from clusters.domain.engine_settings import EngineSettings


class TestEngine:
    def test_bounds_a_call_by_both_timeouts_together(self):
        assert EngineSettings(connect_timeout=5, read_timeout=60).call == timedelta(
            seconds=65
        )

    def test_owns_a_row_for_two_calls(self):
        assert EngineSettings(connect_timeout=1, read_timeout=2).claim == timedelta(
            seconds=6
        )

    @pytest.mark.parametrize(
        ("failures", "seconds"),
        [(0, 15), (1, 15), (2, 30), (3, 60), (9, 300), (99, 300)],
    )
    def test_backs_off_doubling_up_to_five_minutes(self, failures, seconds):
        back_off = EngineSettings(reconcile_seconds=15).back_off(failures)
        assert back_off == timedelta(seconds=seconds)
