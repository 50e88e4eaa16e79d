"""Heads of the history: taken, kept, compared, and what is said of bad ones."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from clusters import wiring
from clusters.credentials.encryption import Encryptor
from clusters.credentials.signing import Signer
from clusters.domain.signed_head import line_of, read_line
from clusters.models import Event, Installation, KeptHead, SigningKey
from clusters.operations.audit.findings import Finding
from clusters.operations.audit.heads import keep_head
from clusters.operations.audit.signing_keys import AuditKeys, KeyLost
from tests.factories import NOON, approved, submitted
from tests.flows.audit.verified import finding, verified
from tests.openings import change_history
from tests.unit.portal.test_every_variable import KEY as OTHER_KEY

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)
GIVEN = Signer("aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnQ=")


def exported() -> str:
    """Return the line that the command prints."""
    out = StringIO()
    call_command("export_head", stdout=out)
    return out.getvalue()


def file_with(tmp_path: Path, text: str) -> str:
    """Return the path of a file with this text."""
    path = tmp_path / "head"
    path.write_text(text)
    return str(path)


def anew(line: str, signer: Signer | None = None, **values: Any) -> str:
    """Return a head with other values, signed by this installation or another signer."""
    head = read_line(line).head
    keys = wiring.audit_keys()
    return line_of(
        head.__class__(**head.__dict__ | values), signer or keys.signer(now=NOON)
    )


class TestExport:
    def test_is_one_line_over_all_chains(self):
        approved()
        submitted("one-more")
        signed = read_line(exported())
        assert (signed.head.events, signed.head.chains) == (4, 3)
        assert signed.head.last_event == Event.objects.latest("pk").pk
        assert exported().count("\n") == 1

    def test_of_an_empty_table_is_well(self, tmp_path):
        line = exported()
        assert (read_line(line).head.events, read_line(line).head.last_event) == (0, 0)
        assert verified("--from-head", file_with(tmp_path, line)).startswith("0 events")

    def test_is_signed_with_the_same_key_each_time(self):
        first, second = read_line(exported()), read_line(exported())
        assert first.public_key == second.public_key
        assert SigningKey.objects.get().public_key == first.public_key

    def test_is_signed_with_the_key_of_the_environment(self, settings):
        settings.AUDIT_SIGNING_KEY = GIVEN.private_key
        assert read_line(exported()).public_key == GIVEN.public_key
        assert not SigningKey.objects.exists()

    def test_names_the_installation(self):
        Installation.objects.create(installation_id="north")
        assert read_line(exported()).head.installation == "north"

    def test_does_not_hide_what_a_kept_head_shows(self):
        approved()
        keep_head(wiring.audit_keys(), now=NOON)
        with change_history():
            Event.objects.filter(subject_kind="cloud_project").delete()
        with pytest.raises(CommandError, match="Events were removed or added since"):
            exported()
        with pytest.raises(Finding):
            keep_head(wiring.audit_keys(), now=LATER)


class TestAKeptHead:
    def test_is_an_event_of_the_installation(self):
        approved()
        kept = keep_head(wiring.audit_keys(), now=NOON)
        assert (kept.events, kept.at) == (3, NOON)
        assert verified() == "4 events, 1 requests, chain ok\n"

    def test_is_covered_by_the_next_one(self):
        for day in range(3):
            kept = keep_head(wiring.audit_keys(), now=NOON + timedelta(days=day))
        assert kept.events == 2
        assert verified() == "3 events, 0 requests, chain ok\n"

    def test_shows_a_tail_that_was_cut(self):
        approved()
        keep_head(wiring.audit_keys(), now=NOON)
        with change_history():
            Event.objects.filter(subject_kind="cloud_project").delete()
        assert finding() == (
            "The head that was kept at 2026-11-23T12:00:00+00:00 covers 3 events up to"
            f" number {Event.objects.filter(kind='approve').get().pk}, and 2 of them are"
            f" there; the newest event is number {Event.objects.latest('pk').pk}. Events"
            " were removed or added since."
        )

    def test_shows_a_chain_that_was_computed_anew(self):
        approved()
        keep_head(wiring.audit_keys(), now=NOON)
        event = Event.objects.get(subject_kind="cloud_project")
        event.correlation_id = "another"
        event.hash = event.expected_hash()
        with change_history():
            event.save()
        assert "chains were changed and computed anew since" in finding()

    def test_is_the_one_that_covers_most_whatever_its_clock_said(self):
        keep_head(wiring.audit_keys(), now=LATER)
        submitted()
        keep_head(wiring.audit_keys(), now=NOON)
        with change_history():
            Event.objects.filter(kind="submit").update(correlation_id="x")
        with change_history():
            Event.objects.filter(kind="submit").update(
                hash=Event.objects.get(kind="submit").expected_hash()
            )
        assert "at 2026-11-23T12:00:00+00:00" in finding()

    def test_may_not_be_missing(self):
        keep_head(wiring.audit_keys(), now=NOON)
        KeptHead.objects.all().delete()
        assert finding() == (
            "The installation: event 1 (history.head_kept) tells of a head that is not"
            " there."
        )

    def test_has_its_event(self):
        kept = keep_head(wiring.audit_keys(), now=NOON)
        KeptHead.objects.create(
            at=LATER,
            last_event_id=kept.last_event_id,
            events=kept.events,
            line=anew(kept.line, at=LATER.isoformat()),
        )
        assert finding().startswith("No event tells of kept head ")

    @pytest.mark.parametrize(
        "change", [{"at": LATER}, {"events": 7}, {"last_event_id": 7}]
    )
    def test_is_what_its_line_says(self, change):
        keep_head(wiring.audit_keys(), now=NOON)
        KeptHead.objects.update(**change)
        assert finding().endswith(" is not what its line says.")

    def test_cannot_be_forged(self):
        kept = keep_head(wiring.audit_keys(), now=NOON)
        KeptHead.objects.update(line=kept.line.replace('"events":0', '"events":1'))
        assert "has a signature that is not that of its content" in finding()

    def test_cannot_be_signed_with_a_key_that_somebody_adds(self):
        kept = keep_head(wiring.audit_keys(), now=NOON)
        forger = Signer.new()
        SigningKey.objects.create(
            public_key=forger.public_key,
            encrypted_key=Encryptor([OTHER_KEY]).encrypt_for(
                ("audit signing key", forger.public_key), forger.private_key
            ),
            created_at=NOON,
        )
        KeptHead.objects.update(line=anew(kept.line, forger))
        assert f"signed with the key {forger.public_key}" in finding()

    def test_of_a_key_that_was_replaced_is_still_known(self, settings):
        settings.AUDIT_SIGNING_KEY = GIVEN.private_key
        keep_head(wiring.audit_keys(), now=NOON)
        settings.AUDIT_SIGNING_KEY = Signer.new().private_key
        assert "chain ok" in verified()
        settings.AUDIT_SIGNING_KEY = ""
        keep_head(wiring.audit_keys(), now=LATER)
        assert "chain ok" in verified()

    def test_of_before_the_installation_had_an_id_counts(self):
        keep_head(wiring.audit_keys(), now=NOON)
        Installation.objects.create(installation_id="north")
        assert "chain ok" in verified()
        KeptHead.objects.update(
            line=anew(KeptHead.objects.get().line, installation="south")
        )
        assert "is of the installation “south”, and this one is “north”" in finding()


class TestKeys:
    def test_that_were_lost_sign_nothing(self):
        AuditKeys(Encryptor([OTHER_KEY])).signer(now=NOON)
        with pytest.raises(KeyLost):
            wiring.audit_keys().signer(now=NOON)
        with pytest.raises(CommandError, match="opens the stored signing key"):
            exported()

    def test_that_were_lost_are_known_when_somebody_vouches_for_them(self):
        keep_head(AuditKeys(Encryptor([OTHER_KEY])), now=NOON)
        assert "which this installation does not know" in finding()
        lost = SigningKey.objects.get().public_key
        wiring.audit_keys().remember(lost, now=NOON)
        assert "chain ok" in verified()
        assert wiring.audit_keys().signer(now=NOON).public_key != lost

    def test_go_over_to_a_new_key_of_encryption_with_the_next_head(self, settings):
        keep_head(wiring.audit_keys(), now=NOON)
        old = settings.ENCRYPTION_KEYS
        settings.ENCRYPTION_KEYS = [OTHER_KEY, *old]
        keep_head(wiring.audit_keys(), now=LATER)
        settings.ENCRYPTION_KEYS = [OTHER_KEY]
        assert "chain ok" in verified()
        assert exported()


class TestFromHead:
    def test_compares_with_the_last_line(self, tmp_path):
        submitted()
        first = exported()
        submitted("one-more")
        assert verified("--from-head", file_with(tmp_path, first + exported()))

    def test_shows_what_was_cut_since(self, tmp_path):
        approved()
        file = file_with(tmp_path, exported())
        with change_history():
            Event.objects.filter(subject_kind="cloud_project").delete()
        assert finding("--from-head", file).startswith(
            f"The head in {file} covers 3 events"
        )

    def test_shows_that_the_table_has_fewer_events_than_it_covers(self, tmp_path):
        submitted()
        last = Event.objects.get().pk
        line = anew(exported(), last_event=last + 1000, events=900)
        said = finding("--from-head", file_with(tmp_path, line))
        assert f"900 events up to number {last + 1000}, and 1 of them" in said

    def test_shows_numbers_that_were_changed(self, tmp_path):
        submitted()
        file = file_with(tmp_path, exported())
        with change_history():
            Event.objects.update(id=F("id") + 1000)
        assert "and 0 of them are there" in finding("--from-head", file)

    @pytest.mark.parametrize(
        ("spoil", "why"),
        [
            (lambda line: "", "is empty."),
            (lambda line: "\n\n", "is empty."),
            (lambda line: line[:-40], "is cut."),
            (lambda line: "heads", "is no JSON."),
            (lambda line: line.replace('"format":1', '"format":2'), "has the format 2"),
            (lambda line: anew(line, installation="south"), "is of the installation"),
            (lambda line: anew(line, Signer.new()), "is signed with the key"),
            (lambda line: line.replace('"chains":1', '"chains":2'), "has a signature"),
        ],
    )
    def test_says_what_is_wrong_with_the_head(self, tmp_path, spoil, why):
        submitted()
        file = file_with(tmp_path, spoil(exported()))
        said = finding("--from-head", file)
        assert said.startswith(f"The head in {file} {why}")
        assert said.endswith(".")
        assert said.count("\n") == 0

    def test_says_that_there_is_no_file(self, tmp_path):
        assert finding("--from-head", f"{tmp_path}/none") == (
            f"The head in {tmp_path}/none cannot be read: No such file or directory."
        )
        assert "Is a directory" in finding("--from-head", str(tmp_path))

    def test_says_that_it_is_no_text(self, tmp_path):
        path = tmp_path / "head"
        path.write_bytes(b"\xff\xfe\x00")
        assert finding("--from-head", str(path)).endswith(" is no text.")

    def test_is_the_whole_of_its_line(self, tmp_path):
        """However long the file is."""
        submitted()
        old = json.dumps({"note": "x" * 900}) + "\n"
        assert verified("--from-head", file_with(tmp_path, old * 2000 + exported()))
