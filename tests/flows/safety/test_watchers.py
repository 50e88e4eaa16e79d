"""What a watcher sees of a request, and that they can do nothing with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters.domain.states import State
from clusters.models import ArchivedRequest, ClusterRequest, Event, Watcher
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.hand_over import hand_over_request
from clusters.urls import urlpatterns
from tests.factories import NOON, cluster_request, submitted, user
from tests.flows.audit.archives.scene import archived
from tests.flows.audit.test_erased_pages import erase_name
from tests.flows.decide.pages import as_person, url_of

pytestmark = pytest.mark.django_db

TYPED = {
    "comment": "Because.",
    "name": "logs-search",
    "requester": "charlie",
    "cluster_id": "ef683016-871e-48bc-bf93-74a29d60d214",
}
"""What the forms of the actions take, all at once."""


def actions() -> Iterator[str]:
    """Yield the last part of each address that acts on one request."""
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if route.startswith("requests/<uuid:request_id>/") and route.count("/") > 2:
            yield route.split("/")[2]


ACTIONS = tuple(actions())


def watched(state: State = State.PENDING, **how: Any) -> ClusterRequest:
    """Return a request of Alice's that Charlie watches."""
    user("charlie")
    return cluster_request(state=state, watchers=("charlie",), **how)


def page(row: ClusterRequest, name: str) -> str:
    answer = as_person(name).get(url_of(row))
    assert answer.status_code == 200
    return answer.content.decode()


class TestWatcher:
    @pytest.mark.parametrize("state", State)
    def test_reads_the_request_in_every_state(self, state: State) -> None:
        row = watched(state)
        assert f'data-request-id="{row.id}"' in page(row, "charlie")

    def test_finds_it_in_the_lists_among_their_own_and_no_others(self) -> None:
        watched(State.ACTIVE)
        submitted("own-search", requester=user("charlie"))
        submitted("of-nobody-else")
        charlie = as_person("charlie")
        found = charlie.get("/requests/").content.decode()
        assert found.count('href="/requests/') >= 2
        assert "logs-search" in found
        assert "own-search" in found
        assert "of-nobody-else" not in found
        assert "logs-search" in charlie.get("/clusters/").content.decode()

    def test_finds_it_once_however_often_they_may_see_it(self) -> None:
        row = submitted(watchers=(user("charlie").username, user("erin").username))
        for team in ("team:search", "team:logs"):
            group = Group.objects.create(name=team)
            group.user_set.add(user("charlie"), user("alice"))
        Watcher.objects.create(request=row, person=user("alice"))
        for name in ("charlie", "alice", "erin", "bob"):
            assert list(ClusterRequest.objects.visible_to(user(name))) == [row]

    def test_polls_the_page_and_the_row_as_others_do(self) -> None:
        row = watched(State.CREATING)
        charlie = as_person("charlie")
        asked = {"shown": "a.b"}
        news = charlie.get(url_of(row), asked, headers={"HX-Request": "true"})
        assert b"logs-search" in news.content
        rows = charlie.get("/requests/", {"watch": f"{row.id.hex}00000000"})
        assert b"logs-search" in rows.content

    def test_asks_for_the_same_by_the_form(self) -> None:
        row = watched()
        answer = as_person("charlie").get("/requests/new/", {"from": str(row.id)})
        assert answer.status_code == 200

    def test_may_do_nothing_that_stands_on_the_page(self) -> None:
        for state in State:
            html = page(watched(state, name=f"in-{state.value}"), "charlie")
            assert "<form" not in html.split('id="request"')[1]

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("state", [State.PENDING, State.FAILED, State.UNCLEAR])
    def test_may_not_act(self, action: str, state: State) -> None:
        row = watched(state)
        typed = {**TYPED, "body_sha256": row.body_sha256}
        events = Event.objects.filter(request=row).count()
        answer = as_person("charlie").post(url_of(row, action), typed)
        assert answer.status_code in (403, 404)
        before = {**vars(row), "_state": None}
        row.refresh_from_db()
        assert {**vars(row), "_state": None} == before
        assert Event.objects.filter(request=row).count() == events

    @pytest.mark.parametrize("action", ACTIONS)
    def test_reads_no_page_of_an_action(self, action: str) -> None:
        answer = as_person("charlie").get(url_of(watched(), action))
        assert answer.status_code in (403, 404, 405)

    def test_who_approves_still_decides(self) -> None:
        user("bob")
        row = submitted(watchers=("bob",))
        assert 'id="approve"' in page(row, "bob")

    def test_reads_nothing_after_leaving(self) -> None:
        row = watched()
        browser = as_person("charlie")
        charlie = user("charlie")
        charlie.is_active = False
        charlie.save()
        assert browser.get(url_of(row)).status_code == 302
        assert not ClusterRequest.objects.visible_to(charlie).exists()

    def test_reads_no_archived_request(self, tmp_path: Any) -> None:
        row = watched()
        cancel_request(row, by=user("alice"), now=NOON)
        archived(tmp_path / "old.archive")
        assert ArchivedRequest.objects.filter(pk=row.pk).exists()
        assert as_person("charlie").get(url_of(row)).status_code == 404
        assert as_person("alice").get(url_of(row)).status_code == 200

    def test_is_nobody_else(self) -> None:
        row = watched()
        assert as_person("erin").get(url_of(row)).status_code == 404
        assert Client().get(url_of(row)).status_code == 302


class TestPage:
    @pytest.mark.parametrize("name", ["alice", "bob", "charlie", "olga"])
    def test_says_who_watches(self, name: str) -> None:
        user("dora")
        user("charlie")
        row = submitted(watchers=("dora", "charlie"))
        assert "watched by charlie, dora" in page(row, name)

    def test_says_nothing_where_nobody_does(self) -> None:
        assert "watched by" not in page(submitted(), "alice")

    def test_shows_no_erased_name(self) -> None:
        row = watched()
        shown = erase_name("charlie")
        html = page(row, "alice")
        assert f"watched by {shown}" in html
        assert "charlie" not in html

    def test_shows_a_new_requester_once(self) -> None:
        row = watched()
        hand_over_request(row, by=user("olga"), requester="charlie", now=NOON)
        html = page(row, "charlie")
        assert "requested by charlie" in html
        assert "watched by" not in html

    def test_asks_the_database_as_often_as_without_watchers(
        self, django_assert_num_queries: Any
    ) -> None:
        plain = submitted("plain", requester=user("charlie"))
        row = watched()
        charlie = as_person("charlie")
        with django_assert_num_queries(_queries(charlie, plain)):
            charlie.get(url_of(row))


def _queries(client: Client, row: ClusterRequest) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(url_of(row))
    return len(captured)
