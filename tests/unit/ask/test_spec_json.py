"""A spec as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.cloud.types import ClusterSpec
from clusters.domain import spec_json

SPECS = st.from_type(ClusterSpec)


class TestSpec:
    @given(SPECS)
    def test_comes_back_from_json_as_it_was(self, spec: ClusterSpec) -> None:
        assert (
            spec_json.from_json(json.loads(json.dumps(spec_json.to_json(spec)))) == spec
        )

    @pytest.mark.parametrize("data", [{}, {"name": "a"}, {"volume": 3}])
    def test_is_not_made_of_anything_else(self, data: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="no spec"):
            spec_json.from_json(data)
