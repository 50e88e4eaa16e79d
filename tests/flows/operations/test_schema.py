"""Workers of another version than the tables: they refuse to start, or stop working."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from clusters import tasks
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State
from clusters.models import Heartbeat, Installation
from clusters.operations.core import schema
from clusters.operations.core.errors import GateShut
from clusters.operations.core.schema import OtherSchema, check_schema, is_newer_schema
from clusters.operations.provisioning.claim import claim_next
from clusters.operations.provisioning.gate import Gate
from tests.factories import NOON, approved, cloud_project

pytestmark = pytest.mark.django_db


def migrate_further() -> None:
    """What the next version does before its workers start."""
    schema.check_schema()  # as a worker that has started
    MigrationRecorder(connection).record_applied("clusters", "9999_next")


class TestStart:
    def test_is_allowed_on_the_tables_of_this_version(self):
        check_schema()
        assert not is_newer_schema()

    def test_is_refused_before_the_migrations(self):
        MigrationRecorder(connection).record_unapplied("clusters", "0003_mail")
        with pytest.raises(OtherSchema, match=r"clusters\.0003_mail is not applied"):
            check_schema()

    def test_is_refused_after_a_newer_version_has_migrated(self):
        migrate_further()
        with pytest.raises(OtherSchema, match=r"clusters\.9999_next"):
            check_schema()

    def test_is_refused_with_one_line(self):
        migrate_further()
        with pytest.raises(SystemExit, match=r"^DATABASE_URL: .*9999_next"):
            tasks.require_own_database()
        assert not Installation.objects.exists()

    def test_does_not_mind_an_app_that_was_taken_out(self):
        MigrationRecorder(connection).record_applied("taken_out", "0001_initial")
        check_schema()


class TestOldWorker:
    def test_claims_nothing(self):
        row = approved()
        migrate_further()
        assert (
            claim_next(row.cloud_project_id, engine=EngineSettings(), now=NOON) is None
        )
        row.refresh_from_db()
        assert row.state == State.APPROVED

    def test_opens_no_gate_for_what_it_claimed_before(self):
        row = approved()
        engine = EngineSettings()
        claim = claim_next(row.cloud_project_id, engine=engine, now=timezone.now())
        assert claim is not None
        gate = Gate(
            claim,
            body_sha256=row.body_sha256,
            place_sha256=row.place_sha256,
            call=engine.call,
            is_stopping=lambda: False,
        )
        migrate_further()
        with pytest.raises(GateShut, match="old worker"):
            gate()
        assert not row.attempts.exists()

    @pytest.mark.parametrize(
        "task", [tasks.provision, tasks.poll_one, tasks.refresh_one_catalog]
    )
    def test_does_nothing_for_a_message(self, task, monkeypatch):
        project = cloud_project()
        migrate_further()
        monkeypatch.setattr(tasks, "_cloud", lambda _: pytest.fail("it worked"))
        task(cloud_project_id=project.pk)

    def test_shows_no_sign_of_life(self):
        migrate_further()
        tasks.run_sweep()
        assert not Heartbeat.objects.exists()
