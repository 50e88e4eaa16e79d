"""After signing out, Back shows nothing, and no proxy keeps anybody's page."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.urls.resolvers import URLPattern

from clusters.domain.states import State
from clusters.urls import urlpatterns
from tests.factories import cluster_request, user

pytestmark = pytest.mark.django_db

OTHERS = ["/nowhere/", "/admin/", "/admin/auth/user/", "/admin/clusters/event/"]


def address_of(page: URLPattern) -> str:
    row = cluster_request(state=State.PENDING)
    for named in ({}, {"request_id": row.id}, {"name": "demo"}):
        try:
            return reverse(page.name, kwargs=named)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no address for {page.name}")


def olga() -> Client:
    person = user("olga")
    person.is_staff = person.is_superuser = True
    person.save()
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def is_kept(control: str) -> bool:
    return not {"no-store", "private"} <= {part.strip() for part in control.split(",")}


class TestPagesOfThoseSignedIn:
    @pytest.mark.parametrize("page", urlpatterns, ids=lambda page: page.name)
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_are_kept_nowhere(self, page: URLPattern, method: str) -> None:
        address = address_of(page)
        answer = getattr(olga(), method)(address)
        assert not is_kept(answer.headers.get("Cache-Control", ""))

    @pytest.mark.parametrize("address", OTHERS)
    def test_are_kept_nowhere_either(self, address: str) -> None:
        answer = olga().get(address)
        assert not is_kept(answer.headers.get("Cache-Control", ""))


class TestStaticFiles:
    def test_keep_what_they_say(self, client: Client) -> None:
        answer = client.get("/static/css/base.css")
        assert answer.status_code == 200
        assert "no-store" not in answer.headers["Cache-Control"]
