"""The database's clock was a day ahead and is set back: nothing waits for a day."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from clusters.cloud.types import CloudCluster, CloudStatus
from clusters.domain.engine_settings import JITTER, LONGEST_WAIT, NEVER, EngineSettings
from clusters.domain.states import State
from clusters.models import (
    CatalogSnapshot,
    CloudProject,
    Cluster,
    ClusterRequest,
    InventorySnapshot,
    Mail,
)
from clusters.operations.clusters.follow import follow
from clusters.operations.core.backoff import throttle_project
from clusters.operations.inventory.scan import Inventory, _keep, shared_inventory
from clusters.operations.polling.poll import _lease_scan, projects_to_poll
from clusters.operations.projects.quarantine import quarantine
from clusters.operations.projects.refresh_catalog import claim_stale_catalogs
from clusters.operations.provisioning.claim import claim_next
from clusters.operations.upkeep.clock_set_back import handle_clock_set_back
from clusters.operations.upkeep.sweep import run_maintenance
from tests.database_clock import database_clock
from tests.factories import NOON, approved, cluster_request, submitted, user
from tests.flows.decide.pages import state_of
from tests.flows.operations.interference import CloudShowing

pytestmark = pytest.mark.django_db

ENGINE = EngineSettings()
SOON = timedelta(seconds=5)


def one_sweep() -> None:
    run_maintenance(engine=ENGINE, now=timezone.now())


def until(row: ClusterRequest, column: str) -> timedelta:
    """How far ahead this column is, by the database's clock."""
    rows = ClusterRequest.objects.filter(id=row.id).annotate(now=Now())
    then, now = rows.values_list(column, "now").get()
    return then - now


def asked(state: State = State.UNCLEAR, **changes) -> ClusterRequest:
    """Return one whose call just began, by the database's clock."""
    row = cluster_request(state=state, claim=1, **changes)
    ClusterRequest.objects.filter(id=row.id).update(
        sent_at=Now(), answer_by=Now() + ENGINE.call
    )
    return row


class TestClaim:
    def test_of_the_future_is_taken_back_at_once(self):
        row = approved()
        with database_clock(days=1):
            claim = claim_next(row.cloud_project_id, engine=ENGINE, now=NOON)
        one_sweep()
        row.refresh_from_db()
        assert (row.state, row.claim) == (State.APPROVED, claim.number + 1)

    def test_of_the_future_is_no_turn_that_others_have_to_wait_for(self):
        with database_clock(days=1):
            claim_next(approved("one").cloud_project_id, engine=ENGINE, now=NOON)
        ClusterRequest.objects.update(state=State.CANCELLED)
        other = approved("other", requester=user("charlie"))
        claim_next(other.cloud_project_id, engine=ENGINE, now=NOON)
        mine, theirs = approved("two"), approved("more", requester=user("charlie"))
        claim = claim_next(theirs.cloud_project_id, engine=ENGINE, now=NOON)
        assert claim.request_id == mine.id


class TestCall:
    @pytest.mark.parametrize("state", [State.SENDING, State.UNCLEAR])
    def test_ends_its_own_length_from_now_and_never_sooner(self, state):
        with database_clock(days=1):
            row = asked(state)
        one_sweep()
        assert ENGINE.call - SOON < until(row, "answer_by") <= ENGINE.call

    def test_of_a_worker_with_longer_timeouts_keeps_its_length(self):
        longer = ENGINE.call * 3
        with database_clock(days=1):
            row = asked()
            ClusterRequest.objects.update(answer_by=Now() + longer)
        one_sweep()
        assert longer - SOON < until(row, "answer_by") <= longer

    def test_is_left_alone_while_the_clock_is_right(self):
        row = asked()
        ClusterRequest.objects.update(answer_by=Now() + ENGINE.call * 3)
        before = ClusterRequest.objects.values().get(id=row.id)
        one_sweep()
        assert ClusterRequest.objects.values().get(id=row.id) == before

    def test_that_was_over_when_somebody_kept_watching_is_over(self):
        row = asked()
        ClusterRequest.objects.update(
            sent_at=Now() - timedelta(days=3), answer_by=Now() + timedelta(days=1)
        )
        one_sweep()
        assert until(row, "answer_by") <= timedelta()


class TestAbsence:
    def test_of_the_future_is_counted_anew(self):
        row = asked(absent_scans=2)
        with database_clock(days=1):
            ClusterRequest.objects.update(last_absent_at=Now() + timedelta())
        one_sweep()
        row.refresh_from_db()
        assert (row.absent_scans, row.last_absent_at) == (0, None)

    def test_of_a_cluster_being_made_is_counted_anew(self):
        seen = {"seen_at": NOON, "missing_scans": 2}
        row = cluster_request(
            state=State.CREATING, missing_since=NOON + timedelta(days=1), **seen
        )
        listing = Inventory(
            began_at=NOON, clusters=(), is_complete=True, place_sha256=row.place_sha256
        )
        project_id = row.cloud_project_id
        follow(project_id, listing, cloud=CloudShowing(), engine=ENGINE, now=NOON)
        row.refresh_from_db()
        assert (row.cluster.missing_scans, row.cluster.missing_since) == (1, NOON)


class TestInventory:
    def inventory(self, row, **ahead) -> Inventory:
        began_at = timezone.now() + timedelta(**ahead)
        seen = CloudCluster(id="c1", name="one", status=CloudStatus.WORKING)
        place = row.cloud_project.place.fingerprint
        return Inventory(
            began_at=began_at, clusters=(seen,), is_complete=True, place_sha256=place
        )

    def test_of_the_future_is_older_than_any(self):
        row = submitted()
        _keep(row.cloud_project_id, self.inventory(row, days=1))
        mine = self.inventory(row)
        _keep(row.cloud_project_id, mine)
        assert InventorySnapshot.objects.get().began_at == mine.began_at

    def test_of_the_future_is_none_to_send_by(self):
        row = submitted()
        _keep(row.cloud_project_id, self.inventory(row, days=1))
        place = row.cloud_project.place.fingerprint
        how = {"place_sha256": place, "max_age": timedelta(seconds=15)}
        assert shared_inventory(row.cloud_project, **how) is None
        _keep(row.cloud_project_id, self.inventory(row))
        assert shared_inventory(row.cloud_project, **how) is not None

    def test_of_the_future_keeps_no_working_cluster_unwatched(self):
        row = cluster_request(state=State.ACTIVE)
        with database_clock(days=1):
            InventorySnapshot.objects.create(
                cloud_project=row.cloud_project, ended_at=Now()
            )
        assert projects_to_poll().exists()

    def test_is_not_kept_off_by_a_lease_of_the_future(self):
        row = submitted()
        with database_clock(days=1):
            assert _lease_scan(row.cloud_project_id, ENGINE)
        assert _lease_scan(row.cloud_project_id, ENGINE)
        assert _lease_scan(row.cloud_project_id, ENGINE) is None

    def test_ends_a_quarantine_of_the_future(self):
        row = submitted()
        with database_clock(days=1):
            quarantine()
        one_sweep()
        _keep(row.cloud_project_id, self.inventory(row, seconds=1))
        assert not CloudProject.objects.exclude(quarantined_at=None).exists()


class TestWait:
    def test_of_a_request_and_its_cloud_project_is_over(self):
        row = approved()
        with database_clock(days=1):
            ClusterRequest.objects.update(due_at=Now() + ENGINE.back_off(1))
            throttle_project(row.cloud_project_id, 5.0, engine=ENGINE)
        assert claim_next(row.cloud_project_id, engine=ENGINE, now=NOON) is None
        one_sweep()
        assert claim_next(row.cloud_project_id, engine=ENGINE, now=NOON)

    def test_of_a_mail_a_deletion_and_a_catalog_is_over(self):
        alice = user("alice")
        alice.email = "alice@example.com"
        alice.save()
        row = cluster_request(state=State.FAILED, cloud_id="c1")
        with database_clock(days=1):
            event = row.events.get()
            Mail.objects.create(event=event, person=alice, due_at=Now())
            Cluster.objects.update(deletion_due_at=Now())
            claim_stale_catalogs(engine=ENGINE)
        one_sweep()
        assert Mail.objects.due().exists()
        assert Cluster.objects.with_due_deletion().exists()
        CatalogSnapshot.objects.update(
            tried_at=F("tried_at") - timedelta(seconds=ENGINE.catalog_seconds + 1)
        )
        assert claim_stale_catalogs(engine=ENGINE)

    def test_is_left_alone_while_the_clock_is_right(self):
        row = approved()
        throttle_project(row.cloud_project_id, 86_400.0, engine=ENGINE)
        ClusterRequest.objects.update(due_at=Now() + JITTER * ENGINE.back_off(99))
        assert handle_clock_set_back(call=ENGINE.call) == 0

    def test_of_the_showcase_is_meant(self):
        row = approved()
        ClusterRequest.objects.update(
            due_at=NEVER, claimed_until=NEVER, answer_by=NEVER
        )
        for state in (State.APPROVED, State.SENDING, State.UNCLEAR):
            ClusterRequest.objects.update(state=state, sent_at=NOON)
            one_sweep()
            assert state_of(row) == state
            row.refresh_from_db()
            assert {row.due_at, row.claimed_until, row.answer_by} == {NEVER}

    def test_is_never_longer_than_the_longest(self):
        assert ENGINE.back_off(99) * JITTER <= LONGEST_WAIT
        assert max(ENGINE.claim, ENGINE.call * 2) <= LONGEST_WAIT
