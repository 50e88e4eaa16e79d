"""The page of a request that was archived, and the archives at /audit/."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from clusters.models import ArchivedRequest, ClusterRequest
from clusters.views.request import actions
from tests.factories import user
from tests.flows.audit.archives.scene import archived, showcase

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """An archive, which holds a request of Charlie's."""
    showcase()
    path = tmp_path / "old.archive"
    archived(path)
    return path


@pytest.fixture
def url(file):
    """The address of the page of that request."""
    row = ArchivedRequest.objects.get(name="old-index")
    return reverse("request-detail", args=[row.id])


class TestArchivedPage:
    @pytest.mark.parametrize("name", ["charlie", "bob", "dora", "olga"])
    def test_says_where_the_request_is(self, client, file, url, name):
        client.force_login(user(name))
        answer = client.get(url)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "old-index" in text
        assert str(file) in text
        assert "Cancelled" in text

    def test_is_not_found_by_others(self, client, url):
        client.force_login(user("alice"))
        assert client.get(url).status_code == 404

    def test_is_read_by_a_team(self, client, url):
        team = Group.objects.create(name="team:search")
        team.user_set.add(user("alice"), user("charlie"))
        client.force_login(user("alice"))
        assert client.get(url).status_code == 200

    def test_needs_a_login(self, client, url):
        assert client.get(url).status_code == 302

    def test_replaces_a_page_that_is_open(self, client, url):
        client.force_login(user("charlie"))
        answer = client.get(f"{url}?shown=a.b", headers={"HX-Request": "true"})
        assert answer.headers["HX-Refresh"] == "true"

    def test_takes_no_actions(self, client, url):
        client.force_login(user("charlie"))
        assert client.post(f"{url}cancel/").status_code == 404

    def test_of_an_unknown_request_is_not_found(self, client, file):
        client.force_login(user("olga"))
        assert client.get(reverse("request-detail", args=[uuid4()])).status_code == 404


class TestArchivesAtAudit:
    def test_are_listed_with_their_files(self, client, file):
        client.force_login(user("dora"))
        text = client.get(reverse("audit")).content.decode()
        assert str(file) in text
        assert "4 requests with 10 events, ended before 2026-11-24" in text

    def test_are_none(self, client):
        client.force_login(user("dora"))
        text = client.get(reverse("audit")).content.decode()
        assert "Nothing is archived" in text


class TestAnActionThatComesTooLate:
    def test_is_not_found(self, client, tmp_path, monkeypatch):
        showcase()
        row = ClusterRequest.objects.get(name="metrics-search")
        hand_over = actions.handing_over.hand_over_request

        def archive_first(*args, **how):
            archived(tmp_path / "old.archive")
            hand_over(*args, **how)

        monkeypatch.setattr(actions.handing_over, "hand_over_request", archive_first)
        client.force_login(user("olga"))
        url = reverse("request-hand-over", args=[row.id])
        answer = client.post(url, {"requester": "alice", "comment": "Left."})
        assert answer.status_code == 404
