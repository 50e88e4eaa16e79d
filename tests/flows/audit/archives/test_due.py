"""Which requests `manage.py archive` takes out of the database."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.cloud.types import Outcome
from clusters.domain.events import EventKind
from clusters.models import (
    ArchivedRequest,
    Attempt,
    Cluster,
    ClusterRequest,
    Event,
    KeptHead,
    Mail,
)
from clusters.models.cluster import Health
from clusters.operations.audit.archives import write
from clusters.operations.core.history import record_event
from tests.factories import NOON, submitted, user
from tests.flows.audit.archives.scene import (
    ENDED,
    archived,
    names,
    read,
    showcase,
)
from tests.openings import change_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "old.archive"


class TestWhatIsTaken:
    def test_are_requests_with_which_nothing_can_happen_any_more(self, file):
        showcase()
        before = names()
        assert archived(file) == f"4 requests with 10 events are in {file}. Keep it.\n"
        assert sorted({*before} - {*names()}) == sorted(ENDED)

    def test_waits_for_the_day_after_the_last_event(self, file):
        showcase()
        archived(file, "2026-11-20")
        assert "metrics-search" in names()  # failed on the 22nd
        taken = ArchivedRequest.objects.values_list("name", flat=True)
        assert sorted(taken) == ["everything-search", "old-index", "quiet-index"]

    def test_a_cluster_that_works_keeps_its_request(self, file):
        showcase()
        archived(file)
        assert ClusterRequest.objects.filter(name="audit-search").exists()

    @pytest.mark.parametrize(
        "gone", [{"gone_at": NOON}, {"health": Health.VANISHED}], ids=str
    )
    def test_a_cluster_that_is_gone_goes_with_its_request(self, file, gone):
        showcase()
        Cluster.objects.filter(requests__name="audit-search").update(**gone)
        archived(file)
        assert not ClusterRequest.objects.filter(name="audit-search").exists()
        assert not Cluster.objects.filter(name="audit-search").exists()
        row = ArchivedRequest.objects.get(name="audit-search")
        assert read(file, row.id)["cluster"]["cloud_id"] == row.cloud_id

    def test_a_cluster_that_is_being_deleted_keeps_its_request(self, file):
        showcase()
        rows = Cluster.objects.filter(requests__name="audit-search")
        rows.update(health=Health.VANISHED, deletion_due_at=NOON)
        archived(file)
        assert ClusterRequest.objects.filter(name="audit-search").exists()

    @pytest.mark.parametrize(
        "column", [{"needs": "operator"}, {"moved_at": NOON + timedelta(days=3)}]
    )
    def test_who_has_to_act_or_acted_lately_keeps_a_request(self, file, column):
        showcase()
        ClusterRequest.objects.filter(name="old-index").update(**column)
        archived(file)
        assert "old-index" in names()

    def test_an_unsent_mail_keeps_a_request(self, file):
        showcase()
        event = Event.objects.filter(request__name="old-index").latest("pk")
        Mail.objects.create(event=event, person=user("alice"), due_at=NOON)
        archived(file)
        assert "old-index" in names()

    def test_a_later_event_keeps_a_request(self, file):
        showcase()
        row = ClusterRequest.objects.get(name="old-index")
        with change_history():
            events = Event.objects.filter(request=row)
            events.filter(pk=events.latest("pk").pk).update(at=NOON + timedelta(days=3))
        archived(file)
        assert "old-index" in names()

    def test_a_cluster_that_may_still_show_up_keeps_its_request(self, file):
        showcase()
        attempts = Attempt.objects.filter(request__name="metrics-search")
        with change_history():
            attempts.update(outcome=Outcome.UNKNOWN, sent_at=timezone.now())
        archived(file)
        assert "metrics-search" in names()

    def test_an_event_after_the_head_keeps_a_request(self, file, monkeypatch):
        showcase()
        keep_head = write.keep_head

        def keep_and_add(*args, **how):
            head = keep_head(*args, **how)
            for row in ClusterRequest.objects.filter(name__in=ENDED):
                record_event(row.pk, EventKind.HAND_OVER, now=NOON)
            return head

        monkeypatch.setattr(write, "keep_head", keep_and_add)
        assert archived(file) == "No request is to be archived, and no file was made.\n"
        assert not file.exists()
        assert len(names()) == 11

    def test_nothing_makes_no_file(self, file):
        submitted()
        assert archived(file) == "No request is to be archived, and no file was made.\n"
        assert not file.exists()
        assert not KeptHead.objects.exists()
