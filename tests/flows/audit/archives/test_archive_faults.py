"""What verify_audit says of archives that are not as they were written."""

import hashlib
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clusters import wiring
from clusters.credentials.signing import Signer
from clusters.domain.events import EventKind
from clusters.domain.signed_batch import line_of, read_line
from clusters.models import (
    Archive,
    ArchiveBatch,
    ArchivedRequest,
    Event,
    Installation,
)
from clusters.operations.audit.archives import batch_file
from clusters.operations.audit.archives.keys import opened_key
from clusters.operations.audit.archives.record import Record
from clusters.operations.audit.heads import sha256_of_line
from tests.factories import NOON, submitted
from tests.flows.audit.archives.scene import archived, showcase
from tests.flows.audit.verified import finding, verified
from tests.openings import change_history

pytestmark = pytest.mark.django_db

WELL = "38 events, 11 requests, chain ok\n"


@pytest.fixture
def file(tmp_path):
    """An archive of four requests."""
    showcase()
    path = tmp_path / "old.archive"
    archived(path)
    return path


def anew(**values: Any) -> str:
    """Return the line of the batch with other values, signed as if it were ours."""
    said = read_line(ArchiveBatch.objects.get().line).batch
    return line_of(
        said.__class__(**said.__dict__ | values), wiring.audit_keys().signer(now=NOON)
    )


def write_line(line: str, file: Any) -> None:
    """Put this line before the batch, in the file and in its row."""
    batch = ArchiveBatch.objects.get()
    file.write_bytes(file.read_bytes().replace(batch.line.encode(), line.encode()))
    tell(line)


def tell(line: str) -> None:
    """Put this line into the row of the batch, and into its event."""
    ArchiveBatch.objects.update(line=line)
    with change_history():
        event = Event.objects.get(kind=EventKind.REQUESTS_ARCHIVED)
        event.data["sha256"] = sha256_of_line(line)
        event.hash = event.expected_hash()
        event.save()


class TestTheFile:
    def test_is_not_there(self, file):
        file.unlink()
        assert finding() == (
            f"The archive {file} is not there. If it was moved, say where to with"
            " --archives FOLDER."
        )
        assert verified("--without-archives") == WELL

    def test_was_moved(self, file, tmp_path):
        folder = tmp_path / "tape"
        folder.mkdir()
        file.rename(folder / file.name)
        assert verified("--archives", str(folder)) == WELL

    def test_is_looked_for_in_no_folder(self, file):
        with pytest.raises(CommandError, match="is no folder"):
            call_command("verify_audit", "--archives", str(file))

    @pytest.mark.parametrize("left", [0, 40, -200])
    def test_was_cut(self, file, left):
        file.write_bytes(file.read_bytes()[:left])
        said = finding()
        assert f"of the archive {file} is " in said
        assert said.endswith(("is cut in the file.", "is empty in the file."))

    def test_was_changed(self, file):
        content = bytearray(file.read_bytes())
        content[-100] ^= 1
        file.write_bytes(content)
        assert "was changed in the file" in finding()

    def test_is_another_one(self, file):
        first = file.read_bytes()
        rest = first.partition(b"\n")[2]
        other = anew(at="2026-01-01T00:00:00+00:00")
        file.write_bytes(other.encode() + b"\n" + rest)
        assert "begins with another line in the file" in finding()

    def test_has_a_half_written_batch_at_its_end(self, file):
        whole = file.read_bytes()
        file.write_bytes(whole + whole[:500])
        # No row knows of it: its requests were not removed.
        assert verified() == WELL
        with pytest.raises(CommandError, match="is cut"):
            call_command("read_archive", str(file))

    @pytest.mark.parametrize("claimed", [10**12, 10**30])
    def test_claims_more_than_there_is(self, file, claimed):
        line = anew(bytes=claimed)
        file.write_bytes(line.encode() + b"\n" + b"x" * 100)
        with pytest.raises(CommandError, match="is cut"):
            call_command("read_archive", str(file))

    def test_is_of_another_version(self, file):
        line = ArchiveBatch.objects.get().line.replace('"format":1', '"format":2')
        write_line(line, file)
        assert "has the format 2, and 1 is known" in finding()

    def test_is_of_another_installation(self, file):
        Installation.objects.update_or_create(installation_id="north")
        write_line(anew(installation="south"), file)
        assert "is of the installation “south”, and this one is “north”" in finding()

    def test_is_signed_with_another_key(self, file):
        said = read_line(ArchiveBatch.objects.get().line).batch
        other = Signer.new()
        write_line(line_of(said, other), file)
        assert f"is signed with the key {other.public_key}" in finding()

    def test_cannot_be_decrypted(self, file):
        Archive.objects.update(encrypted_key="x")
        assert finding() == (
            f"The archive {file} cannot be read: no key of ENCRYPTION_KEYS opens its key."
        )


class TestWhatIsLeftOfRequests:
    def test_was_changed(self, file):
        ArchivedRequest.objects.filter(name="old-index").update(last_hash="0" * 64)
        assert "are not those that were signed" in finding()
        assert "are not those that were signed" in finding("--without-archives")

    @pytest.mark.parametrize(
        "column",
        [
            {"state": "active"},
            {"name": "another"},
            {"cloud_id": "another"},
            {"last_event": 10_000},
            {"created_at": NOON},
        ],
        ids=str,
    )
    def test_is_not_what_the_archive_says(self, file, column):
        ArchivedRequest.objects.filter(name="old-index").update(**column)
        assert re.search(
            r"Request \S+ \(.+ covers|not what its archive says", finding()
        )

    def test_was_deleted(self, file):
        ArchivedRequest.objects.filter(name="old-index").delete()
        assert "are not those that were signed" in finding()

    def test_is_in_the_database_again(self, file):
        row = ArchivedRequest.objects.get(name="old-index")
        ArchivedRequest.objects.filter(pk=row.pk).delete()
        new = submitted("old-index")
        row.pk = new.pk
        row.save(force_insert=True)
        assert f"Request old-index ({new.pk}) is still there, and archived" in finding()

    def test_was_deleted_with_its_batch(self, file):
        ArchivedRequest.objects.all().delete()
        ArchiveBatch.objects.all().delete()
        assert "(history.requests_archived) tells of a batch that is not there" in (
            finding()
        )

    def test_was_deleted_with_its_batch_and_event(self, file):
        ArchivedRequest.objects.all().delete()
        ArchiveBatch.objects.all().delete()
        with change_history():
            Event.objects.filter(kind=EventKind.REQUESTS_ARCHIVED).delete()
        assert "Events were removed or added since" in finding()

    def test_has_no_event(self, file):
        with change_history():
            Event.objects.filter(kind=EventKind.REQUESTS_ARCHIVED).delete()
        assert f"of the archive {file}: no event tells of it" in finding()

    def test_has_other_counts(self, file):
        ArchiveBatch.objects.update(events=9)
        assert "is not what its line says" in finding()


class TestAForgedRequest:
    """Who has all keys writes another archive: its request still has to fit its events."""

    def test_is_found_by_its_chain(self, file):
        archive = Archive.objects.get()
        key = opened_key(wiring.encryptor(), str(archive.id), archive.encrypted_key)
        content = file.read_bytes().partition(b"\n")[2]
        records = [batch_file.opened(line, key) for line in content.splitlines()]
        forged = [
            each.as_json().replace('"state":"failed"', '"state":"active"')
            for each in records
        ]
        rewrite(
            file, [batch_file.sealed(Record.from_json(each), key) for each in forged]
        )
        assert "it is “active” by its row, and event" in finding()


def rewrite(file: Any, lines: list[bytes]) -> None:
    """Write these requests into the archive, and sign it as if it were ours."""
    content = b"".join(lines)
    line = anew(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    file.write_bytes(line.encode() + b"\n" + content)
    offset = len(line) + 1
    rows = list(ArchivedRequest.objects.order_by("offset"))
    for row, each in zip(rows, lines, strict=True):
        ArchivedRequest.objects.filter(pk=row.pk).update(
            offset=offset, length=len(each)
        )
        offset += len(each)
    tell(line)
