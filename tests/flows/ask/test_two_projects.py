"""Each cloud project has its own offers, create call, cap, pause and token."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from clusters.cloud.errors import CloudUnavailable
from clusters.domain.engine_settings import EngineSettings
from clusters.models import CatalogSnapshot, CloudProject, ClusterRequest
from clusters.models.catalog import catalog_of
from clusters.operations.core.backoff import throttle_project
from clusters.operations.projects.pause import pause_cloud_project
from clusters.operations.projects.refresh_catalog import refresh_catalog
from clusters.operations.provisioning.claim import claim_next
from clusters.wiring import token_store
from tests import factories
from tests.factories import NOON
from tests.flows.ask.posting import URL, post, text
from tests.flows.ask.test_refresh_catalog import Answers
from tests.unit.ask.made import catalog, flavor

ENGINE = EngineSettings()


@pytest.fixture
def other(db: None) -> CloudProject:
    """A second cloud project, which sells another flavor by the newer call."""
    made = factories.cloud_project(
        "other", region="eu-west-101", api_version="v2", css_url="https://other.test"
    )
    offered = catalog(flavors=(flavor("ess.spec-8u32g"),))
    CatalogSnapshot.objects.create(
        cloud_project=made, data=offered.to_json(), fetched_at=NOON, tried_at=NOON
    )
    return made


class TestTheForm:
    def test_offers_what_the_chosen_project_sells(
        self, client: Client, project: CloudProject, other: CloudProject
    ) -> None:
        ours = text(client.get(URL, {"cloud_project": "demo"}))
        theirs = text(client.get(URL, {"cloud_project": "other"}))
        assert "ess.spec-4u16g" in ours
        assert "ess.spec-8u32g" not in ours
        assert "ess.spec-8u32g" in theirs
        assert "ess.spec-4u16g" not in theirs

    def test_refuses_a_flavor_that_only_the_other_one_sells(
        self, client: Client, project: CloudProject, other: CloudProject
    ) -> None:
        page = post(client, cloud_project="demo", flavor="ess.spec-8u32g")
        assert page.status_code == 200
        assert 'id="id_flavor_error"' in text(page)
        assert not ClusterRequest.objects.exists()

    @pytest.mark.parametrize(
        ("name", "flavor_name", "is_v2"),
        [("demo", "ess.spec-4u16g", False), ("other", "ess.spec-8u32g", True)],
    )
    def test_writes_the_body_of_the_call_that_the_project_uses(
        self,
        client: Client,
        project: CloudProject,
        other: CloudProject,
        name: str,
        flavor_name: str,
        is_v2: bool,
    ) -> None:
        answer = post(
            client, cloud_project=name, flavor=flavor_name, backup_enabled=None
        )
        assert answer.status_code == 302, text(answer)
        row = ClusterRequest.objects.get()
        assert row.cloud_project.name == name
        assert ("roles" in json.loads(row.body)["cluster"]) is is_v2


class TestARefresh:
    def test_of_one_leaves_the_offers_of_the_other(
        self, project: CloudProject, other: CloudProject
    ) -> None:
        before = catalog_of(other)
        refresh_catalog(project.id, cloud=Answers(), now=NOON)
        away = Answers(fails="flavors", error=CloudUnavailable("no answer"))
        refresh_catalog(project.id, cloud=away, now=NOON)
        assert catalog_of(other) == before
        assert CatalogSnapshot.objects.get(cloud_project=other).error == ""


class TestAClaim:
    @pytest.fixture(autouse=True)
    def _approved_in_both(self, project: CloudProject, other: CloudProject) -> None:
        for number in range(2):
            factories.approved(f"demo-{number}", project=project)
            factories.approved(f"other-{number}", project=other, backup=None)

    def test_counts_calls_for_each_project_alone(
        self, project: CloudProject, other: CloudProject
    ) -> None:
        one = replace(ENGINE, max_calls=1)
        taken = [claim_next(project.id, engine=one, now=NOON) for _ in range(2)]
        assert [claim is not None for claim in taken] == [True, False]
        assert claim_next(other.id, engine=one, now=NOON) is not None

    def test_is_made_while_the_other_project_is_paused(
        self, project: CloudProject, other: CloudProject
    ) -> None:
        olga = factories.user("olga")
        pause_cloud_project(other, by=olga, reason="", now=NOON)
        assert claim_next(other.id, engine=ENGINE, now=NOON) is None
        assert claim_next(project.id, engine=ENGINE, now=NOON) is not None

    def test_is_made_while_the_other_project_is_told_to_slow_down(
        self, project: CloudProject, other: CloudProject
    ) -> None:
        throttle_project(other.id, 60, engine=ENGINE)
        assert claim_next(other.id, engine=ENGINE, now=NOON) is None
        assert claim_next(project.id, engine=ENGINE, now=NOON) is not None


class TestATokenStore:
    def test_shares_neither_token_nor_lock(
        self, project: CloudProject, other: CloudProject
    ) -> None:
        ours, theirs = token_store(project), token_store(other)
        assert ours._acquire_lock("us")
        assert theirs._acquire_lock("them")
        for store, owner in ((ours, "us"), (theirs, "them")):
            store._release_lock(owner)
