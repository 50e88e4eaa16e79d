"""A page that asks by htmx stays as it is when the session ends, with all that is typed."""

import json
from typing import Any

import pytest
from django.http import HttpResponse

from tests import factories
from tests.flows.safety.forms_left_open import (
    ASK,
    make_catalog,
    pending,
)
from tests.flows.safety.outliving import Browser, end_sessions

pytestmark = pytest.mark.django_db


class TestHtmx:
    @pytest.mark.parametrize(
        "path",
        ["/requests/", "/requests/new/", "/operate/", "{page}", "{page}?shown=x.y"],
    )
    def test_gets_no_page_of_a_sign_in(self, bob: Browser, path: str) -> None:
        page = pending().get_absolute_url()
        bob.opens(page)
        end_sessions()
        self.is_told(bob.by_htmx(path.format(page=page)))

    def test_gets_none_for_what_is_typed(self, bob: Browser) -> None:
        make_catalog()
        bob.opens("/requests/new/")
        end_sessions()
        self.is_told(bob.by_htmx("/requests/new/", ASK))

    def test_gets_none_when_somebody_signed_in_and_out_meanwhile(
        self, bob: Browser
    ) -> None:
        make_catalog()
        bob.opens("/requests/new/")
        end_sessions()
        bob.signs_in("bob")
        end_sessions()
        self.is_told(bob.by_htmx("/requests/new/", ASK))

    def is_told(self, answer: HttpResponse, *, somebody_else: bool = False) -> None:
        assert (answer.status_code, answer.content) == (204, b"")
        told = {"portal:signed-out": {"somebodyElse": somebody_else}}
        assert json.loads(answer["HX-Trigger"]) == told

    @pytest.mark.parametrize("data", [None, ASK])
    def test_gets_a_token_that_is_taken_after_a_sign_in_elsewhere(
        self, bob: Browser, data: dict[str, Any] | None
    ) -> None:
        make_catalog()
        bob.opens("/requests/new/")
        end_sessions()
        bob.signs_in("bob")
        told = json.loads(bob.by_htmx("/requests/new/", data)["HX-Trigger"])
        bob.token = told["portal:fresh-token"]["token"]
        answer = bob.by_htmx("/requests/new/", ASK)
        assert answer.status_code == 200
        assert "HX-Trigger" not in answer

    @pytest.mark.parametrize("data", [None, ASK])
    def test_gets_nothing_of_somebody_else(
        self, bob: Browser, data: dict[str, Any] | None
    ) -> None:
        make_catalog()
        bob.opens("/requests/new/")
        end_sessions()
        factories.user("charlie")
        bob.signs_in("charlie")
        self.is_told(bob.by_htmx("/requests/new/", data), somebody_else=True)

    def test_is_left_alone_while_the_session_lasts(self, bob: Browser) -> None:
        make_catalog()
        bob.opens("/requests/new/")
        assert "HX-Trigger" not in bob.by_htmx("/requests/new/", ASK)
