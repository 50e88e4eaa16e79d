"""Pasted values with leading, trailing and invisible blanks."""

import pytest

from clusters.forms.actions import AdoptForm, CommentForm, DeletionForm, HandOverForm
from clusters.forms.filters import HistoryFilter
from tests.unit.ask.made import GROUP, REQUIRED, RIGHT, SUBNET, VPC, form

PASTE = ["{} ", "\u00a0{}\t", "\u200b{}", "{}\ufeff"]


class TestRequestForm:
    @pytest.mark.parametrize("paste", PASTE, ids=ascii)
    @pytest.mark.parametrize("field", [*REQUIRED, "datastore"])
    def test_strips_blanks_around_a_word(self, field: str, paste: str) -> None:
        typed = form(**{field: paste.format(RIGHT[field])})
        assert typed.is_valid(), typed.errors
        assert typed.to_spec() == form().to_spec()

    @pytest.mark.parametrize("field", ["vpc_id", "subnet_id", "security_group_id"])
    def test_strips_zero_width_spaces_in_an_id(self, field: str) -> None:
        plain = {"vpc_id": VPC, "subnet_id": SUBNET, "security_group_id": GROUP}[field]
        typed = form(**{field: plain.replace("-", "-\u200b")})
        assert typed.is_valid(), typed.errors
        assert getattr(typed.to_spec(), field) == plain

    def test_strips_blanks_around_zones(self) -> None:
        typed = form(availability_zones=["cn-north-4a\u00a0", "\u200bcn-north-4b"])
        assert typed.is_valid(), typed.errors
        assert typed.to_spec().availability_zones == ("cn-north-4a", "cn-north-4b")

    @pytest.mark.parametrize("field", ["backup_bucket", "backup_base_path"])
    def test_treats_a_blank_value_as_empty(self, field: str) -> None:
        assert form(**{field: "\u200b\u00a0"}).is_valid()

    def test_treats_an_invisible_name_as_missing(self) -> None:
        assert "Give the cluster a name." in form(name="\u200b\u2060").errors["name"]

    def test_keeps_characters_within_a_sentence(self) -> None:
        typed = form(reason="\ufeffline one\n\u0928\u094d\u200d line two\u00a0")
        assert typed.is_valid()
        assert typed.cleaned_data["reason"] == "line one\n\u0928\u094d\u200d line two"

    @pytest.mark.parametrize("name", ["logs search", "lo\u00a0gs"])
    def test_refuses_a_blank_within_a_name(self, name: str) -> None:
        assert "name" in form(name=name).errors


class TestActions:
    def test_strip_blanks_around_a_person_and_a_cluster(self) -> None:
        person = HandOverForm({"requester": " charlie\u200b", "comment": "\u00a0why "})
        cluster = AdoptForm({"cluster_id": "ef68\u200b3016\u00a0"})
        assert person.is_valid()
        assert cluster.is_valid()
        assert person.cleaned_data == {"requester": "charlie", "comment": "why"}
        assert cluster.cleaned_data["cluster_id"] == "ef683016"

    def test_treat_an_invisible_comment_as_empty(self) -> None:
        typed = CommentForm({"comment": "\u200b\u00a0"})
        assert typed.is_valid()
        assert typed.cleaned_data["comment"] == ""

    def test_keep_the_typed_name_of_a_deletion_unchanged(self) -> None:
        typed = DeletionForm({"name": "logs-search "})
        assert typed.is_valid()
        assert typed.cleaned_data["name"] == "logs-search "


class TestHistoryFilter:
    @pytest.mark.parametrize("paste", PASTE, ids=ascii)
    @pytest.mark.parametrize("field", ["q", "flavor", "requester"])
    def test_strips_blanks_around_a_search(self, field: str, paste: str) -> None:
        assert HistoryFilter({field: paste.format("alice")}).values == {field: "alice"}

    def test_ignores_an_invisible_search(self) -> None:
        assert HistoryFilter({"q": "\u200b", "requester": "\u00a0"}).values == {}
