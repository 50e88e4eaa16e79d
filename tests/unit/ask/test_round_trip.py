"""Form, spec, body and spec again: nothing that was asked for changes on its way."""

from dataclasses import replace

import pytest

from clusters.cloud.huawei.body import api_of
from clusters.cloud.types import ClusterSpec, CreateApi
from tests.unit.ask.drawn_specs import EXAMPLES, drawn, legal_specs
from tests.unit.ask.verdicts import body_of, form_of
from tests.unit.cloud.body_reading import spec_of_body

APIS = pytest.mark.parametrize("api", list(CreateApi))


def sent(spec: ClusterSpec, api: CreateApi) -> ClusterSpec:
    """Return the spec without what this version of the create call cannot say."""
    return spec if api is CreateApi.V2 else replace(spec, description="")


class TestALegalSpec:
    @APIS
    @pytest.mark.parametrize("examples", EXAMPLES)
    def test_is_the_same_after_form_and_body(
        self, api: CreateApi, examples: int
    ) -> None:
        @drawn(legal_specs(api), examples)
        def is_the_same(spec: ClusterSpec) -> None:
            form = form_of(spec, api)
            assert form.is_valid(), form.errors
            assert form.to_spec() == spec
            body = body_of(form.to_spec(), api)
            assert api_of(body) is api
            assert spec_of_body(body) == sent(spec, api)

        is_the_same()
