"""One item that cannot be read, or a short page, spoils nothing of what is offered."""

import logging
from typing import Any

import pytest

from clusters.models import CatalogSnapshot, CloudProject
from clusters.models.catalog import catalog_of
from clusters.operations.projects.refresh_catalog import refresh_catalog
from clusters.simulator.world import World
from tests.factories import NOON
from tests.flows.decide.pages import as_person

pytestmark = pytest.mark.django_db


def spoil(what: str, data: Any) -> Any:
    """Spoil one item of each list."""
    if what == "es-flavors":
        data["versions"][0]["flavors"][0]["diskrange"] = "40"
        sold = {"name": "ess.new", "cpu": 1, "ram": 1, "diskrange": "40,80"}
        data["versions"].append({"type": "ess", "version": "77.1", "flavors": [sold]})
    if what == "disktypes":
        data["diskTypes"][0]["volumeNames"] = "SSD"
    if what == "subnets":
        data["subnets"].insert(0, {"id": "s-bad", "name": "bad \u202e", "vpc_id": None})
    return data


class TestCatalog:
    def test_leaves_out_what_is_bad_and_says_so(self, project, cloud, wire, caplog):
        wire.garble = spoil
        with caplog.at_level(logging.WARNING):
            assert refresh_catalog(project.id, cloud=cloud, now=NOON)
        offered = catalog_of(project)
        assert offered.flavors
        assert offered.subnets
        kept = CatalogSnapshot.objects.get().left_out
        assert {row["what"]: row["count"] for row in kept} == {
            "flavors": 1,
            "versions": 1,
            "disktypes": 1,
            "subnets": 1,
        }
        said = [each for each in caplog.records if each.message == "catalog.left_out"]
        assert len(said) == 4

    def test_shows_operators_the_first_in_the_words_of_the_cloud(
        self, project, cloud, wire
    ):
        wire.garble = spoil
        refresh_catalog(project.id, cloud=cloud, now=NOON)
        html = as_person("olga").get("/operate/").content.decode()
        assert "ess.spec-2u8g: answer.versions.flavors[0].diskrange is not" in html
        assert "like &quot;40,1280&quot;: &quot;40&quot;" in html
        assert "77.1" in html
        assert "bad [U+202E]" in html

    def test_forgets_it_once_all_can_be_read(self, project, cloud, wire):
        wire.garble = spoil
        refresh_catalog(project.id, cloud=cloud, now=NOON)
        wire.garble = None
        refresh_catalog(project.id, cloud=cloud, now=NOON)
        assert CatalogSnapshot.objects.get().left_out == []

    def test_keeps_the_last_answer_where_nothing_of_a_list_can_be_read(
        self, project, cloud, wire
    ):
        wire.garble = lambda what, data: {"vpcs": [7]} if what == "vpcs" else data
        assert not refresh_catalog(project.id, cloud=cloud, now=NOON)
        assert CatalogSnapshot.objects.get().error == "answer.vpcs is not an object: 7"

    def test_keeps_no_secret_that_the_cloud_repeats(self, project, cloud, wire):
        token = cloud.sign_in().value

        def echo(what: str, data: Any) -> Any:
            if what == "subnets":
                row = {"id": "s", "vpc_id": "v", "cidr": [token]}
                data["subnets"].insert(0, row)
            return data

        wire.garble = echo
        refresh_catalog(project.id, cloud=cloud, now=NOON)
        [row] = CatalogSnapshot.objects.get().left_out
        assert row["first"] == 's: answer.subnets.cidr is not a text: ["[hidden]"]'


class TestPagesOfNetworks:
    def test_are_all_read_where_the_cloud_caps_them(self, project, cloud, world: World):
        refresh_catalog(project.id, cloud=cloud, now=NOON)
        whole = catalog_of(project)
        world.inject(network_limit_cap=1)
        refresh_catalog(project.id, cloud=cloud, now=NOON)
        assert catalog_of(project) == whole

    def test_say_on_the_form_where_the_portal_reads_no_further(
        self, project, cloud, world: World, monkeypatch
    ):
        monkeypatch.setattr("clusters.cloud.huawei.vpc.MAX_PAGES", 2)
        world.inject(network_limit_cap=1)
        CloudProject.objects.update(sealed_password="sealed")
        refresh_catalog(project.id, cloud=cloud, now=NOON)
        assert catalog_of(project).more_than == {
            "vpcs": 2,
            "subnets": 2,
            "security_groups": 2,
        }
        html = as_person("alice").get("/requests/new/").content.decode()
        assert html.count("The cloud has more than 2 of these") == 3
        html = as_person("olga").get("/operate/").content.decode()
        assert html.count("The cloud has more than 2; the others are not offered.") == 3
