"""The folded groups: what opens them, what v1.0 disables, what is fixed or dropped."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from clusters.cloud.types import CreateApi
from clusters.forms import RequestForm, first_values
from clusters.forms.dependencies import DEPENDENCIES, dependents_of
from clusters.forms.folding import GROUPS
from clusters.options import Option
from clusters.rules.api_version import V2_PARTS
from tests.unit.ask.made import FILLED, catalog, form, whole_form

PROJECTS = [Option(value="demo", label="demo")]
V2_FIELDS = sorted(
    {
        *V2_PARTS.values(),
        *(sub for name in V2_PARTS.values() for sub in dependents_of(name)),
    }
)
OURS = "5d6e7f80-91a2-43b4-85c6-e7f8091a2b3c"
OTHER = "6e7f8091-a2b3-44c5-96d7-f8091a2b3c4d"


def first_form(api: CreateApi = CreateApi.V2, **named: Any) -> RequestForm:
    """Return the form as it is shown first."""
    return RequestForm(
        initial=first_values(catalog(), timezone="GMT+08:00"),
        catalog=catalog(),
        cloud_projects=PROJECTS,
        api=api,
        **named,
    )


def is_disabled(shown: RequestForm, name: str) -> bool:
    return " disabled" in str(shown[name]).split(">", 1)[0]


class TestGroups:
    @pytest.mark.parametrize("api", CreateApi)
    def test_are_folded_at_first(self, api: CreateApi) -> None:
        assert first_form(api).open_groups == frozenset()
        assert form(api).open_groups == frozenset()

    def test_open_by_themselves_for_a_value(self) -> None:
        assert whole_form().open_groups == set(GROUPS)

    @pytest.mark.parametrize(
        ("typed", "group"),
        [
            ({"security_mode": "on"}, "security"),
            ({"encryption_key_id": "x"}, "security"),
            ({"master_flavor": "gone"}, "nodes"),
            ({"cold_instance_num": "minus"}, "nodes"),
            ({"kibana_whitelist": "10.0.0.0/8"}, "access"),
            ({"vpc_endpoint": "perhaps"}, "access"),
            ({"tags": "a=b"}, "labels"),
            ({"watchers": "bob"}, "labels"),
        ],
    )
    def test_open_alone_for_what_they_hold(
        self, typed: dict[str, str], group: str
    ) -> None:
        assert form(CreateApi.V2, **typed).open_groups == {group}

    def test_stay_folded_for_what_the_page_sends_by_itself(self) -> None:
        untouched = {
            "master_instance_num": "3",
            "master_volume_type": "HIGH",
            "cold_volume_size": "100",
            "password_source": "generate",
            "vpc_endpoint": "off",
        }
        assert form(CreateApi.V2, **untouched).open_groups == frozenset()

    @pytest.mark.parametrize("group", GROUPS)
    def test_are_details_that_need_no_script(self, group: str) -> None:
        template = f"clusters/fragments/form_{group}.html"
        folded = render_to_string(template, {"form": first_form()})
        opened = render_to_string(template, {"form": whole_form()})
        assert re.search(r'<details class="group fold">\s*<summary>', folded)
        assert re.search(r'<details class="group fold" open>\s*<summary>', opened)

    def test_name_each_flavor_with_its_size(self) -> None:
        html = str(first_form()["master_flavor"])
        assert ">ess.spec-4u16g: 4 vCPU, 16 GB · 40 to 1,600 GB disk</option>" in html
        assert (
            '<option value="ess.spec-32u64g" disabled>ess.spec-32u64g: 4 vCPU, 16 GB'
            in html
        )

    def test_stand_in_the_order_of_the_page(self) -> None:
        names = list(first_form().fields)
        folded = [name for group in GROUPS.values() for name in group]
        assert names[0] == "cloud_project"
        assert names[-len(folded) - 1 :] == [*folded, "reason"]


class TestV1:
    @pytest.mark.parametrize("name", V2_FIELDS)
    def test_disables_what_it_cannot_say(self, name: str) -> None:
        assert is_disabled(first_form(CreateApi.V1), name)
        assert not is_disabled(first_form(CreateApi.V2), name)

    @pytest.mark.parametrize("name", V2_PARTS.values())
    def test_says_why_and_what_would_help(self, name: str) -> None:
        shown = first_form(CreateApi.V1)
        assert "needs the v2.0 call; ask an operator" in str(shown[name].help_text)
        assert f'aria-describedby="id_{name}_helptext"' in str(shown[name])
        for each in dependents_of(name):
            assert f'aria-describedby="id_{name}_helptext"' in str(shown[each])

    @pytest.mark.parametrize("name", V2_PARTS.values())
    def test_refuses_it_and_disables_nothing_that_was_sent(self, name: str) -> None:
        whole = {each: FILLED[each] for each in (name, *dependents_of(name))}
        sent = form(CreateApi.V1, **whole)
        assert name in sent.errors
        assert "needs the v2.0 call; ask an operator" in str(sent.errors[name])
        assert not any(is_disabled(sent, each) for each in whole)

    @pytest.mark.parametrize("name", ["public_whitelist", "vpc_endpoint_permissions"])
    def test_disables_no_text_that_somebody_typed(self, name: str) -> None:
        sent = form(CreateApi.V1, **{name: "10.0.0.0/8"})
        assert sent.errors == {}
        assert not is_disabled(sent, name)

    def test_takes_security_mode_and_tags(self) -> None:
        bound = form(CreateApi.V1, security_mode="on", https_enabled="on", tags="a=b")
        assert bound.errors == {}
        assert not is_disabled(bound, "security_mode")


class TestDependencies:
    @pytest.mark.parametrize(
        "name",
        sorted({name for each in DEPENDENCIES if each.on for name in each.fields}),
    )
    def test_drop_what_does_not_apply(self, name: str) -> None:
        main = {each.on: "" for each in DEPENDENCIES if name in each.fields}
        if name.startswith("admin_password"):
            main = {"password_source": "generate"}
        bound = whole_form(**{**main, name: "\x00"})
        assert name not in bound.errors
        assert name not in bound.cleaned_data

    @pytest.mark.parametrize(
        "name", sorted({name for each in DEPENDENCIES for name in each.required})
    )
    def test_require_what_does(self, name: str) -> None:
        for value in (None, "", "  "):
            assert list(whole_form(**{name: value}).errors) == [name]

    def test_drop_the_disk_of_cold_nodes_with_local_disks(self) -> None:
        local = whole_form(
            cold_flavor="ess.spec-i3small", cold_volume_type="?", cold_volume_size="x"
        )
        assert local.errors == {}
        cold = local.to_spec().cold
        assert cold is not None
        assert cold.volume is None

    def test_drop_the_hour_of_hourly_snapshots(self) -> None:
        backup = whole_form(backup_frequency="HOUR", backup_hour="x").to_spec().backup
        assert backup is not None
        assert (backup.frequency, backup.period) == ("HOUR", "00:00 GMT+08:00")

    @pytest.mark.parametrize("value", ["DAY", "", None])
    def test_leave_the_default_frequency_out_of_the_spec(
        self, value: str | None
    ) -> None:
        backup = whole_form(backup_frequency=value).to_spec().backup
        assert backup is not None
        assert backup.frequency == ""

    def test_refuse_a_bandwidth_of_zero(self) -> None:
        assert list(whole_form(public_bandwidth="0").errors) == ["public_bandwidth"]


class TestEnterpriseProject:
    def test_of_the_cloud_project_is_shown_and_fixed(self) -> None:
        shown = first_form(enterprise_project_id=OURS)
        html = str(shown["enterprise_project_id"])
        assert f'value="{OURS}"' in html
        assert " readonly" in html
        assert shown.open_groups == frozenset()

    @pytest.mark.parametrize("typed", ["", OURS, OURS.upper(), f" {OURS} "])
    def test_may_be_sent_or_left_out(self, typed: str) -> None:
        assert self.bound(typed).errors == {}

    @pytest.mark.parametrize("typed", [OTHER, "0"])
    def test_of_another_is_an_error_that_can_be_corrected(self, typed: str) -> None:
        bound = self.bound(typed)
        assert list(bound.errors) == ["enterprise_project_id"]
        assert OURS in str(bound.errors["enterprise_project_id"])
        assert " readonly" not in str(bound["enterprise_project_id"])

    def test_is_free_where_the_cloud_project_has_none(self) -> None:
        assert whole_form(enterprise_project_id=OTHER).errors == {}
        assert list(whole_form(enterprise_project_id="1").errors) == [
            "enterprise_project_id"
        ]

    def bound(self, typed: str) -> RequestForm:
        data = QueryDict(mutable=True)
        for name, value in {**FILLED, "enterprise_project_id": typed}.items():
            data.setlist(name, value if isinstance(value, list) else [value])
        return RequestForm(
            data,
            catalog=catalog(),
            cloud_projects=PROJECTS,
            api=CreateApi.V2,
            enterprise_project_id=OURS,
        )


class TestWatchers:
    @pytest.mark.parametrize(
        "typed",
        ["bob,charlie", " bob , charlie ,", ["bob", "charlie"], ["bob,charlie", "bob"]],
    )
    def test_are_repeated_or_have_commas_between_them(self, typed: Any) -> None:
        bound = form(watchers=typed)
        assert bound.errors == {}
        assert bound.cleaned_data["watchers"] == ("bob", "charlie")

    def test_are_shown_again_with_commas(self) -> None:
        assert 'value="bob, charlie"' in str(
            form(watchers=["bob", "charlie"])["watchers"]
        )


class TestPastedValues:
    @pytest.mark.parametrize(
        "name",
        [
            "encryption_key_id",
            "master_flavor",
            "enterprise_project_id",
            "backup_frequency",
        ],
    )
    def test_lose_their_blanks(self, name: str) -> None:
        pasted = whole_form(**{name: f"\u200b {FILLED[name]}\u00a0"})
        assert pasted.errors == {}
        assert pasted.to_spec() == whole_form().to_spec()

    def test_may_be_in_capitals_where_the_cloud_has_small_letters(self) -> None:
        for name in (
            "encryption_key_id",
            "enterprise_project_id",
            "vpc_endpoint_permissions",
        ):
            assert whole_form(**{name: FILLED[name].upper()}).to_spec() == (
                whole_form().to_spec()
            )

    @pytest.mark.parametrize("end", ["\n", "\r\n", " \r\n\r\n\t"])
    def test_may_have_any_line_end(self, end: str) -> None:
        lines = end.join(["", "10.0.0.0/8", "203.0.113.7\u00a0", ""])
        public = whole_form(public_whitelist=lines).to_spec().public
        assert public is not None
        assert public.whitelist == ("10.0.0.0/8", "203.0.113.7")
