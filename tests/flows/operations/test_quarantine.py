"""After a restore: no gate opens before a complete scan."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.db.models import Value
from django.utils import timezone

from clusters.cloud.types import CreateResult, Outcome
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State, Verb
from clusters.models import CloudProject, ClusterRequest, Installation
from clusters.operations.core import timeline
from clusters.operations.core.errors import GateShut, MoveNotAllowed
from clusters.operations.core.transitions import advance
from clusters.operations.projects import quarantine
from clusters.operations.provisioning.answer import save_answer
from clusters.operations.provisioning.claim import claim_next
from clusters.operations.provisioning.gate import Gate
from tests.factories import NOON, approved, cloud_project

NO_ANSWER = CreateResult(outcome=Outcome.UNKNOWN)

pytestmark = pytest.mark.django_db


def gate_of(row) -> Gate:
    claim = claim_next(
        row.cloud_project_id, engine=EngineSettings(), now=timezone.now()
    )
    return Gate(
        claim,
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        call=EngineSettings().call,
        is_stopping=lambda: False,
    )


class TestQuarantine:
    def test_shuts_every_gate_and_says_how_many(self):
        row = approved()
        gate = gate_of(row)
        said = StringIO()
        call_command("quarantine", stdout=said)
        assert said.getvalue() == "1 cloud projects wait for a complete scan.\n"
        with pytest.raises(GateShut):
            gate()
        assert not row.attempts.exists()

    def test_lets_no_worker_claim_what_its_gate_would_refuse(self):
        row = approved()
        call_command("quarantine", stdout=StringIO())
        assert (
            claim_next(
                row.cloud_project_id, engine=EngineSettings(), now=timezone.now()
            )
            is None
        )

    def test_gives_no_number_again_of_a_claim_that_was_forgotten(self):
        row = approved()
        forgotten = claim_next(row.cloud_project_id, engine=EngineSettings(), now=NOON)
        ClusterRequest.objects.update(state=State.APPROVED, claim=0)
        call_command("quarantine", stdout=StringIO())
        CloudProject.objects.update(quarantined_at=None)
        gate_of(row)()
        save_answer(forgotten, NO_ANSWER, took=timedelta(), now=NOON)
        assert row.attempts.get().outcome == ""
        with pytest.raises(MoveNotAllowed):
            advance(row.id, Verb.REFUSE, expected_claim=forgotten.number, now=NOON)

    def test_leaves_gates_alone_that_nobody_shut(self):
        row = approved()
        gate_of(row)()
        assert row.attempts.count() == 1


class TestQuarantineAfterFailover:
    """What PostgreSQL says is played here; `tests/services/test_restore.py` asks it."""

    @pytest.fixture(autouse=True)
    def other_timeline(self, monkeypatch):
        Installation.objects.create(timeline="00000001")
        monkeypatch.setattr(timeline, "has_timeline", lambda: True)
        monkeypatch.setattr(timeline, "Timeline", lambda: Value("00000002"))

    def test_shuts_every_gate_once(self):
        project = cloud_project()
        assert timeline.is_other_timeline()
        assert quarantine.quarantine_after_failover()
        project.refresh_from_db()
        assert project.quarantined_at
        assert not timeline.is_other_timeline()
        assert not quarantine.quarantine_after_failover()

    def test_lets_nothing_be_claimed_before_the_comparison(self):
        row = approved()
        assert (
            claim_next(
                row.cloud_project_id, engine=EngineSettings(), now=timezone.now()
            )
            is None
        )

    def test_does_not_forget_what_it_could_not_finish(self, monkeypatch):
        project = cloud_project()

        def breaks(**_: object) -> None:
            raise OperationalError("server closed the connection unexpectedly")

        with monkeypatch.context() as broken:
            broken.setattr(quarantine, "quarantine", breaks)
            with pytest.raises(OperationalError):
                quarantine.quarantine_after_failover()
        assert timeline.is_other_timeline()
        assert quarantine.quarantine_after_failover()
        project.refresh_from_db()
        assert project.quarantined_at
