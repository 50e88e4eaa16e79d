"""The JSON format of a spec."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.cloud.types import ClusterSpec
from clusters.domain import spec_json

SPECS = st.from_type(ClusterSpec)


class TestSpec:
    @given(SPECS)
    def test_round_trips_through_json(self, spec: ClusterSpec) -> None:
        assert (
            spec_json.from_json(json.loads(json.dumps(spec_json.to_json(spec)))) == spec
        )

    @pytest.mark.parametrize("data", [{}, {"name": "a"}, {"volume": 3}])
    def test_refuses_other_json(self, data: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="no spec"):
            spec_json.from_json(data)
