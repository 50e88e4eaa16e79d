"""Each of the vendor's 63 bad inputs: refused by a field, and by the cloud on its own."""

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
    right_body,
    said,
)
from tests.unit.bad_inputs.calls import CALLS
from tests.unit.bad_inputs.table import (
    NOT_IN_THE_FORM,
    SAYS,
    TAKEN_AND_FAILS_LATER,
    WRONG,
    Wrong,
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
    for number, wrongs in WRONG.items()
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
    def test_are_all_walked(self) -> None:
        in_the_form = {*WRONG, TAKEN_AND_FAILS_LATER}
        assert sorted(BAD_INPUTS) == list(range(1, 64))
        assert in_the_form | set(NOT_IN_THE_FORM) == set(BAD_INPUTS)
        assert not in_the_form & set(NOT_IN_THE_FORM)
        assert set(CALLS) == set(NOT_IN_THE_FORM)
        assert all(CALLS.values())

    @pytest.mark.parametrize(("number", "wrong", "api"), EACH)
    def test_are_refused_by_the_field(
        self, offered: Catalog, number: int, wrong: Wrong, api: CreateApi
    ) -> None:
        form = filled(offered, api, **wrong.typed)
        assert wrong.field in form.errors
        [sentence] = form.errors[wrong.field]
        assert SAYS.get(number, ".") in sentence

    @pytest.mark.parametrize(("number", "wrong", "api"), EACH)
    def test_are_refused_by_the_cloud_on_its_own(
        self, caller: Caller, number: int, wrong: Wrong, api: CreateApi
    ) -> None:
        answer = create(caller, api, body(api, **wrong.body))
        assert said(answer) in BAD_INPUTS[number]["answers"]

    @pytest.mark.parametrize("number", NOT_IN_THE_FORM)
    def test_beyond_the_form_are_refused_by_the_cloud(self, number: int) -> None:
        answers = BAD_INPUTS[number]["answers"]
        assert NOT_IN_THE_FORM[number]
        for call in CALLS[number]:
            found = said(call())
            assert found in answers or found.split()[0] in answers

    @pytest.mark.parametrize("api", list(CreateApi))
    def test_are_the_only_thing_wrong(
        self, offered: Catalog, caller: Caller, api: CreateApi
    ) -> None:
        assert filled(offered, api).errors == {}
        assert create(caller, api, body(api)).status_code == 200

    @pytest.mark.parametrize("api", list(CreateApi))
    def test_hide_no_port_that_is_shut(
        self, offered: Catalog, caller: Caller, api: CreateApi
    ) -> None:
        form = filled(offered, api, security_group_id=GROUP_WEB_ONLY)
        assert list(form.errors) == ["security_group_id"]
        wrong = body(api, instance__nics__securityGroupId=GROUP_WEB_ONLY)
        answer = create(caller, api, wrong)
        assert said(answer) in BAD_INPUTS[TAKEN_AND_FAILS_LATER]["answers"]


class TestSpecs:
    """What no form can say yet, but a spec can."""

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
        wish = spec(**{"availability_zones": zones, **changes})
        found = rules.problems(wish, offered, api=CreateApi.V1)
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
    def test_are_taken_at_their_limits(
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
        wish = spec(**{"backup": None, **changes})
        assert rules.problems(wish, offered, api=CreateApi.V1) == ()
        found = rules.problems(wish, offered, api=CreateApi.V2)
        assert [each.field for each in found] == fields


class TestRightBody:
    def test_is_what_the_vendor_documents(self) -> None:
        assert (
            right_body()["cluster"]["backupStrategy"]["bucket"] == "example-css-backup"
        )
