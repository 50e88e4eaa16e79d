"""Faults and console actions are sent to a simulator on this machine only."""

import pytest

from clusters.demo.simulator_client import SimulatorClient


class TestSimulatorClient:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:80@evil.test",
            "http://127.0.0.1.evil.test:80",
            "http://10.0.0.1:80",
            "https://css.test",
            "http://localhost:80",
            "http://127.0.0.1:80/other",
        ],
    )
    def test_refuses_any_other_address(self, url: str) -> None:
        with pytest.raises(ValueError, match="on this machine"):
            SimulatorClient(url)
