"""Manual resolution: operators decide where the portal cannot know the outcome."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.domain.matching import ListedCluster
from clusters.domain.states import State
from clusters.models import ClusterRequest, InventorySnapshot
from clusters.operations.requests.hand_over import hand_over_request
from tests.factories import CLUSTER_ID, NOON, cluster_request, user
from tests.flows.decide.pages import as_person, state_of, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> ClusterRequest:
    made = cluster_request(state=State.UNCLEAR, needs="operator")
    seen = [
        ListedCluster(id=CLUSTER_ID, name="logs-search", nodes=3),
        ListedCluster(id="of-another-name", name="other"),
        ListedCluster(id="renamed", name="renamed", tag=str(made.id)),
    ]
    InventorySnapshot.objects.create(
        cloud_project=made.cloud_project,
        place_sha256=made.place_sha256,
        clusters=[each.to_json() for each in seen],
    )
    return made


def act(name, row, action, **fields):
    return as_person(name).post(url_of(row, action), fields)


class TestPage:
    def test_shows_an_operator_the_candidates_beside_the_body(self, row):
        page = as_person("olga").get(url_of(row)).content.decode()
        assert "We cannot tell whether the cluster exists." in page
        for shown in (CLUSTER_ID, "renamed", 'id="confirm-absent"', "logs-search"):
            assert shown in page
        assert "of-another-name" not in page

    @pytest.mark.parametrize("name", ["alice", "bob", "dora"])
    def test_offers_others_nothing(self, row, name):
        page = as_person(name).get(url_of(row)).content.decode()
        assert 'id="confirm-absent"' not in page


class TestAdopt:
    @pytest.mark.parametrize("cluster_id", [CLUSTER_ID, "renamed"])
    def test_takes_one_of_the_candidates(self, row, cluster_id):
        answer = act("olga", row, "adopt", cluster_id=cluster_id, comment="It is ours.")
        assert (answer.status_code, answer["Location"]) == (302, url_of(row))
        row.refresh_from_db()
        assert (row.state, row.cloud_id, row.needs) == ("creating", cluster_id, "")
        event = row.events.last()
        assert (event.kind, event.actor_name) == ("adopt", "olga")
        assert event.data["comment"] == "It is ours."

    @pytest.mark.parametrize("cluster_id", ["", "of-another-name", "x" * 65, "a\0b"])
    def test_takes_nothing_else(self, row, cluster_id):
        answer = act("olga", row, "adopt", cluster_id=cluster_id)
        assert answer.status_code == 400
        assert state_of(row) == State.UNCLEAR

    def test_takes_no_cluster_of_another_request(self, row):
        cluster_request("other", state=State.ACTIVE)
        answer = act("olga", row, "adopt", cluster_id=CLUSTER_ID)
        assert answer.status_code == 400


class TestConfirmAbsent:
    def test_ends_the_request_with_name_and_comment(self, row):
        answer = act("olga", row, "confirm-absent", comment="Asked the vendor.")
        assert answer.status_code == 302
        row.refresh_from_db()
        assert (row.state, row.needs) == ("failed", "")
        event = row.events.last()
        assert (event.actor_name, event.data["comment"]) == (
            "olga",
            "Asked the vendor.",
        )

    @pytest.mark.parametrize("comment", ["", "  "])
    def test_needs_a_comment(self, row, comment):
        answer = act("olga", row, "confirm-absent", comment=comment)
        assert answer.status_code == 400
        assert state_of(row) == State.UNCLEAR


class TestKeepWatching:
    def test_begins_to_look_anew(self, row):
        assert act("olga", row, "keep-watching").status_code == 302
        row.refresh_from_db()
        assert (row.state, row.needs, row.absent_scans) == ("unclear", "", 0)
        assert row.events.last().kind == "operator.keeps_watching"

    def test_ends_no_call_before_its_time(self, row):
        """Behind a gateway that gave up, the call may still run."""
        soon = timezone.now() + timedelta(minutes=1)
        ClusterRequest.objects.update(answer_by=soon)
        act("olga", row, "keep-watching")
        row.refresh_from_db()
        assert row.answer_by == soon


@pytest.mark.parametrize("action", ["adopt", "confirm-absent", "keep-watching"])
class TestEachAction:
    FIELDS = {"cluster_id": CLUSTER_ID, "comment": "Looked."}

    @pytest.mark.parametrize(
        ("name", "status"), [("alice", 403), ("bob", 403), ("charlie", 404)]
    )
    def test_is_for_operators(self, row, action, name, status):
        assert act(name, row, action, **self.FIELDS).status_code == status

    def test_is_a_post(self, row, action):
        assert as_person("olga").get(url_of(row, action)).status_code == 405

    def test_comes_too_late_for_what_is_clear(self, row, action):
        ClusterRequest.objects.update(state=State.FAILED)
        assert act("olga", row, action, **self.FIELDS).status_code == 409


class TestOwnRequest:
    """Whoever asked decides nothing about a possible second cluster of it."""

    @pytest.fixture
    def own(self, row):
        ClusterRequest.objects.update(requester=user("olga"))
        return row

    @pytest.mark.parametrize("action", ["adopt", "confirm-absent"])
    @pytest.mark.parametrize("is_superuser", [False, True])
    def test_is_judged_by_another_operator(self, own, action, is_superuser):
        olga = user("olga")
        olga.is_superuser = is_superuser
        olga.save()
        answer = act("olga", own, action, cluster_id=CLUSTER_ID, comment="Looked.")
        assert answer.status_code == 403
        assert "another operator has to decide this" in answer.content.decode()
        assert state_of(own) == State.UNCLEAR
        user("oscar", groups=("operators",))
        answer = act("oscar", own, action, cluster_id=CLUSTER_ID, comment="Looked.")
        assert answer.status_code == 302

    @pytest.mark.parametrize("action", ["adopt", "confirm-absent"])
    def test_is_no_other_ones_by_handing_it_over(self, own, action):
        hand_over_request(
            ClusterRequest.objects.get(), by=user("olga"), requester="alice", now=NOON
        )
        answer = act("olga", own, action, cluster_id=CLUSTER_ID, comment="Looked.")
        assert answer.status_code == 403

    def test_may_be_watched_longer(self, own):
        page = as_person("olga").get(url_of(own)).content.decode()
        assert 'id="keep-watching"' in page
        assert 'id="confirm-absent"' not in page
        assert "data-candidate-id" not in page
        assert "another operator has to decide" in page
        assert act("olga", own, "keep-watching").status_code == 302
