"""Each of the 63 bad inputs is refused by a field and, independently, by the simulator."""

import pytest

from clusters import rules
from clusters.cloud.types import CreateApi, Tag, Volume
from clusters.domain.catalog import Catalog
from clusters.forms import RequestForm
from clusters.options import Option
from clusters.simulator.world import World
from tests.factories import spec
from tests.unit.ask.made import posted
from tests.unit.bad_inputs.bodies import (
    BAD_INPUTS,
    body,
    catalog_of,
    create,
    status_and_code,
    valid_body,
)
from tests.unit.bad_inputs.calls import CALLS
from tests.unit.bad_inputs.table import (
    ACCEPTED_AND_FAILS_LATER,
    INVALID_INPUTS,
    MESSAGES,
    NOT_IN_THE_FORM,
    InvalidInput,
)
from tests.unit.simulator.caller import Caller

GROUP_WEB_ONLY = "c2637485-d0e1-42f3-8465-708192a3b4c5"
PLACED = {
    "backup_bucket": "example-css-backup",
    "backup_base_path": "css_repository/logs-search",
    "backup_agency": "css_obs_agency",
}
EACH = [
    pytest.param(number, wrong, api, id=f"{number} {api} {position}")
    for number, wrongs in INVALID_INPUTS.items()
    for position, wrong in enumerate(wrongs)
    for api in wrong.apis
]


@pytest.fixture(scope="module")
def offered() -> Catalog:
    return catalog_of(World())


@pytest.fixture
def caller() -> Caller:
    caller = Caller.of(World())
    caller.sign_in()
    return caller


def filled(offered: Catalog, api: CreateApi, **typed: object) -> RequestForm:
    return RequestForm(
        posted(**{**PLACED, **typed}),
        catalog=offered,
        cloud_projects=[Option(value="demo", label="demo")],
        api=api,
    )


class TestBadInputs:
    def test_are_all_covered(self) -> None:
        in_the_form = {*INVALID_INPUTS, ACCEPTED_AND_FAILS_LATER}
        assert sorted(BAD_INPUTS) == list(range(1, 64))
        assert in_the_form | set(NOT_IN_THE_FORM) == set(BAD_INPUTS)
        assert not in_the_form & set(NOT_IN_THE_FORM)
        assert set(CALLS) == set(NOT_IN_THE_FORM)
        assert all(CALLS.values())

    @pytest.mark.parametrize(("number", "wrong", "api"), EACH)
    def test_are_refused_by_the_field(
        self, offered: Catalog, number: int, wrong: InvalidInput, api: CreateApi
    ) -> None:
        form = filled(offered, api, **wrong.typed)
        assert wrong.field in form.errors
        [sentence] = form.errors[wrong.field]
        assert MESSAGES.get(number, ".") in sentence

    @pytest.mark.parametrize(("number", "wrong", "api"), EACH)
    def test_are_refused_by_the_simulator_independently(
        self, caller: Caller, number: int, wrong: InvalidInput, api: CreateApi
    ) -> None:
        answer = create(caller, api, body(api, **wrong.body))
        assert status_and_code(answer) in BAD_INPUTS[number]["answers"]

    @pytest.mark.parametrize("number", NOT_IN_THE_FORM)
    def test_outside_the_form_are_refused_by_the_simulator(self, number: int) -> None:
        answers = BAD_INPUTS[number]["answers"]
        assert NOT_IN_THE_FORM[number]
        for call in CALLS[number]:
            found = status_and_code(call())
            assert found in answers or found.split()[0] in answers

    @pytest.mark.parametrize("api", list(CreateApi))
    def test_differ_from_a_valid_body(
        self, offered: Catalog, caller: Caller, api: CreateApi
    ) -> None:
        assert filled(offered, api).errors == {}
        assert create(caller, api, body(api)).status_code == 200

    @pytest.mark.parametrize("api", list(CreateApi))
    def test_include_a_security_group_without_port_9200(
        self, offered: Catalog, caller: Caller, api: CreateApi
    ) -> None:
        form = filled(offered, api, security_group_id=GROUP_WEB_ONLY)
        assert list(form.errors) == ["security_group_id"]
        wrong = body(api, instance__nics__securityGroupId=GROUP_WEB_ONLY)
        answer = create(caller, api, wrong)
        assert (
            status_and_code(answer) in BAD_INPUTS[ACCEPTED_AND_FAILS_LATER]["answers"]
        )


class TestSpecs:
    """Bad inputs that a spec can express but the form cannot."""

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"flavor": "ess.spec-i3small"}, "volume_size"),
            ({"volume": Volume(type="ESSD", size_gb=100)}, "volume_type"),
            ({"tags": (Tag(key="", value="v"),)}, "tags"),
            ({"tags": (Tag(key="k" * 37, value="v"),)}, "tags"),
            ({"tags": (Tag(key="a b", value="v"),)}, "tags"),
            ({"tags": (Tag(key="sys_a", value="v"),)}, "tags"),
            ({"tags": (Tag(key="portal-request", value="v"),)}, "tags"),
            ({"tags": (Tag(key="k", value="v" * 44),)}, "tags"),
            ({"tags": (Tag(key="k", value="a b"),)}, "tags"),
            ({"tags": (Tag(key="k", value="1"), Tag(key="k", value="2"))}, "tags"),
            ({"tags": tuple(Tag(key=f"k{n}", value="") for n in range(10))}, "tags"),
            ({"enterprise_project_id": "x"}, "enterprise_project_id"),
            ({"enterprise_project_id": "00"}, "enterprise_project_id"),
        ],
    )
    def test_are_refused(
        self, offered: Catalog, changes: dict[str, object], field: str
    ) -> None:
        zones = (
            ("cn-north-4a", "cn-north-4c") if "volume" in changes else ("cn-north-4a",)
        )
        requested = spec(**{"availability_zones": zones, **changes})
        found = rules.problems(requested, offered, api=CreateApi.V1)
        assert [each.field for each in found] == [field]

    @pytest.mark.parametrize(
        "changes",
        [
            {"flavor": "ess.spec-i3small", "volume": None},
            {
                "tags": tuple(
                    Tag(key="k" * 35 + str(n), value="v" * 43) for n in range(9)
                )
            },
            {"enterprise_project_id": "0"},
            {"enterprise_project_id": "4f6d2a10-8c3b-4e57-9b1a-2d3c4b5a6978"},
            {"volume": Volume(type="ESSD", size_gb=100)},
        ],
    )
    def test_are_accepted_at_their_limits(
        self, offered: Catalog, changes: dict[str, object]
    ) -> None:
        assert rules.problems(spec(**changes), offered, api=CreateApi.V1) == ()

    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"datastore": None}, ["datastore"]),
            ({"availability_zones": ()}, ["availability_zones"]),
            (
                {"backup": spec().backup},
                ["backup_bucket", "backup_base_path", "backup_agency"],
            ),
        ],
    )
    def test_need_more_for_v2_than_for_v1(
        self, offered: Catalog, changes: dict[str, object], fields: list[str]
    ) -> None:
        requested = spec(**{"backup": None, **changes})
        assert rules.problems(requested, offered, api=CreateApi.V1) == ()
        found = rules.problems(requested, offered, api=CreateApi.V2)
        assert [each.field for each in found] == fields


class TestValidBody:
    def test_has_the_documented_bucket(self) -> None:
        assert (
            valid_body()["cluster"]["backupStrategy"]["bucket"] == "example-css-backup"
        )
