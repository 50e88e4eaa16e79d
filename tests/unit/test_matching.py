"""Whose cluster is it?"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from clusters.cloud.types import ClusterSpec, Datastore
from clusters.domain.matching import Found, ListedCluster, as_uuid, match

ID = UUID("0b7c2f4e-5d61-4a7e-9c3b-1f2a3b4c5d6e")
ASKED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SPEC = ClusterSpec(
    name="logs-search",
    flavor="ess.spec-4u16g",
    instance_num=3,
    vpc_id="vpc",
    subnet_id="subnet",
    security_group_id="group",
    datastore=Datastore(type="elasticsearch", version="7.10.2"),
)
OURS = ListedCluster(
    id="c1",
    name="logs-search",
    tag=str(ID),
    engine="elasticsearch:7.10.2",
    flavors=("ess.spec-4u16g",),
    nodes=3,
    vpc_id="vpc",
    subnet_id="subnet",
    created="2026-11-23T12:01:00",
)

ANOTHER = "ffffffff-5d61-4a7e-9c3b-1f2a3b4c5d6e"


def verdict(*listed: ListedCluster, clean: bool = True):
    return match(ID, SPEC, listed, asked_at=ASKED, clean=clean)


class TestTag:
    def test_of_one_fitting_cluster_makes_it_ours(self):
        found = verdict(OURS, replace(OURS, id="c2", tag="", name="other-name"))
        assert (found.found, found.cluster_id) == (Found.OURS, "c1")

    def test_survives_a_rename(self):
        assert verdict(replace(OURS, name="renamed")).found is Found.OURS

    def test_on_two_clusters_is_ambiguous(self):
        found = verdict(OURS, replace(OURS, id="c2"))
        assert found.found is Found.AMBIGUOUS
        assert found.cluster_id == ""

    @pytest.mark.parametrize(
        "other",
        [
            {"flavors": ("ess.spec-8u32g",)},
            {"flavors": ("ess.spec-4u16g", "ess.spec-8u32g")},
            {"nodes": 5},
            {"subnet_id": "elsewhere"},
            {"engine": "opensearch:1.3.6"},
            {"created": "2026-11-20T12:00:00"},
        ],
        ids=lambda other: next(iter(other)),
    )
    def test_on_something_else_than_was_asked_is_ambiguous(self, other):
        assert verdict(replace(OURS, **other)).found is Found.AMBIGUOUS

    def test_is_not_doubted_for_what_the_list_does_not_show_yet(self):
        bare = ListedCluster(id="c1", name="logs-search", tag=str(ID), created="soon")
        assert verdict(bare).found is Found.OURS


class TestName:
    def test_without_our_tag_is_a_stranger_while_we_are_clean(self):
        assert verdict(replace(OURS, tag="")).found is Found.FOREIGN

    @pytest.mark.parametrize(
        ("tag", "found"), [("", Found.AMBIGUOUS), (ANOTHER, Found.FOREIGN)]
    )
    def test_with_tags_that_cannot_be_read_is_no_stranger(self, tag, found):
        """Unless what can be read is the tag of another request."""
        named = replace(OURS, tag=tag, tags_unread=True)
        assert verdict(named).found is found

    def test_without_any_tag_is_ambiguous_after_an_unknown_attempt(self):
        assert verdict(replace(OURS, tag=""), clean=False).found is Found.AMBIGUOUS

    def test_with_another_tag_is_a_stranger_while_we_are_clean(self):
        assert verdict(replace(OURS, tag=ANOTHER)).found is Found.FOREIGN

    def test_with_another_tag_proves_nothing_after_an_unknown_attempt(self):
        # Ours may be there beside it, or come: names need not be unique.
        assert verdict(replace(OURS, tag=ANOTHER), clean=False).found is Found.AMBIGUOUS

    def test_of_nobody_is_nothing(self):
        assert verdict(replace(OURS, tag="", name="other")).found is Found.NOTHING
        assert verdict().found is Found.NOTHING


class TestSighting:
    def test_goes_to_json_and_back(self):
        assert ListedCluster.from_json(OURS.to_json()) == OURS


class TestUuid:
    @pytest.mark.parametrize("text", ["", "x", "0b7c", "é" * 32])
    def test_of_rubbish_is_none(self, text):
        assert as_uuid(text) is None
