"""Approve, reject, cancel, try again: who may, when, and what the page answers."""

import pytest
from django.test import Client

from clusters.domain.states import State
from clusters.models import ClusterRequest, Decision, Event
from tests import factories
from tests.flows.decide.pages import as_person, state_of, url_of

pytestmark = pytest.mark.django_db

ACTIONS = ("approve", "reject", "cancel", "retry")


def form(row: ClusterRequest, **typed: str) -> dict[str, str]:
    return {"body_sha256": row.body_sha256, "comment": "Because.", **typed}


def ready_for(action: str) -> ClusterRequest:
    """Alice's request, in a state that this action leaves."""
    failed = action == "retry"
    return factories.cluster_request(state=State.FAILED if failed else State.PENDING)


def doer_of(action: str) -> str:
    return "bob" if action in ("approve", "reject") else "alice"


class TestEveryAction:
    @pytest.mark.parametrize(
        ("action", "state"),
        [
            ("approve", State.APPROVED),
            ("reject", State.REJECTED),
            ("cancel", State.CANCELLED),
            ("retry", State.APPROVED),
        ],
    )
    def test_moves_the_request_and_leads_back_to_it(
        self, action: str, state: State
    ) -> None:
        row = ready_for(action)
        answer = as_person(doer_of(action)).post(url_of(row, action), form(row))
        assert (answer.status_code, answer["Location"]) == (302, url_of(row))
        assert state_of(row) == state

    @pytest.mark.parametrize("action", ACTIONS)
    def test_answers_409_the_second_time_and_says_what_it_is_by_now(
        self, action: str
    ) -> None:
        row, person = ready_for(action), as_person(doer_of(action))
        person.post(url_of(row, action), form(row))
        events = Event.objects.filter(request=row).count()
        answer = person.post(url_of(row, action), form(row))
        assert answer.status_code == 409
        row.refresh_from_db()
        html = answer.content.decode()
        assert f"the request is “{row.get_state_display()}” by now" in html
        assert f'data-state="{row.state}"' in html
        assert Event.objects.filter(request=row).count() == events

    @pytest.mark.parametrize("action", ACTIONS)
    def test_is_unknown_to_a_stranger(self, action: str) -> None:
        row = ready_for(action)
        answer = as_person("charlie").post(url_of(row, action), form(row))
        assert answer.status_code == 404
        assert state_of(row) == row.state

    @pytest.mark.parametrize("action", ACTIONS)
    def test_is_forbidden_to_an_auditor_who_sees_it(self, action: str) -> None:
        row = ready_for(action)
        answer = as_person("dora").post(url_of(row, action), form(row))
        assert answer.status_code == 403
        assert state_of(row) == row.state

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("name", ["alice", None])
    def test_takes_no_get(self, action: str, name: str | None) -> None:
        person = as_person(name) if name else Client()
        assert person.get(url_of(ready_for(action), action)).status_code == 405

    @pytest.mark.parametrize("action", ACTIONS)
    def test_leads_the_anonymous_to_the_login_and_then_to_the_page(
        self, action: str
    ) -> None:
        row = ready_for(action)
        answer = Client().post(url_of(row, action))
        assert answer.status_code == 302
        assert answer["Location"] == f"/login/?next={url_of(row)}"
        assert state_of(row) == row.state

    @pytest.mark.parametrize("action", ACTIONS)
    def test_needs_the_token_of_the_page(self, action: str) -> None:
        row = ready_for(action)
        careful = Client(enforce_csrf_checks=True)
        careful.force_login(factories.user(doer_of(action)))
        assert careful.post(url_of(row, action), form(row)).status_code == 403
        assert state_of(row) == row.state

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("comment", ["a\x00b", "x" * 2001, "a\ufffdb", "\x1b[2J"])
    def test_refuses_a_comment_that_cannot_be_kept(
        self, action: str, comment: str
    ) -> None:
        row = ready_for(action)
        answer = as_person(doer_of(action)).post(
            url_of(row, action), form(row, comment=comment)
        )
        assert answer.status_code == 400
        assert state_of(row) == row.state
        if action != "retry":  # which has no such field on the page
            html = answer.content.decode()
            assert html.count('aria-invalid="true"') == 1
            assert html.count('id="id_comment_error"') == 1
            assert f">{comment}</textarea>" in html

    @pytest.mark.parametrize("action", ACTIONS)
    def test_counts_a_new_line_as_one_character_like_browsers_do(
        self, action: str
    ) -> None:
        row = ready_for(action)
        answer = as_person(doer_of(action)).post(
            url_of(row, action), form(row, comment="x\r\n" * 1000)
        )
        assert answer.status_code == 302


class TestApprove:
    def test_keeps_who_when_why_and_for_which_body(self) -> None:
        row = factories.submitted()
        as_person("bob").post(url_of(row, "approve"), form(row))
        decision = Decision.objects.get(request=row)
        assert (decision.verdict, decision.by_name) == ("approved", "bob")
        assert (decision.comment, decision.body_sha256) == ("Because.", row.body_sha256)

    def test_needs_no_comment(self) -> None:
        row = factories.submitted()
        person = as_person("bob")
        answer = person.post(url_of(row, "approve"), {"body_sha256": row.body_sha256})
        assert answer.status_code == 302

    @pytest.mark.parametrize("sha256", ["", "0" * 64, "ü", "\x00"])
    def test_refuses_a_hash_that_the_page_did_not_show(self, sha256: str) -> None:
        row = factories.submitted()
        answer = as_person("bob").post(
            url_of(row, "approve"), form(row, body_sha256=sha256, comment="Take it.")
        )
        assert answer.status_code == 409
        assert "is not the one that you looked at" in answer.content.decode()
        assert ">Take it.</textarea>" in answer.content.decode()
        assert state_of(row) == State.PENDING

    @pytest.mark.parametrize("name", ["bob", "root"])
    def test_is_forbidden_on_ones_own_request_even_to_a_superuser(
        self, name: str
    ) -> None:
        person = factories.user(name)
        person.is_superuser = name == "root"
        person.save()
        row = factories.submitted(requester=person)
        answer = as_person(name).post(url_of(row, "approve"), form(row))
        assert answer.status_code == 403
        assert state_of(row) == State.PENDING

    def test_answers_409_while_another_request_holds_the_name(self) -> None:
        factories.approved("logs-search")
        row = factories.submitted("logs-search")
        answer = as_person("bob").post(url_of(row, "approve"), form(row))
        assert answer.status_code == 409
        assert "is under way" in answer.content.decode()
        assert state_of(row) == State.PENDING

    def test_lets_one_of_two_deciders_win(self) -> None:
        row = factories.submitted()
        as_person("bob").post(url_of(row, "reject"), form(row))
        factories.user("bill", groups=("approvers",))
        answer = as_person("bill").post(url_of(row, "approve"), form(row))
        assert answer.status_code == 409
        assert state_of(row) == State.REJECTED


class TestReject:
    @pytest.mark.parametrize("comment", ["", "  \n"])
    def test_needs_a_comment_and_says_so_at_the_field(self, comment: str) -> None:
        row = factories.submitted()
        answer = as_person("bob").post(
            url_of(row, "reject"), form(row, comment=comment)
        )
        html = answer.content.decode()
        assert answer.status_code == 400
        assert 'aria-invalid="true"' in html
        assert 'id="id_comment_error"' in html
        assert "Say why" in html
        assert state_of(row) == State.PENDING

    def test_shows_the_comment_to_the_requester(self) -> None:
        row = factories.submitted()
        as_person("bob").post(url_of(row, "reject"), form(row, comment="Too <large>."))
        html = as_person("alice").get(url_of(row)).content.decode()
        assert "Too &lt;large&gt;." in html


class TestCancel:
    def test_is_open_to_an_operator(self) -> None:
        row = factories.approved()
        answer = as_person("olga").post(url_of(row, "cancel"), {"comment": "No room."})
        assert answer.status_code == 302
        assert state_of(row) == State.CANCELLED

    def test_is_forbidden_to_an_approver(self) -> None:
        row = factories.submitted()
        assert as_person("bob").post(url_of(row, "cancel")).status_code == 403

    @pytest.mark.parametrize(
        "state", [State.SENDING, State.UNCLEAR, State.CREATING, State.ACTIVE]
    )
    def test_comes_too_late_once_it_is_sent(self, state: State) -> None:
        row = factories.cluster_request(state=state)
        assert as_person("alice").post(url_of(row, "cancel")).status_code == 409
        assert state_of(row) == state


class TestRetry:
    def test_is_refused_where_the_cloud_made_a_cluster(self) -> None:
        row = factories.cluster_request(
            state=State.FAILED, cloud_id=factories.CLUSTER_ID
        )
        answer = as_person("alice").post(url_of(row, "retry"))
        assert answer.status_code == 409
        assert "Ask again instead" in answer.content.decode()

    def test_is_refused_while_another_request_holds_the_name(self) -> None:
        row = factories.cluster_request(state=State.FAILED)
        factories.approved(row.name)
        answer = as_person("olga").post(url_of(row, "retry"))
        assert answer.status_code == 409
        assert state_of(row) == State.FAILED

    def test_is_open_to_an_operator_and_forgets_the_error(self) -> None:
        row = factories.cluster_request(state=State.FAILED)
        assert as_person("olga").post(url_of(row, "retry")).status_code == 302
        row.refresh_from_db()
        assert (row.state, row.error_code) == (State.APPROVED, "")
