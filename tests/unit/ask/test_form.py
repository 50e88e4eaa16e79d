"""The request form: any text becomes a spec or an error message at a field."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from clusters.cloud.types import BackupPolicy, CreateApi, Datastore
from clusters.forms import RequestForm, first_values, summary, values_of
from clusters.forms.fields import printable
from clusters.options import Option
from tests.factories import spec as right
from tests.unit.ask.made import (
    FILLED,
    GROUP,
    REQUIRED,
    RIGHT,
    SECRETS,
    SUBNET,
    VPC,
    catalog,
    form,
    posted,
    whole_form,
)

SINGLE = sorted({*RIGHT} - {"availability_zones", "watchers", *SECRETS})
"""Fields of one value; each applies in the whole form."""
WHOLE_NUMBERS = [
    "instance_num",
    "volume_size",
    "backup_hour",
    "backup_keepday",
    "master_instance_num",
    "client_instance_num",
    "cold_instance_num",
    "cold_volume_size",
    "public_bandwidth",
    "kibana_bandwidth",
]
PROJECTS = [Option(value="demo", label="demo")]


class TestRequestForm:
    def test_returns_the_spec_of_the_submitted_values(self) -> None:
        expected = right(vpc_id=VPC, subnet_id=SUBNET, security_group_id=GROUP)
        assert form().errors == {}
        assert form().to_spec() == expected

    def test_has_defaults_for_engine_and_zone(self) -> None:
        bound = form(datastore=None, availability_zones=None)
        assert bound.to_spec().datastore == Datastore(
            type="elasticsearch", version="7.10.2"
        )
        assert bound.to_spec().availability_zones == ("cn-north-4a",)
        assert (summary(bound).took_datastore, summary(bound).took_zone) == (
            True,
            True,
        )

    @pytest.mark.parametrize("field", REQUIRED)
    @pytest.mark.parametrize("value", [None, "", "   "])
    def test_requires_each_mandatory_field(self, field: str, value: str | None) -> None:
        assert list(form(**{field: value}).errors) == [field]

    @pytest.mark.parametrize("field", WHOLE_NUMBERS)
    @pytest.mark.parametrize(
        "value",
        [
            "abc",
            "-3",
            "+3",
            "3.0",
            "1,600",
            "\uff13",
            "\u0663",
            "0x3",
            "1e2",
            "9" * 30,
            "1 2",
        ],
    )
    def test_reads_plain_digits_only(self, field: str, value: str) -> None:
        assert list(whole_form(**{field: value}).errors) == [field]

    def test_distinguishes_zero_from_empty(self) -> None:
        assert list(form(instance_num="0").errors) == ["instance_num"]
        assert list(form(backup_keepday="0").errors) == ["backup_keepday"]
        assert form(backup_hour="0").to_spec().backup == BackupPolicy(
            period="00:00 GMT+08:00", prefix="snapshot", keepday=7
        )

    @pytest.mark.parametrize("field", SINGLE)
    def test_refuses_a_field_that_is_sent_twice(self, field: str) -> None:
        twice = whole_form(**{field: [FILLED[field], FILLED[field]]})
        assert field in twice.errors

    @pytest.mark.parametrize("field", SINGLE)
    @pytest.mark.parametrize("rubbish", ["\x00", "a\x00b", "\ud800", "\ufffd", "\x1b"])
    def test_refuses_unreadable_characters(self, field: str, rubbish: str) -> None:
        assert field in whole_form(**{field: rubbish}).errors

    @pytest.mark.parametrize("zones", [["\x00"], ["x" * 10**6], ["a,b"], ["\ud800"]])
    def test_refuses_malformed_zones(self, zones: list[str]) -> None:
        assert list(form(availability_zones=zones).errors) == ["availability_zones"]

    @pytest.mark.parametrize("field", SINGLE)
    def test_refuses_a_value_of_a_megabyte(self, field: str) -> None:
        bound = whole_form(**{field: "x" * 10**6})
        assert field in bound.errors
        assert len(str(bound.errors[field])) < 1000

    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(RIGHT, st.text())))
    def test_handles_any_text(self, typed: dict[str, str]) -> None:
        bound = form(**typed)
        assert bound.is_valid() or bound.errors
        summary(bound)
        for field in bound:
            str(field)

    @given(st.dictionaries(st.sampled_from(sorted(RIGHT)), st.text()))
    def test_keeps_the_submitted_values(self, typed: dict[str, str]) -> None:
        bound = form(**typed)
        for name in set(typed) - {"availability_zones"}:
            assert bound[name].value() == typed[name]

    @given(st.dictionaries(st.sampled_from(sorted(RIGHT)), st.text()))
    def test_handles_any_text_in_every_group(self, typed: dict[str, str]) -> None:
        bound = whole_form(**typed)
        assert bound.is_valid() or bound.errors
        assert bound.open_groups <= {"security", "nodes", "access", "labels"}

    def test_shows_a_choice_that_is_not_offered_with_the_reason(self) -> None:
        shown = str(form(vpc_id="gone")["vpc_id"])
        assert '<option value="gone" selected data-refused>' in shown
        assert "gone: not offered here" in shown

    def test_marks_an_invalid_field_and_links_its_message(self) -> None:
        shown = str(form(name="7-logs")["name"])
        assert 'aria-invalid="true"' in shown
        assert "id_name_error" in shown

    def test_has_one_message_for_each_field(self) -> None:
        bound = form(name="", instance_num="abc", subnet_id="s2", volume_size="")
        assert {name: len(said) for name, said in bound.errors.items()} == {
            "name": 1,
            "instance_num": 1,
            "subnet_id": 1,
            "volume_size": 1,
        }

    def test_refuses_a_project_that_is_not_connected(self) -> None:
        assert list(form(cloud_project="showcase").errors) == ["cloud_project"]
        assert list(form(cloud_project="nowhere").errors) == ["cloud_project"]

    def test_has_an_error_without_a_catalog(self) -> None:
        bound = RequestForm(
            posted(), catalog=None, cloud_projects=PROJECTS, api=CreateApi.V1
        )
        assert list(bound.errors) == ["__all__"]
        with pytest.raises(ValueError, match="errors"):
            bound.to_spec()

    def test_accepts_a_reason_of_2000_characters(self) -> None:
        assert form(reason="a\r\n" * 1000).errors == {}
        assert list(form(reason="a" * 2001).errors) == ["reason"]
        assert list(form(description="a" * 129).errors) == ["description"]


class TestLocalDisks:
    def test_leave_the_volume_out(self) -> None:
        for size in ("", "abc", "50", "100"):
            bound = form(flavor="ess.spec-i3small", volume_type="?", volume_size=size)
            assert bound.to_spec().volume is None

    def test_count_in_the_summary(self) -> None:
        sums = summary(form(flavor="ess.spec-i3small", volume_size=""))
        assert (sums.disk_gb, sums.has_local_disks) == (4800, True)


class TestBackup:
    def test_is_ignored_if_off(self) -> None:
        bound = form(backup_enabled=None, backup_hour="x", backup_bucket="\x00")
        assert bound.errors == {}
        assert bound.to_spec().backup is None

    @pytest.mark.parametrize("value", ["on", "true", "1", "True", "yes"])
    def test_is_on_for_a_true_value(self, value: str) -> None:
        assert form(backup_enabled=value).to_spec().backup is not None

    @pytest.mark.parametrize("value", ["", "off", "false", "0", "False", "no"])
    def test_is_off_for_a_false_value(self, value: str) -> None:
        assert form(backup_enabled=value).to_spec().backup is None

    def test_refuses_any_other_value(self) -> None:
        assert list(form(backup_enabled="perhaps").errors) == ["backup_enabled"]


class TestSummary:
    def test_sums_over_all_nodes(self) -> None:
        sums = summary(form())
        assert (sums.nodes, sums.vcpu, sums.memory_gb, sums.disk_gb) == (3, 12, 48, 300)
        assert sums.datastore == "Elasticsearch 7.10.2"
        assert [warning.field for warning in sums.warnings] == ["backup_bucket"]

    def test_counts_nodes_of_every_kind(self) -> None:
        sums = summary(whole_form())
        assert sums.nodes == 3 + 3 + 2 + 4
        assert (sums.vcpu, sums.memory_gb) == (12 * 4, 12 * 16)
        assert sums.disk_gb == 3 * 100 + 3 * 40 + 2 * 40 + 4 * 600
        assert summary(whole_form(client_instance_num="x")).nodes is None

    def test_leaves_out_unknown_values(self) -> None:
        sums = summary(form(instance_num="abc"))
        assert (sums.nodes, sums.vcpu, sums.disk_gb) == (None, None, None)


class TestFirstValues:
    def test_need_only_a_name_and_a_network(self) -> None:
        typed = {
            "cloud_project": "demo",
            "name": "logs-search",
            "vpc_id": VPC,
            "subnet_id": SUBNET,
        }
        first = first_values(catalog(), timezone="GMT+08:00")
        bound = RequestForm(
            {**first, **typed},
            catalog=catalog(),
            cloud_projects=PROJECTS,
            api=CreateApi.V1,
        )
        assert bound.errors == {}
        assert bound.to_spec().flavor == "ess.spec-4u16g"

    def test_are_empty_if_nothing_is_on_sale(self) -> None:
        first = first_values(catalog(flavors=()), timezone="GMT+00:00")
        assert (first["flavor"], first["datastore"]) == ("", "")

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"backup": None, "description": "old"},
            {"flavor": "ess.spec-i3small", "volume": None},
            {"availability_zones": ("cn-north-4a", "cn-north-4b")},
        ],
    )
    def test_of_an_older_request_reproduce_its_spec(
        self, changes: dict[str, Any]
    ) -> None:
        spec = replace(form().to_spec(), **changes)
        data = MultiValueDict(
            {
                name: value if isinstance(value, list) else [value]
                for name, value in values_of(spec).items()
            }
        )
        data["cloud_project"] = "demo"
        again = RequestForm(
            data, catalog=catalog(), cloud_projects=PROJECTS, api=CreateApi.V1
        )
        assert again.to_spec() == spec


class TestPrintable:
    def test_replaces_lone_surrogates(self) -> None:
        data = QueryDict(mutable=True)
        data.setlist("name", ["a\ud800b", "c"])
        assert printable(data).getlist("name") == ["a\ufffdb", "c"]
