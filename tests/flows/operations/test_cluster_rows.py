"""A request and its cluster are two rows, written together or not at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clusters.cloud.types import CloudCluster, CloudStatus
from clusters.domain.error_codes import PortalCode
from clusters.domain.states import State, Verb
from clusters.models import Cluster, ClusterRequest
from clusters.operations.clusters.follow import follow
from clusters.operations.core import cluster_rows
from clusters.operations.core.cluster_rows import (
    advance_with_cluster,
    amend_with_cluster,
    take_up_cluster,
)
from clusters.operations.core.expected import Expected, MoveNotAllowed
from clusters.operations.inventory.scan import Inventory
from clusters.operations.requests.hand_over import hand_over_request
from tests.factories import (
    CLUSTER_ID,
    ENDPOINT,
    NOON,
    cluster,
    cluster_request,
    user,
)
from tests.flows.operations.interference import ENGINE, LATE, meanwhile

pytestmark = pytest.mark.django_db


def accept(row, cloud_id=CLUSTER_ID):
    take_up_cluster(row.id, Verb.ACCEPT, cloud_id, now=LATE, data={})
    row.refresh_from_db()


class TestTakeUp:
    def test_makes_the_cluster_that_the_request_asked_for(self):
        row = cluster_request(state=State.SENDING)
        accept(row)
        made = row.cluster
        assert row.state == State.CREATING
        assert (made.cloud_id, made.cloud_project) == (CLUSTER_ID, row.cloud_project)
        assert made.place_sha256 == row.place_sha256
        assert (made.name, made.owner, made.owner_name) == (
            row.name,
            row.requester,
            "alice",
        )
        assert (made.spec, made.tags) == (row.spec, row.spec["tags"])
        assert (made.created_at, made.ready_at) == (LATE, None)
        assert list(made.requests.all()) == [row]

    def test_leaves_no_cluster_where_the_request_does_not_move(self):
        row = cluster_request(state=State.CANCELLED)
        with pytest.raises(MoveNotAllowed):
            accept(row)
        assert not Cluster.objects.exists()

    def test_leaves_neither_when_it_fails_in_between(self, monkeypatch):
        row = cluster_request(state=State.SENDING)

        def fail(*_args, **_how):
            assert Cluster.objects.exists()
            raise RuntimeError

        monkeypatch.setattr(cluster_rows, "advance", fail)
        with pytest.raises(RuntimeError):
            accept(row)
        row.refresh_from_db()
        assert (row.state, row.cluster) == (State.SENDING, None)
        assert not Cluster.objects.exists()

    def test_takes_the_owner_of_the_moment(self):
        row = cluster_request(state=State.SENDING)
        with meanwhile(lambda: hand_over(row, "charlie")):
            accept(row)
        assert row.cluster.owner_name == row.requester_name == "charlie"

    def test_gives_two_requests_that_a_faulty_cloud_names_one_id_for_one_cluster(self):
        """An id that an answer names is never refused."""
        first = cluster_request("first-index", state=State.SENDING)
        later = NOON + timedelta(minutes=1)
        second = cluster_request("second-index", state=State.SENDING, now=later)
        accept(first)
        accept(second)
        assert first.cluster == second.cluster
        assert list(first.cluster.requests.all()) == [first, second]
        assert first.cluster.name == "first-index"


def hand_over(row, to):
    user(to)
    hand_over_request(row, by=user("olga"), requester=to, now=NOON)
    row.refresh_from_db()


class TestHandOver:
    def test_moves_the_owner_of_the_cluster_too(self):
        row = cluster_request(state=State.ACTIVE)
        other = cluster_request("other-index", state=State.ACTIVE)
        hand_over(row, "charlie")
        assert row.cluster.owner_name == "charlie"
        assert row.cluster.owner == row.requester
        other.refresh_from_db()
        assert other.cluster.owner_name == "alice"

    def test_moves_neither_when_it_fails(self, monkeypatch):
        row = cluster_request(state=State.ACTIVE)
        monkeypatch.setattr(
            "clusters.operations.requests.hand_over.record_event",
            lambda *_, **__: 1 / 0,
        )
        with pytest.raises(ZeroDivisionError):
            hand_over(row, "charlie")
        row.refresh_from_db()
        assert (row.requester_name, row.cluster.owner_name) == ("alice", "alice")


class TestBothRows:
    """Each of them may have changed; then nothing of the other one is written either."""

    def test_move_only_with_the_cluster_that_was_read(self):
        row = cluster_request(state=State.CREATING)
        Cluster.objects.update(missing_scans=1)
        with pytest.raises(MoveNotAllowed):
            advance_with_cluster(
                row,
                Verb.BREAK,
                now=LATE,
                data={},
                cluster_expected=Expected({"missing_scans": 0}),
                cluster_changes={"missing_scans": 3},
                error_code=PortalCode.DELETED_OUTSIDE,
            )
        row.refresh_from_db()
        assert (row.state, row.error_code) == (State.CREATING, "")
        assert row.cluster.missing_scans == 1
        assert row.events.count() == 1

    @pytest.mark.parametrize(
        "change", [{"state": State.FAILED}, {"state": State.FAILED, "cluster": None}]
    )
    def test_change_only_with_the_request_that_was_read(self, change):
        row = cluster_request(state=State.CREATING)
        ClusterRequest.objects.update(**change)
        with pytest.raises(MoveNotAllowed):
            amend_with_cluster(row, State.CREATING, cloud_progress="5%")
        assert Cluster.objects.get().cloud_progress == ""

    def test_become_ready_together(self):
        row = cluster_request(state=State.CREATING)
        follow_once(row, status=CloudStatus.AVAILABLE, endpoint=ENDPOINT)
        row.refresh_from_db()
        assert row.state == State.ACTIVE
        assert (row.cluster.ready_at, row.cluster.endpoint) == (LATE, ENDPOINT)


class NoCloud:
    """Shows in detail what was listed."""

    def __init__(self, shown):
        self.shown = shown

    def cluster(self, _cloud_id):
        return self.shown


def follow_once(row, *, status, endpoint):
    shown = CloudCluster(
        id=row.cloud_id,
        name=row.name,
        status=status,
        raw_status=status.value,
        endpoint=endpoint,
    )
    listing = Inventory(
        place_sha256=row.place_sha256,
        began_at=LATE,
        clusters=(shown,),
        is_complete=True,
    )
    cloud = NoCloud(shown)
    follow(row.cloud_project_id, listing, cloud=cloud, engine=ENGINE, now=LATE)


class TestConstraints:
    @pytest.mark.parametrize("state", [State.CREATING, State.ACTIVE])
    def test_let_nothing_be_built_or_work_without_a_cluster(self, state):
        cluster_request(state=State.APPROVED)
        with (
            pytest.raises(IntegrityError, match="request_with_cluster_has_row"),
            transaction.atomic(),
        ):
            ClusterRequest.objects.update(state=state)

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"ready_at": NOON}, "cluster_ready_has_endpoint"),
            ({"cloud_id": ""}, "cluster_has_cloud_id"),
        ],
    )
    def test_of_clusters(self, change, constraint):
        cluster_request(state=State.CREATING)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Cluster.objects.update(**change)

    def test_know_an_id_once_in_a_cloud_project(self):
        row = cluster_request(state=State.CREATING)
        with pytest.raises(IntegrityError), transaction.atomic():
            cluster(row, cloud_id=row.cloud_id)

    def test_know_each_kind(self):
        cluster_request()
        with (
            pytest.raises(IntegrityError, match="request_kind_is_known"),
            transaction.atomic(),
        ):
            ClusterRequest.objects.update(kind="paint")

    def test_keep_a_cluster_that_has_a_request(self):
        row = cluster_request(state=State.ACTIVE, now=NOON - timedelta(days=1))
        with pytest.raises(IntegrityError):
            row.cluster.delete()
