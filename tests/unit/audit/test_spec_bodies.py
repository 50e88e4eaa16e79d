"""What a stored spec makes, computed by templates, is what the portal itself would send."""

import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.cloud.types import BackupPolicy, CreateApi, Tag
from clusters.domain import spec_json
from clusters.operations.audit.request_columns import RequestRow
from clusters.operations.audit.spec_bodies import made_by
from clusters.operations.core.request_body import body_of
from tests.factories import spec

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.sampled_from(
    ["logs", "name", "x", "name-", 'a"b', "größer"]
)
REQUEST = uuid.UUID("1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b")


def row(name: str, kept: Any, request_id: str = REQUEST.hex) -> RequestRow:
    """Return a request with this spec, which is JSON or a text."""
    text = kept if isinstance(kept, str) else json.dumps(kept)
    return RequestRow(request_id, name, "", 0, "", 0, "", text, "", "", "", "")


@st.composite
def specs(draw: st.DrawFn) -> Any:
    """Draw a spec in which other values look like its name."""
    name = draw(NAMES)
    others = st.sampled_from([name, f'"name": "{name}"', "", "another"])
    return spec(
        name,
        description=draw(others),
        tags=(Tag(key=draw(NAMES), value=draw(others)),),
        backup=BackupPolicy(period="16:00", prefix=draw(others), keepday=7),
    )


class TestASpec:
    @given(specs(), st.uuids(), st.booleans(), st.booleans())
    def test_makes_the_bodies_that_are_sent(
        self, asked: Any, request_id: uuid.UUID, is_hex: bool, is_ascii: bool
    ) -> None:
        text = json.dumps(spec_json.to_json(asked), ensure_ascii=is_ascii)
        made = made_by(
            row(asked.name, text, request_id.hex if is_hex else str(request_id))
        )
        assert made is not None
        assert made.bodies == tuple(
            body_of(asked, request_id, api).decode() for api in CreateApi
        )
        assert made[1:] == (asked.name, asked.flavor, asked.instance_num)

    def test_of_another_name_than_the_row_is_not_taken_for_its_own(self) -> None:
        made = made_by(row("other", spec_json.to_json(spec("logs"))))
        assert made is not None
        assert made.name == "logs"

    def test_that_hides_the_name_elsewhere_is_not_taken_for_its_own(self) -> None:
        kept = spec_json.to_json(spec("logs"))
        hidden = json.dumps(kept | {"vpc_id": "x"}).replace(
            '"x"', '"\\"name\\": \\"a\\""'
        )
        made = made_by(row("a", hidden))
        assert made is not None
        assert made.name == "logs"

    @pytest.mark.parametrize(
        "kept",
        ["", "[1]", "{}", '{"name": "a"}', "null", "[" * 100_000, '{"tags": 1}'],
    )
    def test_that_is_none_makes_nothing(self, kept: str) -> None:
        assert made_by(row("a", kept)) is None

    @pytest.mark.parametrize(
        "change",
        [{"name": 7}, {"flavor": None}, {"volume": {"name": "logs"}}, {"extra": 1}],
    )
    def test_with_other_types_makes_another_body(self, change: dict[str, Any]) -> None:
        kept = spec_json.to_json(spec("logs"))
        usual = body_of(spec("logs"), REQUEST, CreateApi.V1).decode()
        assert usual in (made_by(row("logs", kept)) or ((),))[0]
        assert usual not in (made_by(row("logs", kept | change)) or ((),))[0]
