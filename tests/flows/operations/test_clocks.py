"""Clocks that differ: who reports it, and what ends it."""

import pytest
from django.test import Client
from django.utils import timezone

from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State
from clusters.models import Heartbeat
from clusters.models.heartbeat import HeartbeatKind
from clusters.operations.core.heartbeat import record_heartbeat
from clusters.operations.provisioning.claim import claim_next
from clusters.operations.upkeep.sweep import run_maintenance
from tests.database_clock import database_clock
from tests.factories import NOON, approved
from tests.flows.decide.pages import as_person, state_of

pytestmark = pytest.mark.django_db

ENGINE = EngineSettings()


class TestByHand:
    def test_reconcile_now_helps(self):
        row = approved()
        with database_clock(days=1):
            claim_next(row.cloud_project_id, engine=ENGINE, now=NOON)
        as_person("olga").post("/operate/reconcile/")
        assert state_of(row) == State.APPROVED


class TestWhoSaysSo:
    def ready(self) -> dict[str, str]:
        answer: dict[str, str] = Client().get("/readyz").json()
        return answer

    @pytest.mark.parametrize("seconds", [-86_400, -6, 6, 86_400])
    def test_readyz_and_operate_while_clocks_differ(self, seconds):
        with database_clock(seconds=seconds):
            record_heartbeat("worker@host", kind=HeartbeatKind.WORKER)
            said = self.ready()
            page = as_person("olga").get("/operate/").content.decode()
        assert (said["clock"], said["status"]) == ("differs", "degraded")
        assert 'id="clocks"' in page

    @pytest.mark.parametrize("seconds", [-4, 0, 4])
    def test_nobody_while_they_agree(self, seconds):
        with database_clock(seconds=seconds):
            record_heartbeat("worker@host", kind=HeartbeatKind.WORKER)
            said = self.ready()
            page = as_person("olga").get("/operate/").content.decode()
        assert (said["clock"], said["status"]) == ("ok", "ok")
        assert 'id="clocks"' not in page

    def test_readyz_while_rows_are_of_the_future_and_no_worker_lives(self):
        with database_clock(days=1):
            record_heartbeat("worker@host", kind=HeartbeatKind.WORKER)
        assert self.ready()["clock"] == "differs"
        assert self.ready()["worker"] == "silent"
        run_maintenance(engine=ENGINE, now=timezone.now())
        assert not Heartbeat.objects.exists()
        assert self.ready()["clock"] == "ok"
