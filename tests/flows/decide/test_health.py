"""What /livez and /readyz say, and with which status."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from redis.exceptions import ReadOnlyError

from clusters.domain.states import State
from clusters.models import CatalogSnapshot, CloudProject, Heartbeat, InventorySnapshot
from tests import factories
from tests.flows.decide.pages import as_person

pytestmark = pytest.mark.django_db


def worker_heartbeat(*, ago: timedelta = timedelta()) -> None:
    seen_at = timezone.now() - ago
    Heartbeat.objects.create(name="worker@host", kind="worker", seen_at=seen_at)


def ready(query: str = "", *, name: str = "olga") -> tuple[int, dict[str, str]]:
    """Return what this person reads; nobody in particular for an empty name."""
    browser = as_person(name) if name else Client()
    answer = browser.get(f"/readyz{query}")
    return answer.status_code, answer.json()


class TestLivez:
    def test_says_that_the_process_is_up(self) -> None:
        answer = Client().get("/livez")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    @pytest.mark.parametrize("path", ["/livez", "/readyz"])
    def test_is_answered_under_any_host_and_without_https(
        self, path: str, settings: Settings
    ) -> None:
        settings.SECURE_SSL_REDIRECT = True
        settings.ALLOWED_HOSTS = ["testserver"]
        assert Client().get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200
        other = Client().get("/login/", headers={"host": "10.0.0.7"}, secure=True)
        assert other.status_code == 400


class TestReadyz:
    def test_is_flat_and_ok_when_all_is_well(self) -> None:
        worker_heartbeat()
        factories.cloud_project("demo")
        assert ready("?strict=1") == (
            200,
            {
                "status": "ok",
                "database": "ok",
                "cache": "ok",
                "static": "ok",
                "broker": "ok",
                "worker": "ok",
                "clock": "ok",
                "cloud:demo": "ok",
            },
        )

    def test_is_degraded_while_no_worker_was_seen(self) -> None:
        status, parts = ready()
        assert (status, parts["status"], parts["worker"]) == (
            200,
            "degraded",
            "missing",
        )
        assert ready("?strict=1")[0] == 503

    def test_calls_a_worker_silent_that_was_not_seen_for_a_while(self) -> None:
        worker_heartbeat(ago=timedelta(minutes=10))
        assert ready()[1]["worker"] == "silent"

    def test_finds_no_fault_in_a_pause_by_a_person(self) -> None:
        worker_heartbeat()
        factories.cloud_project(paused_at=timezone.now(), paused_by="person")
        status, parts = ready("?strict=1")
        assert (status, parts["status"], parts["cloud:demo"]) == (200, "ok", "paused")

    def test_finds_a_fault_in_a_pause_by_the_portal(self) -> None:
        worker_heartbeat()
        factories.cloud_project(paused_at=timezone.now(), paused_by="portal")
        status, parts = ready()
        assert (status, parts["status"]) == (200, "degraded")
        assert parts["cloud:demo"] not in ("ok", "paused")

    def test_names_a_cloud_whose_catalog_cannot_be_read(self) -> None:
        project = factories.cloud_project()
        CatalogSnapshot.objects.create(cloud_project=project, error="HTTP 500")
        assert ready()[1]["cloud:demo"] == "failing"

    @pytest.mark.parametrize(
        ("state", "word"), [(State.CREATING, "failing"), (State.ACTIVE, "ok")]
    )
    def test_counts_a_failed_look_only_while_there_is_something_to_look_for(
        self, state: State, word: str
    ) -> None:
        row = factories.cluster_request(state=state)
        InventorySnapshot.objects.create(
            cloud_project=row.cloud_project, error="HTTP 500"
        )
        assert ready()[1]["cloud:demo"] == word

    def test_names_a_project_without_credentials(self) -> None:
        factories.cloud_project(sealed_password="")
        assert ready()[1]["cloud:demo"] == "unconnected"

    def test_is_down_without_a_cache(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_args: object, **_kwargs: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(cache, "set", refuse)
        status, parts = ready()
        assert (status, parts["status"], parts["cache"]) == (503, "down", "down")

    def test_goes_on_with_a_cache_that_is_only_read(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_args: object, **_kwargs: object) -> None:
            raise ReadOnlyError

        worker_heartbeat()
        monkeypatch.setattr(cache, "set", refuse)
        status, parts = ready()
        assert (status, parts["status"]) == (200, "degraded")
        assert parts["cache"] == "read-only"
        assert ready("?strict=1")[0] == 503

    def test_is_down_when_the_cache_forgets(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache, "get", lambda _key: None)
        assert ready()[0] == 503

    @pytest.mark.parametrize("error", [DatabaseError, InterfaceError])
    def test_is_down_without_a_database(
        self, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
    ) -> None:
        def refuse(**_filters: object) -> None:
            raise error

        monkeypatch.setattr(Heartbeat.objects, "filter", refuse)
        status, parts = ready()
        assert (status, parts["status"], parts["database"]) == (503, "down", "down")

    @pytest.mark.parametrize("name", ["", "alice", "bob", "dora"])
    def test_names_no_cloud_project_to_others_but_the_worst_word(
        self, name: str
    ) -> None:
        worker_heartbeat()
        factories.cloud_project("good")
        factories.cloud_project("asleep", paused_at=timezone.now(), paused_by="person")
        assert ready(name=name)[1]["cloud"] == "paused"
        assert ready(name=name)[1]["status"] == "ok"
        factories.cloud_project("blank", sealed_password="")
        assert ready(name=name)[1]["cloud"] == "unconnected"
        broken = factories.cloud_project("broken")
        CatalogSnapshot.objects.create(cloud_project=broken, error="HTTP 500")
        assert ready(name=name)[1]["cloud"] == "failing"
        factories.cloud_project("ended", paused_at=timezone.now(), paused_by="portal")
        status, parts = ready("?strict=1", name=name)
        assert (status, parts["status"], parts["cloud"]) == (503, "degraded", "stopped")
        assert not [key for key in parts if key.startswith("cloud:")]

    def test_has_a_word_where_no_cloud_is_connected_yet(self) -> None:
        assert ready(name="")[1]["cloud"] == "ok"

    def test_shows_no_reason_and_no_address(self) -> None:
        factories.cloud_project(
            paused_at=timezone.now(), paused_by="portal", paused_reason="secret words"
        )
        text = as_person("olga").get("/readyz").content.decode()
        assert "secret words" not in text
        assert CloudProject.objects.get().iam_url not in text
