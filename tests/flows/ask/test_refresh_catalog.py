"""The last good answer stays until there is a better one."""

from datetime import timedelta
from typing import Any

import pytest

from clusters.cloud.errors import (
    AnswerUnreadable,
    CloudError,
    CloudRefused,
    CloudUnavailable,
)
from clusters.models import CatalogSnapshot, CloudProject
from clusters.models.catalog import catalog_of
from clusters.operations.projects.refresh_catalog import refresh_catalog
from tests import factories
from tests.factories import NOON
from tests.unit.ask.made import catalog

LATER = NOON + timedelta(minutes=5)


class Answers:
    """The five answers of a cloud; a question named in `fails` raises."""

    def __init__(self, fails: str = "", error: Exception | None = None) -> None:
        self.offered = catalog()
        self.fails = fails
        self.error = error

    def __getattr__(self, question: str) -> Any:
        def answer(note: Any = None) -> Any:
            if question == self.fails and self.error:
                raise self.error
            if question == "flavors":
                return self.offered.flavors + self.offered.other_flavors
            return getattr(self.offered, question)

        return answer


@pytest.fixture
def project(db: None) -> CloudProject:
    return factories.cloud_project("demo")


class TestRefreshCatalog:
    def test_keeps_what_the_cloud_offers(self, project: CloudProject) -> None:
        assert catalog_of(project) is None
        assert refresh_catalog(project.id, cloud=Answers(), now=NOON)
        assert catalog_of(project) == catalog()

    @pytest.mark.parametrize(
        "question", ["flavors", "vpcs", "subnets", "security_groups"]
    )
    def test_keeps_the_last_good_answer_when_any_question_fails(
        self, project: CloudProject, question: str
    ) -> None:
        refresh_catalog(project.id, cloud=Answers(), now=NOON)
        error = CloudRefused("no right", code="CSS.0015", status=403)
        broken = Answers(fails=question, error=error)
        assert not refresh_catalog(project.id, cloud=broken, now=LATER)
        snapshot = CatalogSnapshot.objects.get()
        assert catalog_of(project) == catalog()
        assert snapshot.fetched_at == NOON
        assert snapshot.tried_at is not None
        assert snapshot.error == "CSS.0015 HTTP 403: no right"

    @pytest.mark.parametrize("status", [403, 404])
    @pytest.mark.parametrize("kind", [CloudRefused, AnswerUnreadable])
    def test_offers_every_disk_where_the_cloud_does_not_tell(
        self, project: CloudProject, kind: type[CloudError], status: int
    ) -> None:
        silent = Answers(fails="disks", error=kind("no", status=status))
        assert refresh_catalog(project.id, cloud=silent, now=NOON)
        assert "COMMON" in catalog_of(project).volume_types

    @pytest.mark.parametrize(
        "error", [CloudUnavailable("down"), CloudRefused("token", status=401)]
    )
    def test_fails_with_the_disks_for_any_other_reason(
        self, project: CloudProject, error: Exception
    ) -> None:
        broken = Answers(fails="disks", error=error)
        assert not refresh_catalog(project.id, cloud=broken, now=NOON)

    def test_keeps_the_words_when_there_never_was_an_answer(
        self, project: CloudProject
    ) -> None:
        broken = Answers(fails="vpcs", error=CloudUnavailable())
        assert not refresh_catalog(project.id, cloud=broken, now=NOON)
        assert catalog_of(project) is None
        assert CatalogSnapshot.objects.get().error == "CloudUnavailable"

    def test_forgets_the_words_once_it_works(self, project: CloudProject) -> None:
        broken = Answers(fails="vpcs", error=CloudUnavailable("down"))
        refresh_catalog(project.id, cloud=broken, now=NOON)
        refresh_catalog(project.id, cloud=Answers(), now=LATER)
        assert CatalogSnapshot.objects.get().error == ""

    def test_does_not_read_what_another_version_wrote(
        self, project: CloudProject
    ) -> None:
        CatalogSnapshot.objects.create(cloud_project=project, data={"old": 1})
        assert catalog_of(project) is None
