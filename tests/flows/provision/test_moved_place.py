"""A place that moves past the operations, as by SQL: nothing is sent or lost, and no cluster is invented."""

from datetime import timedelta

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db.models import F

from clusters import wiring
from clusters.cloud.huawei.auth import MemoryTokenStore
from clusters.cloud.huawei.client import HuaweiCloud
from clusters.credentials.encryption import Encryptor
from clusters.credentials.token_store import CachedTokenStore
from clusters.domain.states import State
from clusters.models import Attempt, CloudProject, ClusterRequest, Event
from clusters.operations.inventory import scan
from clusters.operations.polling.poll import poll_project
from clusters.operations.provisioning.provision import provision_next
from clusters.operations.requests.manual_resolution import candidates_of
from clusters.simulator.world import World
from tests.clients import client_over
from tests.factories import approved, cloud_project
from tests.flows.decide.pages import as_person, url_of
from tests.flows.provision.conftest import ENGINE, KEY
from tests.flows.provision.rows import make_due, make_foreign_cluster, reload
from tests.flows.provision.wire import Scripted, Wire

pytestmark = pytest.mark.django_db

ELSEWHERE = "https://css.elsewhere.test"


@pytest.fixture
def other_world(clock) -> World:
    return World(clock=lambda: clock().timestamp(), build_seconds=60)


@pytest.fixture
def moved(clock, other_world, project) -> HuaweiCloud:
    """The client of an empty cloud, to which `move` points the row past every guard."""
    tokens = CachedTokenStore(
        cache=LocMemCache(f"tokens-of-{id(other_world)}", {}),
        name="moved",
        encryptor=Encryptor([KEY]),
        may_sign_in=lambda: True,
        on_refused=lambda _error: None,
        lock_seconds=1,
    )
    return client_over(Wire(other_world), tokens=tokens, clock=clock, css=ELSEWHERE)


def move() -> None:
    CloudProject.objects.update(css_url=ELSEWHERE)


def long_ago() -> None:
    """Let every wait that the database's clock measures be over."""
    hours = timedelta(hours=3)
    ClusterRequest.objects.update(
        answer_by=F("answer_by") - hours, last_absent_at=F("last_absent_at") - hours
    )


class TestMovedPlace:
    def test_gets_no_body_that_was_approved_for_another(
        self, project, moved, clock, other_world
    ) -> None:
        row = approved()
        move()
        provision_next(
            project.id,
            cloud=moved,
            encryptor=wiring.encryptor(),
            engine=ENGINE,
            now=clock(),
        )
        assert other_world.creates == []
        again = reload(row)
        assert (again.state, again.place_sha256) == (State.PENDING, "")
        assert again.decisions.get().voided_at is not None
        assert not Attempt.objects.exists()

    def test_gets_none_behind_the_check_before_the_look_either(
        self, project, moved, clock, other_world, monkeypatch
    ) -> None:
        row = approved()
        move()
        for name in ("_is_elsewhere", "_require_client_of_place"):
            monkeypatch.setattr(
                f"clusters.operations.provisioning.provision.{name}", lambda _: False
            )
        provision_next(
            project.id,
            cloud=moved,
            encryptor=wiring.encryptor(),
            engine=ENGINE,
            now=clock(),
        )
        assert other_world.creates == []
        assert reload(row).state == State.APPROVED
        assert not Attempt.objects.exists()

    @pytest.mark.parametrize("sent", [False, True])
    def test_is_none_for_a_client_that_was_made_before_the_id_was_learned(
        self, project, wire, world, clock, take_turn, sent
    ) -> None:
        row = approved()
        if sent:
            wire.next_create = Scripted(status=504, body=b"")
            take_turn()
            ClusterRequest.objects.update(state=State.APPROVED)
        old = client_over(wire, tokens=MemoryTokenStore(), clock=clock, project_id="")
        provision_next(
            project.id,
            cloud=old,
            encryptor=wiring.encryptor(),
            engine=ENGINE,
            now=clock(),
        )
        assert reload(row).state == State.APPROVED
        assert row.decisions.get().voided_at is None
        make_due()
        take_turn()
        assert reload(row).state == State.CREATING
        assert len(world.creates) == 1

    def test_says_nothing_of_clusters_at_the_approved_one(
        self, project, wire, take_turn, poll, moved, clock, other_world
    ) -> None:
        rows = [approved(name) for name in ("one-index", "two-index", "three-index")]
        take_turn()
        clock.advance(minutes=5)
        poll()
        take_turn()
        poll()
        wire.next_create = Scripted(status=504, body=b"", does_it=True)
        take_turn()
        before = [reload(row) for row in rows]
        states = [row.state for row in before]
        events = Event.objects.count()
        assert set(states) == {State.ACTIVE, State.CREATING, State.UNCLEAR}
        move()
        for _ in range(8):
            clock.advance(minutes=10)
            long_ago()
            assert poll_project(project.id, cloud=moved, engine=ENGINE, now=clock())
            provision_next(
                project.id,
                cloud=moved,
                encryptor=wiring.encryptor(),
                engine=ENGINE,
                now=clock(),
            )
        after = [reload(row) for row in rows]
        assert [row.state for row in after] == states
        assert [row.cluster.health for row in after if row.cluster] == ["", ""]
        assert Event.objects.count() == events
        assert other_world.creates == []

    def test_does_not_lend_its_look_to_a_first_attempt(
        self, project, moved, cloud, clock
    ) -> None:
        poll_project(project.id, cloud=moved, engine=ENGINE, now=clock())
        here, there = (each.place.fingerprint for each in (cloud, moved))
        assert self.shared(project, there) == ()
        assert self.shared(project, here) is None

    def test_offers_no_cluster_of_another_to_an_operator(
        self, project, wire, take_turn, moved, clock, other_world
    ) -> None:
        row = approved()
        wire.next_create = Scripted(status=504, body=b"")
        take_turn()
        make_foreign_cluster(moved, row.name)
        move()
        assert poll_project(project.id, cloud=moved, engine=ENGINE, now=clock())
        row = reload(row)
        assert (row.state, candidates_of(row)) == (State.UNCLEAR, ())
        page = as_person("olga").get(url_of(row)).content.decode()
        assert 'id="confirm-absent"' in page
        assert other_world.clusters[0].id not in page

    def shared(self, project, place_sha256):
        return scan.shared_inventory(
            project, place_sha256=place_sha256, max_age=ENGINE.call
        )


class TestSharedPlace:
    def test_shows_a_second_cluster_through_either_project(
        self, project, take_turn, world, clock, cloud
    ) -> None:
        row = approved()
        take_turn()
        twin = cloud_project("twin")
        world.creates.clear()
        body = row.body.encode()
        world.names_unique = False
        answer = cloud.create(
            body.replace(b"logs-search", b"logs-again"), gate=lambda: None
        )
        assert answer.cluster_id
        poll_project(twin.id, cloud=cloud, engine=ENGINE, now=clock())
        told = row.events.get(kind="duplicate.seen")
        assert told.data["cluster_id"] == answer.cluster_id
