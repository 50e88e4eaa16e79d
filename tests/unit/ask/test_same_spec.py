"""A legal spec survives the way to the form and back, for both versions of the call."""

from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters.cloud.types import ClusterSpec, CreateApi
from clusters.forms import RequestForm, values_of
from clusters.options import Option
from tests.unit.ask.legal import legal_specs
from tests.unit.ask.made import catalog

CATALOG = catalog()
PROJECTS = [Option(value="demo", label="demo")]


def asked(spec: ClusterSpec, api: CreateApi) -> RequestForm:
    """Return the form as a browser would send it for this spec."""
    values: dict[str, Any] = {"cloud_project": "demo", **values_of(spec)}
    data = MultiValueDict(
        {
            name: value if isinstance(value, list) else [value]
            for name, value in values.items()
        }
    )
    return RequestForm(data, catalog=CATALOG, api=api, cloud_projects=PROJECTS)


class TestLegalSpec:
    @pytest.mark.parametrize("api", CreateApi)
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_is_the_same_after_the_form(self, api: CreateApi, data: Any) -> None:
        spec = data.draw(legal_specs(api))
        bound = asked(spec, api)
        assert bound.errors == {}
        assert bound.to_spec() == spec
