"""Beat has one head a day kept, in the database and in a file."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import OperationalError

from clusters import wiring
from clusters.domain.signed_head import read_line
from clusters.models import Event, KeptHead
from clusters.operations.audit import daily_head, heads
from clusters.operations.audit.heads import HistoryBusy
from clusters.operations.core import dispatch
from clusters.tasks import keep_one_head, run_sweep
from tests.factories import NOON, submitted
from tests.flows.audit.verified import verified
from tests.openings import change_history

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


def keep(now: datetime = NOON, file: Path | None = None) -> int:
    """Keep a head if one is due; return how many there are."""
    daily_head.keep_due_head(wiring.audit_keys(), file=file, now=now)
    return KeptHead.objects.count()


class TestADay:
    def test_has_one_head(self):
        assert [keep(), keep(NOON + timedelta(hours=23))] == [1, 1]
        cache.clear()
        assert keep(NOON + timedelta(hours=24)) == 2
        assert verified() == "2 events, 0 requests, chain ok\n"

    def test_has_one_also_where_a_clock_was_ahead(self):
        keep(NOON + timedelta(days=300))
        cache.clear()
        assert keep() == 2

    def test_has_no_head_over_a_history_that_was_cut(self, caplog):
        submitted()
        keep()
        with change_history():
            Event.objects.filter(kind="submit").delete()
        cache.clear()
        assert keep(NOON + timedelta(days=2)) == 1
        assert "head.not_kept" in caplog.text

    def test_has_one_try_an_hour(self, monkeypatch):
        tried = []
        monkeypatch.setattr(
            daily_head, "keep_head", lambda *_, **how: tried.append(how["now"])
        )
        keep()
        keep(NOON + timedelta(minutes=30))
        assert tried == [NOON]

    def test_has_another_try_at_once_where_somebody_wrote(self, monkeypatch):
        def busy(*_: object, **__: object) -> None:
            raise HistoryBusy("written")

        with monkeypatch.context() as context:
            context.setattr(daily_head, "keep_head", busy)
            assert keep() == 0
        assert keep() == 1


class TestTheSweep:
    def test_asks_for_a_head_that_is_due(
        self, monkeypatch, django_capture_on_commit_callbacks
    ):
        sent = []
        monkeypatch.setattr(dispatch, "_publish", lambda task, _ids: sent.append(task))
        with django_capture_on_commit_callbacks(execute=True):
            run_sweep()
        assert "clusters.keep_head" in sent
        keep_one_head()
        sent.clear()
        with django_capture_on_commit_callbacks(execute=True):
            run_sweep()
        assert "clusters.keep_head" not in sent


class TestTheFile:
    def test_gets_each_head_as_a_line(self, tmp_path):
        file = tmp_path / "heads"
        keep()  # before the variable was set
        cache.clear()
        keep(NOON + timedelta(days=1), file)
        cache.clear()
        keep(NOON + timedelta(days=2), file)
        days = [read_line(line).head.at[:10] for line in file.read_text().splitlines()]
        assert days == ["2026-11-23", "2026-11-24", "2026-11-25"]
        assert not KeptHead.objects.filter(sent_at=None).exists()
        assert verified("--from-head", str(file))

    def test_goes_on_after_a_line_that_was_cut(self, tmp_path):
        file = tmp_path / "heads"
        file.write_text('{"at":"2026-')
        keep(file=file)
        assert verified("--from-head", str(file))

    def test_that_cannot_be_written_is_written_later(self, tmp_path, caplog):
        keep(file=tmp_path / "none" / "heads")
        assert "head.not_written" in caplog.text
        assert KeptHead.objects.get().sent_at is None


def test_an_error_of_the_database_is_no_lack_of_time(monkeypatch):
    def fail() -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(heads, "_newest_event", fail)
    with pytest.raises(OperationalError):
        keep()
