"""Handing requests over, and what colleagues of a team may see."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.operations.core.errors import MoveNotAllowed, NotAllowed
from clusters.operations.requests.decide import approve_request
from clusters.operations.requests.hand_over import NobodyThere, hand_over_request
from tests.factories import NOON, cluster_request, submitted, user
from tests.flows.decide.pages import as_person, url_of

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=5)


def hand_over(row, *, to="charlie", by="olga", comment=""):
    user(to)
    hand_over_request(row, by=user(by), requester=to, now=LATER, comment=comment)
    row.refresh_from_db()


class TestHandOver:
    @pytest.mark.parametrize("state", list(State))
    def test_makes_somebody_else_the_requester_in_every_state(self, state):
        row = cluster_request(state=state)
        hand_over(row, comment="Alice leaves.")
        assert (row.requester.username, row.requester_name) == ("charlie", "charlie")
        assert row.state == state
        event = row.events.last()
        assert (event.kind, event.actor_name) == ("hand_over", "olga")
        assert (event.name_of("from"), event.name_of("to")) == ("alice", "charlie")
        assert event.data["comment"] == "Alice leaves."

    @pytest.mark.parametrize("by", ["alice", "bob", "dora"])
    def test_is_for_operators(self, by):
        with pytest.raises(NotAllowed):
            hand_over(submitted(), by=by)

    @pytest.mark.parametrize("to", ["nobody", ""])
    def test_needs_somebody_who_is_there(self, to):
        with pytest.raises(NobodyThere):
            hand_over_request(submitted(), by=user("olga"), requester=to, now=LATER)

    @pytest.mark.parametrize(
        "typed", [" charlie\u00a0", "char\u200blie", "\uff43harlie"]
    )
    def test_finds_a_person_however_the_name_was_pasted(self, typed):
        row = submitted()
        user("charlie")
        fields = {"requester": typed, "comment": "Alice leaves."}
        as_person("olga").post(url_of(row, "hand-over"), fields)
        row.refresh_from_db()
        assert row.requester.username == "charlie"

    def test_leads_to_nobody_who_has_left(self):
        charlie = user("charlie")
        charlie.is_active = False
        charlie.save()
        with pytest.raises(NobodyThere):
            hand_over_request(
                submitted(), by=user("olga"), requester="charlie", now=LATER
            )

    def test_happens_once(self):
        row = submitted()
        hand_over(row)
        with pytest.raises(MoveNotAllowed):
            hand_over(row)

    def test_lets_nobody_decide_on_what_they_asked_for(self):
        row = submitted(requester=user("bob"))
        hand_over(row)
        with pytest.raises(NotAllowed):
            approve_request(
                row, approver=user("bob"), body_sha256=row.body_sha256, now=LATER
            )
        page = as_person("bob").get(url_of(row)).content.decode()
        assert 'id="approve"' not in page

    def test_frees_the_key_of_the_form(self):
        mine, theirs = submitted("one-search"), submitted(requester=user("charlie"))
        ClusterRequest.objects.filter(id=theirs.id).update(
            submission_key=mine.submission_key
        )
        hand_over(mine)
        assert mine.requester == theirs.requester


class TestHandOverPage:
    def test_leads_back_to_the_request(self):
        row = submitted()
        user("charlie")
        answer = as_person("olga").post(
            url_of(row, "hand-over"), {"requester": "charlie", "comment": "Leaves."}
        )
        assert (answer.status_code, answer["Location"]) == (302, url_of(row))
        page = as_person("charlie").get(url_of(row)).content.decode()
        assert "from alice to charlie" in page
        assert as_person("alice").get(url_of(row)).status_code == 404

    def test_keeps_what_was_typed_when_nobody_has_this_name(self):
        row = submitted()
        answer = as_person("olga").post(
            url_of(row, "hand-over"), {"requester": "charly", "comment": "Leaves."}
        )
        page = answer.content.decode()
        assert answer.status_code == 400
        assert 'value="charly"' in page
        assert "Leaves." in page

    @pytest.mark.parametrize("rubbish", ["olga\0", "x" * 151, "", " "])
    def test_takes_no_rubbish_for_a_name(self, rubbish):
        url = url_of(submitted(), "hand-over")
        assert as_person("olga").post(url, {"requester": rubbish}).status_code == 400

    @pytest.mark.parametrize(
        ("name", "status"),
        [("alice", 403), ("bob", 403), ("dora", 403), ("charlie", 404)],
    )
    def test_is_refused_to_others(self, name, status):
        row = submitted()
        url = url_of(row, "hand-over")
        assert as_person(name).post(url, {"requester": "bob"}).status_code == status
        assert as_person(name).get(url).status_code == 405

    def test_says_so_when_it_is_theirs_already(self):
        row = submitted()
        url = url_of(row, "hand-over")
        answer = as_person("olga").post(url, {"requester": "alice"})
        assert answer.status_code == 409


def join(name, *teams):
    for team in teams:
        user(name).groups.add(Group.objects.get_or_create(name=team)[0])


class TestColleagues:
    def test_of_one_team_read_each_others_requests(self):
        row = submitted()
        join("alice", "team:search", "team:web")
        join("charlie", "team:search", "team:web")
        client = as_person("charlie")
        assert client.get(url_of(row)).status_code == 200
        listed = client.get("/requests/").content.decode()
        assert listed.count(f'data-request-id="{row.id}"') == 1

    @pytest.mark.parametrize("action", ["cancel", "retry", "approve", "hand-over"])
    def test_change_nothing(self, action):
        row = submitted()
        join("alice", "team:search")
        join("charlie", "team:search")
        answer = as_person("charlie").post(url_of(row, action), {"requester": "bob"})
        assert answer.status_code == 403

    @pytest.mark.parametrize("group", ["search", "team", "xteam:search"])
    def test_are_not_those_of_any_other_group(self, group):
        row = submitted()
        join("alice", group)
        join("charlie", group)
        assert as_person("charlie").get(url_of(row)).status_code == 404

    def test_of_another_team_see_nothing(self):
        row = submitted()
        join("alice", "team:search")
        join("charlie", "team:web")
        assert as_person("charlie").get(url_of(row)).status_code == 404
