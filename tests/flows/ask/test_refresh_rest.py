"""The offers of a cloud project are read at most every ten seconds, whoever asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from clusters import tasks
from clusters.domain.engine_settings import EngineSettings
from clusters.models import CatalogSnapshot, CloudProject
from clusters.operations.core import dispatch
from clusters.operations.projects.pause import resume_cloud_project
from clusters.operations.projects.refresh_catalog import claim_stale_catalogs
from clusters.operations.projects.refresh_pace import (
    REST,
    begin_refresh,
    request_refresh,
    request_refresh_after_change,
)
from tests.factories import NOON, user
from tests.flows.ask.posting import URL, post, text

ENGINE = EngineSettings()
COLUMNS = ("asked_at", "begun_at")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages that would go to the queue."""
    sent: list[str] = []
    monkeypatch.setattr(
        dispatch, "_after_commit", lambda task, **_ids: sent.append(task)
    )
    return sent


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The cloud projects whose offers a worker read."""
    read: list[int] = []
    monkeypatch.setattr(tasks, "_cloud", lambda _id: object())
    monkeypatch.setattr(
        tasks, "refresh_catalog", lambda project_id, **_: read.append(project_id)
    )
    return read


def tone_of(answer: Any) -> str:
    (message,) = answer.context["messages"]
    return str(message.tags)


def let_it_rest() -> None:
    CatalogSnapshot.objects.update(asked_at=None, begun_at=None)


class TestARefresh:
    def test_is_asked_for_once_however_often_the_button_is_pressed(
        self, client: Client, project: CloudProject, asked: list[str]
    ) -> None:
        assert "are being read again" in text(post(client, refresh="1"))
        for _ in range(20):
            page = text(post(client, refresh="1"))
            assert "were read a few seconds ago" in page
            client.post(f"{URL}refresh/", {"cloud_project": "demo"})
        assert asked == ["clusters.refresh_catalog"]

    def test_that_is_not_made_is_not_shown_as_a_success(
        self, client: Client, project: CloudProject, asked: list[str]
    ) -> None:
        tones = [tone_of(post(client, refresh="1")) for _ in range(2)]
        assert tones == ["success", "warning"]

    def test_is_begun_once_however_many_messages_come(
        self, project: CloudProject, reads: list[int]
    ) -> None:
        for _ in range(20):
            tasks.refresh_one_catalog(cloud_project_id=project.pk)
        assert reads == [project.pk]
        let_it_rest()
        tasks.refresh_one_catalog(cloud_project_id=project.pk)
        assert reads == [project.pk] * 2

    @pytest.mark.parametrize("column", COLUMNS)
    @pytest.mark.parametrize("ask", [request_refresh, request_refresh_after_change])
    def test_of_a_moment_ago_is_not_asked_for_again(
        self,
        project: CloudProject,
        asked: list[str],
        ask: Callable[[int], Any],
        column: str,
    ) -> None:
        CatalogSnapshot.objects.update(**{column: Now()})
        ask(project.pk)
        assert claim_stale_catalogs(engine=ENGINE) == []
        assert asked == []

    @pytest.mark.parametrize("column", COLUMNS)
    def test_of_long_ago_or_of_a_wrong_clock_is_asked_for(
        self, project: CloudProject, asked: list[str], column: str
    ) -> None:
        for moment in (Now() - REST - timedelta(seconds=1), Now() + timedelta(days=1)):
            let_it_rest()
            CatalogSnapshot.objects.update(**{column: moment})
            assert request_refresh(project.pk)
            CatalogSnapshot.objects.update(**{column: moment})
            assert column == "asked_at" or begin_refresh(project.pk)

    def test_that_a_resumed_project_may_not_have_now_is_asked_by_the_next_sweep(
        self, project: CloudProject, asked: list[str]
    ) -> None:
        assert request_refresh(project.pk)
        CatalogSnapshot.objects.update(tried_at=Now())
        CloudProject.objects.update(paused_at=NOON, paused_by="person")
        project.refresh_from_db()
        resume_cloud_project(project, by=user("olga"), now=NOON)
        assert claim_stale_catalogs(engine=ENGINE) == []
        let_it_rest()
        assert claim_stale_catalogs(engine=ENGINE) == [project.pk]
        assert claim_stale_catalogs(engine=ENGINE) == []

    def test_says_on_the_page_how_old_its_answer_is(
        self, client: Client, project: CloudProject
    ) -> None:
        assert "Its options were read" in text(client.get(URL))
