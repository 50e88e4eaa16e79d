"""Working clusters that vanish, break and come back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.cloud.errors import ClusterGone
from clusters.cloud.types import CloudCluster, CloudStatus
from clusters.domain.states import State
from clusters.models import InventorySnapshot
from clusters.operations.clusters.health import watch_active
from clusters.operations.inventory.scan import Inventory
from clusters.operations.polling.poll import projects_to_poll
from tests.factories import CLUSTER_ID, NOON, cloud_project, cluster_request
from tests.flows.decide.pages import as_person, url_of
from tests.openings import change_history

pytestmark = pytest.mark.django_db


def listing(*clusters, is_complete=True):
    return Inventory(
        place_sha256=cloud_project().place.fingerprint,
        began_at=NOON,
        clusters=clusters,
        is_complete=is_complete,
    )


def cluster(status):
    return CloudCluster(
        id=CLUSTER_ID, name="logs-search", status=status, raw_status=status.value
    )


class CloudOfOneCluster:
    def __init__(self, *, is_there=False):
        self.is_there = is_there

    def cluster(self, cluster_id):
        if not self.is_there:
            raise ClusterGone("gone", code="CSS.0015", status=403)
        return cluster(CloudStatus.AVAILABLE)


def watch(row, seen, cloud=None):
    watch_active(
        row.cloud_project_id, seen, cloud=cloud or CloudOfOneCluster(), now=NOON
    )
    row.refresh_from_db()
    return row.cluster.health


class TestWatch:
    def test_marks_what_vanished_once_and_shows_it(self):
        row = cluster_request(state=State.ACTIVE)
        assert watch(row, listing()) == "vanished"
        assert watch(row, listing()) == "vanished"
        assert [e.kind for e in row.events.all()].count("cluster.vanished") == 1
        assert row.state == State.ACTIVE
        client = as_person("alice")
        assert "is no longer in the cloud" in client.get(url_of(row)).content.decode()
        listed = client.get("/clusters/").content.decode()
        assert "Not in the cloud any more" in listed

    def test_believes_no_look_that_does_not_count(self):
        row = cluster_request(state=State.ACTIVE)
        assert watch(row, listing(is_complete=False)) == ""

    def test_takes_a_broken_one_for_mended_only_when_its_status_can_be_read(self):
        row = cluster_request(state=State.ACTIVE)
        assert watch(row, listing(cluster(CloudStatus.BROKEN))) == "broken"
        garbled = replace(cluster(CloudStatus.UNKNOWN), garbled=(("status", "?"),))
        assert watch(row, listing(garbled)) == "broken"
        assert watch(row, listing(cluster(CloudStatus.AVAILABLE))) == ""

    def test_asks_after_what_is_not_listed(self):
        row = cluster_request(state=State.ACTIVE)
        assert watch(row, listing(), CloudOfOneCluster(is_there=True)) == ""

    def test_marks_what_broke_and_takes_the_mark_back(self):
        row = cluster_request(state=State.ACTIVE)
        assert watch(row, listing(cluster(CloudStatus.BROKEN))) == "broken"
        assert watch(row, listing(cluster(CloudStatus.AVAILABLE))) == ""
        assert [e.kind for e in row.events.all()][-2:] == [
            "cluster.broken",
            "cluster.back",
        ]


class TestProjectsToPoll:
    def test_are_those_with_working_clusters_now_and_then(self):
        row = cluster_request(state=State.ACTIVE)
        assert list(projects_to_poll()) == [row.cloud_project]
        snapshot = InventorySnapshot.objects.create(
            cloud_project=row.cloud_project, ended_at=timezone.now()
        )
        assert list(projects_to_poll()) == []
        snapshot.ended_at -= timedelta(minutes=6)
        snapshot.save()
        assert list(projects_to_poll()) == [row.cloud_project]

    def test_are_those_in_which_an_attempt_was_lost_just_now(self):
        """A worker that slept may make a second cluster for a request that is active."""
        row = cluster_request(state=State.ACTIVE)
        now = timezone.now()
        InventorySnapshot.objects.create(cloud_project=row.cloud_project, ended_at=now)
        lost = row.attempts.create(
            number=9, claim=9, sent_at=now - timedelta(hours=1), outcome="unknown"
        )
        assert list(projects_to_poll()) == []
        lost.answered_at = now
        lost.save()
        assert list(projects_to_poll()) == [row.cloud_project]
        lost.answered_at -= timedelta(minutes=11)
        with change_history():
            lost.save()
        assert list(projects_to_poll()) == []
