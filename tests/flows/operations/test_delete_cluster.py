"""Deleting what a failed request left behind, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from clusters.cloud.errors import CloudUnavailable, ClusterGone
from clusters.cloud.types import CloudCluster, CloudStatus, Tag
from clusters.domain.engine_settings import EngineSettings
from clusters.domain.states import State
from clusters.models import Cluster, ClusterRequest
from clusters.operations.clusters.delete import (
    NameMistyped,
    enqueue_due_deletions,
    request_deletion,
    run_deletion,
)
from clusters.operations.core.errors import MoveNotAllowed, NotAllowed
from tests.factories import CLUSTER_ID, NOON, cloud_project, cluster_request, user
from tests.flows.decide.pages import as_person, url_of

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=5)


class StandIn:
    """A cloud that holds one cluster, or trouble."""

    @property
    def place(self):
        return cloud_project().place

    def __init__(self, status=CloudStatus.BROKEN, *, tag="", trouble=None):
        self.cluster_there = CloudCluster(
            id=CLUSTER_ID,
            name="logs-search",
            status=status,
            raw_status=status.value,
            endpoint="192.168.0.11:9200",
            tags=(Tag(key="portal-request", value=tag),) if tag else (),
        )
        self.trouble = trouble
        self.deleted = []

    def cluster(self, cluster_id):
        if self.trouble:
            raise self.trouble
        if self.deleted:
            raise ClusterGone("CSS.0015", code="CSS.0015", status=403)
        return self.cluster_there

    def delete(self, cluster_id):
        self.deleted.append(cluster_id)


def broken(**changes):
    return cluster_request(state=State.FAILED, cloud_id=CLUSTER_ID, **changes)


def order(row, *, by="alice", name="logs-search"):
    request_deletion(row, by=user(by), name=name, now=LATER)
    row.refresh_from_db()


def step(row, cloud):
    Cluster.objects.exclude(deletion_due_at=None).update(deletion_due_at=Now())
    run_deletion(row.id, cloud=cloud, engine=EngineSettings(), now=LATER)
    row.refresh_from_db()


def kinds(row):
    return [event.kind for event in row.events.all()]


class TestOrder:
    @pytest.mark.parametrize("by", ["alice", "olga"])
    def test_is_for_the_requester_and_operators(self, by):
        row = broken()
        order(row, by=by)
        assert row.is_being_deleted
        assert row.events.last().actor_name == by

    @pytest.mark.parametrize("by", ["bob", "charlie", "dora"])
    def test_is_for_nobody_else(self, by):
        with pytest.raises(NotAllowed):
            order(broken(), by=by)

    @pytest.mark.parametrize("name", ["", "logs", "Logs-search", "logs-search "])
    def test_needs_the_exact_name(self, name):
        with pytest.raises(NameMistyped):
            order(broken(), name=name)

    @pytest.mark.parametrize("state", [each for each in State if each != State.FAILED])
    def test_is_for_failed_requests_only(self, state):
        row = cluster_request(state=state)
        with pytest.raises(MoveNotAllowed):
            order(row)

    def test_needs_a_cluster(self):
        with pytest.raises(MoveNotAllowed):
            order(cluster_request(state=State.FAILED))

    def test_needs_credentials(self):
        row = broken()
        row.cloud_project.sealed_password = ""
        row.cloud_project.save()
        with pytest.raises(MoveNotAllowed):
            order(row)

    def test_happens_once(self):
        row, same = broken(), ClusterRequest.objects.get()
        order(row)
        with pytest.raises(MoveNotAllowed):
            order(row)
        with pytest.raises(MoveNotAllowed):  # by somebody whose page is older
            order(same)

    def test_asks_a_worker_after_commit(self, django_capture_on_commit_callbacks):
        row = broken()
        with django_capture_on_commit_callbacks() as callbacks:
            order(row)
        assert len(callbacks) == 1


class TestDelete:
    def test_deletes_once_and_ends_when_it_is_gone(self):
        row, cloud = broken(), StandIn()
        order(row)
        step(row, cloud)
        assert cloud.deleted == [CLUSTER_ID]
        assert row.is_being_deleted
        step(row, cloud)
        assert cloud.deleted == [CLUSTER_ID]
        assert not row.is_being_deleted
        assert row.cluster.gone_at == LATER
        assert not row.has_broken_cluster
        assert kinds(row)[-3:] == [
            "deletion.ordered",
            "deletion.sent",
            "deletion.done",
        ]

    @pytest.mark.parametrize(
        "part", ["status", "actions", "instances", "endpoint", "tags"]
    )
    def test_waits_while_it_is_not_known_whose_it_is_or_whether_it_works(self, part):
        row, cloud = broken(), StandIn()
        whole = cloud.cluster_there
        cloud.cluster_there = replace(whole, garbled=((part, f"{part} is garbled"),))
        order(row)
        step(row, cloud)
        assert cloud.deleted == []
        assert row.is_being_deleted
        assert f"{part} is garbled" in row.events.last().data["because"]
        cloud.cluster_there = whole
        step(row, cloud)
        assert cloud.deleted == [CLUSTER_ID]

    def test_deletes_nothing_that_nobody_ordered(self):
        row, cloud = broken(), StandIn()
        step(row, cloud)
        assert cloud.deleted == []

    @pytest.mark.parametrize(
        "cloud",
        [StandIn(CloudStatus.AVAILABLE), StandIn(tag="of-somebody-else")],
    )
    def test_leaves_alone_what_works_or_is_not_ours(self, cloud):
        row = broken()
        order(row)
        step(row, cloud)
        assert cloud.deleted == []
        assert kinds(row)[-1] == "deletion.refused"
        assert not row.is_being_deleted

    def test_tries_again_later_and_keeps_the_words_once(self):
        row = broken()
        order(row)
        away = StandIn(trouble=CloudUnavailable("no answer"))
        step(row, away)
        step(row, away)
        assert kinds(row)[-2:] == ["deletion.ordered", "deletion.failed"]
        assert row.cluster.deletion_tries == 2
        cloud = StandIn()
        step(row, cloud)
        assert cloud.deleted == [CLUSTER_ID]

    def test_is_asked_for_again_when_the_message_was_lost(
        self, django_capture_on_commit_callbacks
    ):
        order(broken())
        with django_capture_on_commit_callbacks() as callbacks:
            enqueue_due_deletions()
        assert len(callbacks) == 1


class TestDeletionPage:
    def test_leads_back_and_says_so(self):
        row = broken()
        client = as_person("alice")
        assert 'id="delete-cluster"' in client.get(url_of(row)).content.decode()
        answer = client.post(url_of(row, "delete-cluster"), {"name": "logs-search"})
        assert (answer.status_code, answer["Location"]) == (302, url_of(row))
        page = client.get(url_of(row)).content.decode()
        assert "is being deleted" in page
        assert 'id="delete-cluster"' not in page

    def test_answers_400_to_another_name_and_keeps_it(self):
        row = broken()
        answer = as_person("alice").post(
            url_of(row, "delete-cluster"), {"name": "logs-serch"}
        )
        assert answer.status_code == 400
        assert 'value="logs-serch"' in answer.content.decode()

    @pytest.mark.parametrize(
        ("name", "status"), [("bob", 403), ("dora", 403), ("charlie", 404)]
    )
    def test_is_refused_to_others(self, name, status):
        url = url_of(broken(), "delete-cluster")
        client = as_person(name)
        assert client.post(url, {"name": "logs-search"}).status_code == status
        assert client.get(url).status_code == 405

    def test_answers_409_without_a_cluster(self):
        row = cluster_request(state=State.FAILED)
        answer = as_person("alice").post(
            url_of(row, "delete-cluster"), {"name": "logs-search"}
        )
        assert answer.status_code == 409


class TestConnect:
    def test_shows_a_line_to_try(self):
        row = cluster_request(state=State.ACTIVE)
        page = as_person("alice").get(url_of(row)).content.decode()
        assert "curl http://192.168.0.11:9200/_cluster/health" in page

    def test_links_to_the_console_of_a_real_region_only(self):
        row = cluster_request(state=State.ACTIVE)
        client = as_person("alice")
        link = "https://console.huaweicloud.com/css/?region=cn-north-4"
        assert link not in client.get(url_of(row)).content.decode()
        project = row.cloud_project
        project.css_url = "https://css.cn-north-4.myhuaweicloud.com"
        project.save()
        assert link in client.get(url_of(row)).content.decode()
