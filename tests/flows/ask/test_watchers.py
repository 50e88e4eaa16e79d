"""The field of the watchers in the form for a new request."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from clusters.models import CloudProject, ClusterRequest, Watcher
from tests import factories
from tests.flows.ask.posting import URL, post, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("project")]


@pytest.fixture(autouse=True)
def colleagues(db: None) -> None:
    for name in ("bob", "charlie", "dora"):
        factories.user(name)


def watching() -> list[str]:
    rows = Watcher.objects.order_by("person__username")
    return list(rows.values_list("person__username", flat=True))


def field(page: str) -> str:
    """Return the field as it is on the page, with what is said about it."""
    begin = page.index('<label for="id_watchers">')
    return html.unescape(page[begin : page.index("</fieldset>", begin)])


class TestField:
    @pytest.mark.parametrize(
        "typed",
        [
            "charlie, bob",
            "bob,charlie,",
            " ,bob ,, charlie\u00a0,bob",
            ["bob", "charlie"],
            ["bob, charlie", "", "charlie"],
            ["\uff42ob", "charlie", "alice"],
        ],
    )
    def test_takes_names_with_commas_and_repeated(
        self, client: Client, typed: Any
    ) -> None:
        assert post(client, watchers=typed).status_code == 302
        assert watching() == ["bob", "charlie"]

    @pytest.mark.parametrize("typed", [None, "", " , ", "alice", ["", ""]])
    def test_may_name_nobody_but_the_requester(
        self, client: Client, typed: Any
    ) -> None:
        assert post(client, watchers=typed).status_code == 302
        assert watching() == []

    @pytest.mark.parametrize("how", [{}, {"check": "1"}])
    @pytest.mark.parametrize(
        "typed", ["bob, dave", ["bob", "dave"], "dave", "bob, dave, Charlie"]
    )
    def test_says_which_name_is_nobodys_and_keeps_what_was_typed(
        self, client: Client, how: dict[str, str], typed: Any
    ) -> None:
        answer = post(client, watchers=typed, **how)
        assert answer.status_code == 200
        shown = field(text(answer))
        assert "There is no user “dave”." in shown
        assert ("There is no user “Charlie”." in shown) == ("Charlie" in typed)
        assert "“bob”" not in shown
        value = typed if isinstance(typed, str) else ", ".join(typed)
        assert f'value="{value}"' in shown
        assert 'aria-invalid="true"' in shown
        assert not ClusterRequest.objects.exists()

    def test_says_it_while_one_types(self, client: Client) -> None:
        form = {"watchers": "dave", "name": "logs-search", "cloud_project": "demo"}
        answer = client.post(URL, form, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "There is no user" in html.unescape(text(answer))

    def test_says_it_beside_other_errors(self, client: Client) -> None:
        page = text(post(client, watchers="dave", instance_num="0"))
        assert "There is no user “dave”." in field(page)
        assert page.count('aria-invalid="true"') == 2

    def test_takes_nobody_who_has_left(self, client: Client) -> None:
        User.objects.filter(username="bob").update(is_active=False)
        assert "There is no user “bob”." in field(text(post(client, watchers="bob")))

    def test_takes_twenty_at_most(self, client: Client) -> None:
        names = [f"colleague{number}" for number in range(21)]
        User.objects.bulk_create(User(username=name) for name in names)
        page = field(text(post(client, watchers=names)))
        assert "These are 21 people. Name at most 20." in page
        assert post(client, watchers=names[1:]).status_code == 302

    @pytest.mark.parametrize(
        "typed", ["a\x00b", "\ud800", "x" * 100_000, "x," * 50_000, "<b>", "a\nb"]
    )
    def test_bears_whatever_is_sent(self, client: Client, typed: str) -> None:
        answer = post(client, watchers=typed.encode("utf-8", "surrogatepass"))
        assert answer.status_code == 200
        assert "<b>" not in text(answer).partition('id="id_watchers"')[2][:400]
        assert not ClusterRequest.objects.exists()

    def test_is_the_same_when_it_is_sent_twice(self, client: Client) -> None:
        key = "11111111-2222-4333-8444-555555555555"
        first = post(client, watchers="bob, charlie", submission_key=key)
        User.objects.filter(username="bob").update(is_active=False)
        again = post(client, watchers=["charlie", "bob"], submission_key=key)
        assert again["Location"] == first["Location"]
        other = post(client, watchers="charlie", submission_key=key)
        assert "was sent before with other values" in text(other)

    def test_is_kept_by_a_button_that_shows_other_options(self, client: Client) -> None:
        page = text(post(client, watchers=["bob", "dave"], show="1"))
        assert 'value="bob, dave"' in field(page)
        assert "There is no user" not in page


class TestAskAgain:
    def test_keeps_the_watchers_who_are_still_there(self, client: Client) -> None:
        row = factories.submitted(watchers=("bob", "charlie", "dora"))
        User.objects.filter(username="charlie").update(is_active=False)
        page = text(client.get(URL, {"from": str(row.id)}))
        assert 'value="bob, dora"' in field(page)

    def test_leaves_out_whoever_asks(
        self, client: Client, alice: User, project: CloudProject
    ) -> None:
        row = factories.submitted(
            requester=factories.user("charlie"), watchers=("alice", "bob")
        )
        page = text(client.get(URL, {"from": str(row.id)}))
        assert 'value="bob"' in field(page)
