"""`manage.py archive`: what it takes out of the database, and that nothing of it is lost."""

import json
import os
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from clusters import wiring
from clusters.domain.events import EventKind
from clusters.models import (
    Archive,
    ArchiveBatch,
    ArchivedRequest,
    Attempt,
    ClusterRequest,
    Decision,
    Event,
    Mail,
)
from clusters.operations.audit.archives import write
from tests.flows.audit.archives.scene import (
    ENDED,
    archived,
    names,
    read,
    refused,
    showcase,
)
from tests.flows.audit.verified import finding, verified
from tests.openings import change_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "old.archive"


class TestWhatIsLeft:
    def test_is_verified_together_with_the_archive(self, file):
        showcase()
        assert verified() == "35 events, 11 requests, chain ok\n"
        archived(file)
        # A head, the opening, and the event about the batch.
        assert verified() == "38 events, 11 requests, chain ok\n"
        assert verified("--without-archives") == verified()

    def test_has_no_row_of_the_requests(self, file):
        showcase()
        rows = ClusterRequest.objects.filter(name__in=ENDED)
        ids = list(rows.values_list("id", flat=True))
        assert Event.objects.filter(request_id__in=ids).count() == 10
        archived(file)
        for model in (Event, Decision, Attempt):
            assert not model.objects.filter(request_id__in=ids).exists()

    def test_is_told_by_events(self, file):
        showcase()
        archived(file)
        opened = Event.objects.get(kind=EventKind.HISTORY_OPENED)
        assert opened.data["via"] == "archive"
        told = Event.objects.get(kind=EventKind.REQUESTS_ARCHIVED).data
        assert (told["requests"], told["events"], told["path"]) == (4, 10, str(file))

    def test_fits_the_heads_of_before_and_after(self, file, tmp_path):
        showcase()
        head = tmp_path / "head"
        with head.open("w") as opened:
            call_command("export_head", stdout=opened)
        archived(file)
        assert verified("--from-head", str(head))
        with head.open("w") as opened:
            call_command("export_head", stdout=opened)
        assert verified("--from-head", str(head))

    def test_fits_a_head_that_covers_a_part_of_a_chain(self, file, tmp_path):
        showcase()
        head = tmp_path / "head"
        row = ClusterRequest.objects.get(name="old-index")
        with change_history():
            # So that the head ends within the chain of this request.
            kept = list(Event.objects.filter(pk__gt=row.events.get(seq=1).pk).values())
            Mail.objects.all().delete()
            Event.objects.filter(pk__in=[each["id"] for each in kept]).delete()
        with head.open("w") as opened:
            call_command("export_head", stdout=opened)
        Event.objects.bulk_create(Event(**each) for each in kept)
        archived(file)
        assert verified("--from-head", str(head))
        assert "has to be read" in finding(
            "--from-head", str(head), "--without-archives"
        )

    def test_is_in_batches(self, file, monkeypatch):
        showcase()
        monkeypatch.setattr(write, "BATCH", 3)
        archived(file)
        assert [batch.requests for batch in ArchiveBatch.objects.all()] == [3, 1]
        assert Archive.objects.get().path == str(file)
        assert verified() == "40 events, 11 requests, chain ok\n"

    def test_survives_new_encryption_keys(self, file, settings):
        showcase()
        archived(file)
        old = settings.ENCRYPTION_KEYS
        new = "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU="
        settings.ENCRYPTION_KEYS = [new, *old]
        wiring.audit_keys().encrypt_anew()
        settings.ENCRYPTION_KEYS = [new]
        row = ArchivedRequest.objects.first()
        assert read(file, row.id)["request"]["id"] == str(row.id)


class TestTheFile:
    def test_keeps_all_of_a_request(self, file):
        showcase()
        row = ClusterRequest.objects.get(name="metrics-search")
        was = {"body": row.body, "error_message": row.error_message}
        attempts = row.attempts.count()
        archived(file)
        kept = read(file, row.id)
        assert was.items() <= kept["request"].items()
        assert len(kept["attempts"]) == attempts == 1
        assert [each["verdict"] for each in kept["decisions"]] == ["approved"]
        assert len(kept["events"]) == 4

    def test_shows_nothing_of_a_request(self, file):
        showcase()
        archived(file)
        content = file.read_bytes()
        # With its quotes: three letters alone occur in ciphertext by chance.
        for word in (b"metrics-search", b"charlie", b'"bob"', b"CSS.1112"):
            assert word not in content

    def test_belongs_to_its_owner_alone(self, file):
        showcase()
        archived(file)
        assert file.stat().st_mode & 0o777 == 0o600

    def test_is_printed_whole(self, file):
        showcase()
        archived(file)
        out = StringIO()
        call_command("read_archive", str(file), stdout=out)
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        assert sorted(each["request"]["name"] for each in lines) == sorted(ENDED)


class TestRefused:
    def test_a_file_that_exists(self, file):
        showcase()
        archived(file, "2026-11-20")
        content = file.read_bytes()
        assert refused(file) == f"{file} exists: each archive is a new file."
        assert file.read_bytes() == content
        assert "metrics-search" in names()

    def test_a_day_that_is_not_over(self, file):
        showcase()
        assert "is not over: give today" in refused(file, "2999-01-01")

    def test_what_is_no_date(self, file):
        assert "soon is no date" in refused(file, "soon")

    def test_a_folder_that_is_not_there(self, tmp_path):
        showcase()
        file = tmp_path / "none" / "x"
        assert refused(file) == f"{file} cannot be written: No such file or directory."
        assert len(names()) == 11

    def test_a_history_that_was_changed(self, file):
        showcase()
        row = ClusterRequest.objects.get(name="old-index")
        ClusterRequest.objects.filter(pk=row.pk).update(body="{}")
        assert "its stored body does not have the SHA-256" in refused(file)
        assert not file.exists()
        assert len(names()) == 11
        assert not ArchivedRequest.objects.exists()

    def test_a_full_disk_loses_nothing(self, file, monkeypatch):
        showcase()

        def fail(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(write, "append_batch", fail)
        assert refused(file) == f"{file} cannot be written: No space left on device."
        assert len(names()) == 11
        assert verified() == "36 events, 11 requests, chain ok\n"

    def test_says_what_is_archived_already(self, file, monkeypatch):
        showcase()
        monkeypatch.setattr(write, "BATCH", 3)
        append = write.append_batch

        def fail_at_the_second(opened, line, content):
            if opened.tell():
                raise OSError(28, "No space left on device")
            append(opened, line, content)

        monkeypatch.setattr(write, "append_batch", fail_at_the_second)
        out = StringIO()
        with pytest.raises(CommandError, match="No space left on device"):
            call_command("archive", "--before=2026-11-24", str(file), stdout=out)
        assert re.fullmatch(
            rf"3 requests with \d events are in {file}. Keep it.\n", out.getvalue()
        )
        assert len(names()) == 8
        assert verified()

    @pytest.mark.parametrize("error", [OperationalError("gone"), KeyboardInterrupt()])
    def test_says_that_requests_may_be_removed_after_a_lost_answer(
        self, file, monkeypatch, error
    ):
        showcase()
        replace = write.replace_rows

        def replace_and_fail(*args, **how):
            replace(*args, **how)
            raise error

        monkeypatch.setattr(write, "replace_rows", replace_and_fail)
        out = StringIO()
        with pytest.raises(CommandError):
            call_command("archive", "--before=2026-11-24", str(file), stdout=out)
        assert out.getvalue() == (
            f"Requests that are in {file} may have been removed. Keep it.\n"
        )

    def test_a_path_that_is_no_utf_8(self, tmp_path):
        showcase()
        file = tmp_path / os.fsdecode(b"caf\xe9")
        assert refused(file) == "The path is no UTF-8, which could not be kept."
        assert not file.exists()

    def test_an_unknown_request(self, file):
        showcase()
        archived(file)
        nobody = "00000000-0000-4000-8000-000000000000"
        with pytest.raises(CommandError, match="is not in"):
            call_command("read_archive", str(file), f"--request={nobody}")
