"""What beat does at each tick, and a person by hand."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models.functions import Now
from pytest_django import DjangoCaptureOnCommitCallbacks

from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.operations.core import dispatch
from portal.celery import app
from tests import factories
from tests.flows.decide.pages import as_person, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the messages that would go to the queue."""
    sent: set[str] = set()
    monkeypatch.setattr(dispatch, "_publish", lambda task, _ids: sent.add(task))
    return sent


def lapsed() -> ClusterRequest:
    """Return a request whose worker died before it sent anything."""
    row = factories.cluster_request("lapsed-search", state=State.SENDING)
    long_ago = Now() - timedelta(hours=1)
    ClusterRequest.objects.filter(id=row.id).update(claimed_until=long_ago)
    return row


class TestSchedule:
    def test_names_only_tasks_that_workers_know(self) -> None:
        app.loader.import_default_modules()
        named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
        assert named
        assert named <= set(app.tasks)


class TestReconcile:
    EVERYTHING = {
        "clusters.provision",
        "clusters.poll_project",
        "clusters.refresh_catalog",
    }

    def test_command_does_one_pass_of_all_that_beat_does(
        self,
        asked: set[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        row = lapsed()
        factories.cluster_request("other-search", state=State.UNCLEAR)
        said = StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("reconcile", stdout=said)
        assert said.getvalue() == "1 requests returned to the queue.\n"
        assert state_of(row) == State.APPROVED
        assert asked == self.EVERYTHING

    def test_button_of_operators_does_the_same(
        self,
        asked: set[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        row = lapsed()
        factories.cluster_request("other-search", state=State.UNCLEAR)
        with django_capture_on_commit_callbacks(execute=True):
            answer = as_person("olga").post("/operate/reconcile/")
        assert (answer.status_code, answer["Location"]) == (302, "/operate/")
        assert state_of(row) == State.APPROVED
        assert asked == self.EVERYTHING
