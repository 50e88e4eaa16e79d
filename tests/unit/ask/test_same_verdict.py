"""
What the form lets through the cloud takes, and what the cloud takes the form lets through.

The rules of the portal and the checks of the simulated cloud share no code (import
contracts in pyproject.toml) and are both written from the vendor's pages: where one of them
has a mistake, the other does not, and some drawn spec shows it.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, settings

from clusters.cloud.types import ClusterSpec, CreateApi, Tag
from tests.unit.ask.drawn_specs import (
    EXAMPLES,
    Twist,
    drawn,
    edge_specs,
    legal_specs,
    set_one,
    set_part,
)
from tests.unit.ask.verdicts import disagreement, refusal_of

QUICK = settings(
    max_examples=500,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)
APIS = pytest.mark.parametrize("api", list(CreateApi))


def tag(key: str) -> tuple[Tag, ...]:
    return (Tag(key=key, value="v"),)


NINE = tuple(Tag(key=f"k{number}", value="v") for number in range(9))


MISTAKES: list[tuple[str, Any, Twist | None]] = [
    ("rules.identity.NAME_LENGTH", (3, 32), set_one("name", ["abc", "abcd"])),
    ("rules.size.NODES", (1, 31), set_one("instance_num", [31, 32])),
    ("rules.labels.LONGEST_KEY", 37, set_one("tags", [tag("k" * 37)])),
    ("rules.labels.LONGEST_KEY", 35, set_one("tags", [tag("k" * 36)])),
    ("rules.backup.KEPT", (1, 91), set_part("backup", "keepday", [90, 91])),
    ("rules.backup.MAX_BASE_PATH", 511, set_part("backup", "base_path", ["a" * 512])),
    ("simulator.checks.size._DISK_STEP_GB", 40, None),
    ("simulator.checks.size._MAX_ZONES", 2, None),
    ("simulator.checks.options._MAX_TAGS", 9, set_one("tags", [NINE])),
    (
        "simulator.checks.options._MAX_DESCRIPTION_LENGTH",
        100,
        set_one("description", ["d" * 128]),
    ),
    (
        "simulator.checks.access._MAX_BANDWIDTH_MBIT",
        100,
        set_part("kibana", "bandwidth_mbit", [101, 200]),
    ),
    ("simulator.checks.roles._FIXED_DISK_GB", 60, None),
    ("simulator.checks.roles._MAX_DATA_NODES_WITH_MASTERS", 100, None),
]
"""
A limit of one side, a wrong value for it, and the values that tell, where few of the drawn
specs have them (so that the test does not have to draw thousands).
"""


class TestFormAndCloud:
    @APIS
    @pytest.mark.parametrize("examples", EXAMPLES)
    def test_agree_on_every_spec(self, api: CreateApi, examples: int) -> None:
        @drawn(edge_specs(api), examples)
        def agree(spec: ClusterSpec) -> None:
            assert disagreement(spec, api) is None

        agree()

    @APIS
    def test_are_asked_about_specs_that_the_cloud_takes(self, api: CreateApi) -> None:
        """Without this, two sides that refuse everything would agree."""

        @drawn(legal_specs(api), 100)
        def is_taken(spec: ClusterSpec) -> None:
            assert refusal_of(spec, api) == ""

        is_taken()

    @pytest.mark.parametrize(("limit", "wrong", "about"), MISTAKES)
    def test_disagree_where_one_of_them_has_a_wrong_limit(
        self,
        monkeypatch: pytest.MonkeyPatch,
        limit: str,
        wrong: Any,
        about: Twist | None,
    ) -> None:
        monkeypatch.setattr(f"clusters.{limit}", wrong)
        # Raises where it finds no spec.
        find(
            edge_specs(CreateApi.V2, about),
            lambda spec: disagreement(spec, CreateApi.V2) is not None,
            settings=QUICK,
        )
