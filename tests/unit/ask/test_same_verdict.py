"""
What the form lets through the cloud takes, and what the cloud takes the form lets through.

The rules of the portal and the checks of the simulated cloud share no code (import
contracts in pyproject.toml) and are both written from the vendor's pages: where one of them
has a mistake, the other does not, and some drawn spec shows it.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from clusters.cloud.types import CreateApi
from tests.unit.ask.drawn_specs import edge_specs, legal_specs
from tests.unit.ask.verdicts import disagreement, refusal_of

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
APIS = pytest.mark.parametrize("api", list(CreateApi))
MISTAKES: list[tuple[str, Any]] = [
    ("clusters.rules.size.VOLUME_STEP_GB", 10),
    ("clusters.rules.identity.NAME_LENGTH", (3, 32)),
    ("clusters.rules.labels.LONGEST_KEY", 37),
    ("clusters.rules.backup.KEPT", (1, 91)),
    ("clusters.rules.labels.MAX_TAGS", 8),
    ("clusters.simulator.checks.size._MAX_NODES", 31),
    ("clusters.simulator.checks.options._MAX_TAGS", 11),
    ("clusters.simulator.checks.access._MAX_BANDWIDTH_MBIT", 199),
    ("clusters.simulator.checks.roles._FIXED_DISK_GB", 60),
    ("clusters.simulator.checks.roles._MAX_DATA_NODES_WITH_MASTERS", 100),
]
"""A limit of one side, and a wrong value for it."""


class TestFormAndCloud:
    @APIS
    @settings(max_examples=50, suppress_health_check=SLOW)
    @given(data=st.data())
    def test_agree_on_every_spec(self, api: CreateApi, data: st.DataObject) -> None:
        spec = data.draw(edge_specs(api))
        assert disagreement(spec, api) is None

    @APIS
    @settings(max_examples=200, suppress_health_check=SLOW)
    @given(data=st.data())
    def test_are_asked_about_specs_that_the_cloud_takes(
        self, api: CreateApi, data: st.DataObject
    ) -> None:
        """Without this, two sides that refuse everything would agree."""
        assert refusal_of(data.draw(legal_specs(api)), api) == ""

    @pytest.mark.parametrize(("limit", "wrong"), MISTAKES)
    def test_disagree_where_one_of_them_has_a_wrong_limit(
        self, monkeypatch: pytest.MonkeyPatch, limit: str, wrong: Any
    ) -> None:
        monkeypatch.setattr(limit, wrong)
        find(
            edge_specs(CreateApi.V2),
            lambda spec: disagreement(spec, CreateApi.V2) is not None,
            settings=settings(
                max_examples=5000,
                phases=[Phase.generate],
                database=None,
                suppress_health_check=SLOW,
            ),
        )
