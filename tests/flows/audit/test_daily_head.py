"""Beat has one head a day kept, in the database, in a file and by mail."""

from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.core.cache import cache
from django.core.mail.backends import locmem
from django.db import OperationalError
from django.utils import translation

from clusters import wiring
from clusters.domain.signed_head import read_line
from clusters.models import Event, KeptHead
from clusters.operations.audit import daily_head, heads
from clusters.operations.audit.head_copies import MAILED_AFTERWARDS, HeadCopies
from clusters.operations.audit.heads import HistoryBusy
from clusters.operations.core import dispatch
from clusters.tasks import keep_one_head, run_sweep
from tests.factories import NOON, submitted
from tests.flows.audit.verified import verified
from tests.openings import change_history

pytestmark = pytest.mark.django_db

URL = "https://portal.example.com"
DORA_AND_OLGA = ("dora@example.com", "olga@example.com")
DAYS = [NOON + timedelta(days=day) for day in range(MAILED_AFTERWARDS + 3)]
LATER = NOON + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


def keep(
    now: datetime = NOON, file: Path | None = None, mail: tuple[str, ...] = ()
) -> int:
    """Keep a head if one is due, as once an hour; return how many there are."""
    cache.clear()
    copies = HeadCopies(file=file, mail=mail, public_url=URL)
    daily_head.keep_due_head(wiring.audit_keys(), copies, now=now)
    return KeptHead.objects.count()


class TestADay:
    def test_has_one_head(self):
        assert [keep(), keep(NOON + timedelta(hours=23))] == [1, 1]
        assert keep(NOON + timedelta(hours=24)) == 2
        assert verified() == "2 events, 0 requests, chain ok\n"

    def test_has_one_also_where_a_clock_was_ahead(self):
        keep(NOON + timedelta(days=300))
        assert keep() == 2

    def test_has_no_head_over_a_history_that_was_cut(self, caplog):
        submitted()
        keep()
        with change_history():
            Event.objects.filter(kind="submit").delete()
        assert keep(NOON + timedelta(days=2)) == 1
        assert "head.not_kept" in caplog.text

    def test_has_one_try_an_hour(self, monkeypatch):
        tried = []
        monkeypatch.setattr(
            daily_head, "keep_head", lambda *_, **how: tried.append(how["now"])
        )
        keep()
        daily_head.keep_due_head(wiring.audit_keys(), HeadCopies(), now=LATER)
        assert tried == [NOON]

    def test_has_another_try_at_once_where_somebody_wrote(self, monkeypatch):
        def busy(*_: object, **__: object) -> None:
            raise HistoryBusy("written")

        with monkeypatch.context() as context:
            context.setattr(daily_head, "keep_head", busy)
            assert keep() == 0
        daily_head.keep_due_head(wiring.audit_keys(), HeadCopies(), now=NOON)
        assert KeptHead.objects.count() == 1


class TestTheSweep:
    @pytest.fixture
    def asks(self, monkeypatch, django_capture_on_commit_callbacks):
        """Whether a sweep asks for a head."""
        sent = []
        monkeypatch.setattr(dispatch, "_publish", lambda task, _ids: sent.append(task))

        def sweep() -> bool:
            sent.clear()
            with django_capture_on_commit_callbacks(execute=True):
                run_sweep()
            return "clusters.keep_head" in sent

        return sweep

    def test_asks_for_a_head_that_is_due(self, asks):
        assert asks()
        keep_one_head()
        assert not asks()

    def test_asks_for_copies_that_are_wanting(self, asks, settings, tmp_path):
        keep_one_head()
        cache.clear()
        settings.AUDIT_HEAD_MAIL = ["dora@example.com"]
        settings.AUDIT_HEAD_FILE = str(tmp_path / "heads")
        assert asks()
        keep_one_head()
        assert not asks()
        assert (tmp_path / "heads").exists()
        assert [mail.to for mail in outbox.outbox] == [["dora@example.com"]]


class TestTheFile:
    def test_gets_each_head_as_a_line(self, tmp_path):
        file = tmp_path / "heads"
        keep()  # before the variable was set
        keep(NOON + timedelta(days=1), file)
        keep(NOON + timedelta(days=2), file)
        days = [read_line(line).head.at[:10] for line in file.read_text().splitlines()]
        assert days == ["2026-11-23", "2026-11-24", "2026-11-25"]
        assert not KeptHead.objects.filter(written_at=None).exists()
        assert verified("--from-head", str(file))

    def test_goes_on_after_a_line_that_was_cut(self, tmp_path):
        file = tmp_path / "heads"
        file.write_text('{"at":"2026-')
        keep(file=file)
        assert verified("--from-head", str(file))

    def test_that_cannot_be_written_is_written_later(self, tmp_path, caplog):
        keep(file=tmp_path / "none" / "heads")
        assert "head.not_written" in caplog.text
        assert KeptHead.objects.get().written_at is None
        file = tmp_path / "heads"
        assert keep(LATER, file=file) == 1
        assert verified("--from-head", str(file))


class TestTheMail:
    def test_brings_each_head_once_to_all_addresses(self):
        keep(mail=DORA_AND_OLGA)
        keep(LATER, mail=DORA_AND_OLGA)
        keep(DAYS[1], mail=DORA_AND_OLGA)
        assert days_mailed() == [NOON, DAYS[1]]
        assert {tuple(mail.to) for mail in outbox.outbox} == {DORA_AND_OLGA}

    def test_says_what_it_is_with_the_line_on_a_line_of_its_own(self):
        submitted()
        keep(mail=DORA_AND_OLGA)
        [mail] = outbox.outbox
        text = mail.body
        assert mail.subject == (
            "Head of the history of portal.example.com, 2026-11-23T12:00:00+00:00"
        )
        assert "with 1 event." in text
        line = KeptHead.objects.get().line
        assert line in text.splitlines()
        assert read_line(line).public_key in text.splitlines()
        assert f"{URL}/audit/" in text.splitlines()

    def test_speaks_the_language_of_the_portal(self):
        with translation.override("zh-hans"):
            keep(mail=DORA_AND_OLGA)
        assert "操作记录" in outbox.outbox[0].subject
        assert "公钥" in outbox.outbox[0].body

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_keeps_the_line_whole_on_the_wire(self, language):
        with translation.override(language):
            keep(mail=DORA_AND_OLGA)
        line = KeptHead.objects.get().line.encode()
        assert line in outbox.outbox[0].message().as_bytes().splitlines()

    def test_brings_only_the_newest_head_where_none_was_mailed(self):
        for day in DAYS[:3]:
            keep(day)
        keep(DAYS[2], mail=DORA_AND_OLGA)
        assert days_mailed() == [DAYS[2]]

    def test_is_tried_again_and_stops_neither_head_nor_file(
        self, monkeypatch, caplog, tmp_path
    ):
        keep(mail=DORA_AND_OLGA)
        with monkeypatch.context() as context:
            context.setattr(locmem.EmailBackend, "send_messages", _refuse)
            keep(DAYS[1], tmp_path / "heads", DORA_AND_OLGA)
            assert keep(DAYS[2], tmp_path / "heads", DORA_AND_OLGA) == 3
        assert caplog.text.count("head.not_mailed") == 2
        assert len((tmp_path / "heads").read_text().splitlines()) == 3
        keep(DAYS[2] + timedelta(hours=1), mail=DORA_AND_OLGA)
        assert days_mailed() == DAYS[:3]

    def test_brings_few_heads_after_a_long_time(self):
        keep(mail=DORA_AND_OLGA)
        for day in DAYS[1:-1]:
            keep(day)
        keep(DAYS[-1], mail=DORA_AND_OLGA)
        assert days_mailed() == [NOON, *DAYS[-MAILED_AFTERWARDS:]]
        assert not HeadCopies(mail=DORA_AND_OLGA).are_wanting

    def test_brings_no_line_that_is_no_head(self, caplog):
        keep()
        KeptHead.objects.update(line="{}")
        keep(LATER, mail=DORA_AND_OLGA)
        assert "head.not_mailed" in caplog.text
        assert outbox.outbox == []


def days_mailed() -> list[datetime]:
    """Return of which moment each mailed head is, in the order of the mails."""
    lines = [
        line
        for mail in outbox.outbox
        for line in mail.body.splitlines()
        if line.startswith("{")
    ]
    return [datetime.fromisoformat(read_line(line).head.at) for line in lines]


def _refuse(*_: object) -> None:
    raise SMTPServerDisconnected("The server has gone.")


def test_an_error_of_the_database_is_no_lack_of_time(monkeypatch):
    def fail() -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(heads, "_newest_event", fail)
    with pytest.raises(OperationalError):
        keep()
