"""Home, approvals and clusters."""

from datetime import timedelta

import pytest
from django.test import Client

from clusters.domain.states import State
from tests.factories import NOON, cluster_request, user
from tests.flows.pages.conftest import Reader
from tests.flows.pages.reading import link, many, names


@pytest.mark.parametrize("path", ["/", "/approvals/", "/clusters/"])
class TestEveryList:
    def test_sends_the_anonymous_to_the_sign_in(
        self, client: Client, path: str
    ) -> None:
        page = client.get(path)
        assert page.status_code == 302
        assert page["Location"] == f"/login/?next={path}"

    def test_takes_no_post(self, reading_as: Reader, path: str) -> None:
        assert reading_as("bob").post(path).status_code == 405

    def test_is_not_kept_by_anybody_else(self, reading_as: Reader, path: str) -> None:
        assert "Cookie" in reading_as("bob").get(path)["Vary"]


class TestHome:
    def test_leads_a_newcomer_to_the_form(self, reading_as: Reader) -> None:
        page = reading_as("alice").get("/").content.decode()
        assert (
            'href="/requests/new/"' in page.partition("Nothing needs your attention")[2]
        )

    def test_shows_an_approver_what_waits_for_them(self, reading_as: Reader) -> None:
        cluster_request("of-alice")
        cluster_request("of-bob", requester=user("bob"))
        page = reading_as("bob").get("/").content.decode()
        waiting, _, own = page.partition("Your requests in progress")
        assert "of-alice" in waiting
        assert "of-bob" not in waiting
        assert "of-bob" in own

    def test_shows_one_s_own_trouble_before_the_rest(self, reading_as: Reader) -> None:
        cluster_request("moving", state=State.CREATING)
        cluster_request("broken", state=State.FAILED)
        cluster_request("works", state=State.ACTIVE)
        cluster_request("of-charlie", requester=user("charlie"))
        page = reading_as("alice").get("/")
        assert names(page) == ["broken", "moving", "works"]

    def test_forgets_a_failure_after_two_weeks(self, reading_as: Reader) -> None:
        old = NOON - timedelta(days=15)
        cluster_request("broken", state=State.FAILED, now=old, moved_at=old)
        assert names(reading_as("alice").get("/")) == []

    def test_shows_an_operator_what_is_stuck_once(self, reading_as: Reader) -> None:
        cluster_request(
            "stuck", state=State.UNCLEAR, requester=user("olga"), needs="operator"
        )
        assert names(reading_as("olga").get("/")) == ["stuck"]

    def test_asks_a_fixed_number_of_questions(
        self, reading_as: Reader, django_assert_num_queries: object
    ) -> None:
        client = reading_as("bob")
        many(20)
        # session, person, groups, decisions, three sections, number on Approvals
        with django_assert_num_queries(8):  # type: ignore[operator]
            client.get("/")


class TestApprovalList:
    @pytest.mark.parametrize("name", ["bob", "dora", "olga"])
    def test_opens_for_those_who_see_all(self, reading_as: Reader, name: str) -> None:
        cluster_request("waiting")
        assert names(reading_as(name).get("/approvals/")) == ["waiting"]

    def test_is_closed_to_everybody_else(self, reading_as: Reader) -> None:
        page = reading_as("alice").get("/approvals/")
        assert page.status_code == 403
        assert "This list is for approvers" in page.content.decode()

    def test_shows_what_waits_the_oldest_first(self, reading_as: Reader) -> None:
        cluster_request("younger")
        cluster_request("older", now=NOON - timedelta(hours=2))
        cluster_request("decided", state=State.ACTIVE)
        page = reading_as("bob").get("/approvals/")
        assert names(page) == ["older", "younger"]
        assert "2 h ago" in page.content.decode()

    def test_says_where_somebody_else_decides(self, reading_as: Reader) -> None:
        cluster_request("of-bob", requester=user("bob"))
        page = reading_as("bob").get("/approvals/").content.decode()
        assert "Somebody else decides" in page
        assert "Review" not in page

    def test_is_calm_when_nothing_waits(self, reading_as: Reader) -> None:
        page = reading_as("bob").get("/approvals/").content.decode()
        assert "No requests are waiting" in page

    def test_walks_from_the_oldest_to_the_youngest(self, reading_as: Reader) -> None:
        made = many(60)
        client = reading_as("bob")
        first = client.get("/approvals/")
        second = client.get(f"/approvals/{link(first, 'next')}")
        assert names(first) + names(second) == made[::-1]
        assert names(client.get(f"/approvals/{link(second, 'prev')}")) == names(first)


class TestClusterList:
    def test_shows_what_works_with_its_endpoint(self, reading_as: Reader) -> None:
        cluster_request("works", state=State.ACTIVE, endpoint="10.0.0.7:9200")
        cluster_request("building", state=State.CREATING)
        page = reading_as("alice").get("/clusters/")
        assert names(page) == ["works"]
        assert "10.0.0.7:9200" in page.content.decode()

    def test_carries_an_error_code_that_is_known(self, reading_as: Reader) -> None:
        cluster_request("works", state=State.ACTIVE, error_code="CSS.0001")
        page = reading_as("alice").get("/clusters/").content.decode()
        assert page.count('data-error-code="CSS.0001"') == 1

    def test_keeps_those_of_others_to_themselves(self, reading_as: Reader) -> None:
        cluster_request("theirs", state=State.ACTIVE, requester=user("charlie"))
        assert names(reading_as("alice").get("/clusters/")) == []
        assert names(reading_as("dora").get("/clusters/")) == ["theirs"]
