"""Lists of the admin drop a query that the database cannot take."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import DataError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from portal.middleware.admin_queries import AdminLookupMiddleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


LISTS = sorted(
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for model in admin.site._registry
)


@pytest.mark.parametrize("url", LISTS)
class TestEveryList:
    @pytest.mark.parametrize(
        "query",
        [
            "id=99999999999999999999",
            "id__range=1",
            "pk__gt=-99999999999999999999",
            "id__regex=%5B",
            "id=%00",
            "q=%00",
            "nothing=1",
            "p=99999999999999999999",
            "o=99999999999999999999",
            "_facets=%00",
            "e=1",
        ],
    )
    def test_survives_a_query_by_nothing_that_exists(
        self, root: Client, url: str, query: str
    ) -> None:
        answer = root.get(f"{url}?{query}", follow=True)
        assert answer.status_code == 200

    def test_survives_an_action_beside_such_a_query(
        self, root: Client, url: str
    ) -> None:
        chosen = {"action": "nothing", "_selected_action": "1"}
        answer = root.post(f"{url}?id__range=1", chosen, follow=True)
        assert answer.status_code in (200, 403)


class TestAdminQueries:
    """What of a page of the admin is a fault."""

    def answer(self, path: str, error: Exception, method: str = "GET") -> Any:
        request = RequestFactory().generic(method, path)
        request.resolver_match = resolve(request.path)
        guard = AdminLookupMiddleware(lambda _: HttpResponse())
        return guard.process_exception(request, error)

    @pytest.mark.parametrize(
        "error",
        [DataError(), OperationalError(), OverflowError(), ValueError(), IndexError()],
    )
    def test_a_query_that_breaks_is_none(self, error: Exception) -> None:
        answer = self.answer("/admin/auth/user/?username=%00", error)
        assert (answer.status_code, answer["Location"]) == (
            302,
            "/admin/auth/user/?e=1",
        )

    @pytest.mark.parametrize(
        ("path", "method"),
        [
            ("/admin/auth/user/", "GET"),
            ("/admin/auth/user/?e=1", "GET"),
            ("/admin/auth/user/add/?x=1", "POST"),
            ("/requests/?q=1", "GET"),
        ],
    )
    def test_what_breaks_without_one_is_one(self, path: str, method: str) -> None:
        assert self.answer(path, DataError(), method) is None

    def test_a_mistake_of_ours_is_one(self) -> None:
        assert self.answer("/admin/auth/user/?q=1", AttributeError()) is None
