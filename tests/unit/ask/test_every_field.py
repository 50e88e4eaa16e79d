"""Each field of the form goes its whole way; a step that was left out fails here."""

from dataclasses import MISSING, fields, replace
from typing import Any, Final

import pytest

from clusters.cloud.huawei.body import build_body
from clusters.cloud.types import ClusterSpec, CreateApi
from clusters.domain import spec_json
from clusters.forms import RequestForm, values_of
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core.request_body import preview_body
from clusters.views.request.spec_summary import SpecLine, summarize_spec
from tests.unit.ask.made import FILLED, RIGHT, SECRETS, whole_form

KEPT_IN_THE_PORTAL: Final = {"cloud_project", "reason", "watchers", *SECRETS}
"""Fields of the form that are no part of the spec."""
OPTIONAL: Final = [
    each.name for each in fields(ClusterSpec) if each.default is not MISSING
]


def lines(spec: ClusterSpec) -> tuple[SpecLine, ...]:
    """Return what approvers read of a request for this spec."""
    project = CloudProject(name="demo", api_version=CreateApi.V2.value)
    row = ClusterRequest(
        spec=spec_json.to_json(spec),
        body=preview_body(spec, project),
        cloud_project=project,
    )
    return summarize_spec(row)


def bodies(spec: ClusterSpec) -> list[dict[str, Any]]:
    """Return the bodies of both versions; some fields are sent by one of them only."""
    return [build_body(spec, api=api) for api in CreateApi]


def without(spec: ClusterSpec, name: str) -> ClusterSpec:
    """Return the spec with the default of this field, which asks for nothing."""
    defaults: dict[str, Any] = {each.name: each.default for each in fields(spec)}
    return replace(spec, **{name: defaults[name]})


def in_the_spec(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of fields that are part of the spec."""
    return {
        name: value for name, value in values.items() if name not in KEPT_IN_THE_PORTAL
    }


class TestEveryFieldOfTheForm:
    def test_is_in_the_data_of_the_tests(self) -> None:
        assert set(RIGHT) == set(RequestForm.base_fields)

    def test_is_valid_here(self) -> None:
        assert whole_form().errors == {}

    def test_is_filled_here(self) -> None:
        assert [name for name, value in FILLED.items() if not value] == []

    def test_goes_into_the_spec_and_comes_back_from_it(self) -> None:
        assert in_the_spec(values_of(whole_form().to_spec())) == in_the_spec(FILLED)


class TestEveryFieldOfTheSpec:
    def test_is_filled_by_the_form(self) -> None:
        spec = whole_form().to_spec()
        assert [
            each.name for each in fields(spec) if not getattr(spec, each.name)
        ] == []

    @pytest.mark.parametrize("name", OPTIONAL)
    def test_is_shown_to_approvers(self, name: str) -> None:
        spec = whole_form().to_spec()
        assert lines(spec) != lines(without(spec, name))

    @pytest.mark.parametrize("name", OPTIONAL)
    def test_is_in_the_body_of_a_create(self, name: str) -> None:
        spec = whole_form().to_spec()
        assert bodies(spec) != bodies(without(spec, name))
