"""How long a form is kept, and what is done about one that cannot be kept."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from clusters.domain.states import State
from clusters.models import ClusterRequest, KeptForm
from clusters.operations.accounts import kept_forms
from portal.sign_in.kept_forms import MARKER_COOKIE
from portal.sign_in.page_owner import COOKIE
from tests import factories
from tests.flows.safety.forms_left_open import (
    ASK,
    COMMENT,
    IN_COMMENT,
    KEPT,
    comments,
    make_catalog,
    pending,
)
from tests.flows.safety.outliving import TOKEN, Browser, end_sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Browser:
    make_catalog()
    factories.user("alice")
    return Browser("alice")


def asks(browser: Browser, typed: dict[str, Any]) -> None:
    """Somebody sends a form for a cluster whose session ended while it was filled in."""
    browser.opens("/requests/new/")
    end_sessions()
    assert browser.sends("/requests/new/", typed).status_code == 302


class TestKeeping:
    def test_lasts_until_it_is_sent(self, bob: Browser) -> None:
        page = comments(bob)
        bob.signs_in("bob")
        for _ in range(2):
            assert KEPT in bob.opens(page)
        assert bob.sends(f"{page}reject/", COMMENT).status_code == 302
        assert not KeptForm.objects.exists()
        assert KEPT not in bob.get(page).content.decode()
        assert ClusterRequest.objects.get().state == State.REJECTED

    def test_survives_that_another_form_is_sent(self, bob: Browser) -> None:
        page = comments(bob)
        bob.signs_in("bob")
        other = factories.cluster_request(name="other", state=State.PENDING)
        bob.opens(other.get_absolute_url())
        bob.sends(f"{other.get_absolute_url()}reject/", COMMENT)
        assert KEPT in bob.get(page).content.decode()

    def test_is_shown_on_its_own_page_only(self, bob: Browser) -> None:
        page = comments(bob)
        bob.signs_in("bob")
        for path in ("/", "/requests/", f"{page}?empty"):
            assert KEPT not in bob.get(path).content.decode()

    def test_is_said_where_one_signs_in(self, bob: Browser) -> None:
        said = "What you typed is kept for an hour"
        end_sessions()
        assert said not in bob.get("/login/?next=/").content.decode()
        bob.signs_in("bob")
        page = comments(bob)
        assert said in bob.get(f"/login/?next={page}").content.decode()

    def test_ends_after_an_hour(self, bob: Browser) -> None:
        page = comments(bob)
        bob.signs_in("bob")
        KeptForm.objects.update(expires_at=timezone.now())
        assert KEPT not in bob.get(page).content.decode()

    def test_says_an_hour(self, bob: Browser, clock: time_machine.Traveller) -> None:
        comments(bob)
        until = KeptForm.objects.get().expires_at
        assert until - timezone.now() == timedelta(hours=1)
        assert bob.cookies[MARKER_COOKIE]["max-age"] == 3600

    def test_holds_one_form_of_a_browser_and_the_page_holds_the_next(
        self, bob: Browser
    ) -> None:
        page = comments(bob)
        answer = bob.sends("/requests/new/", {"name": "second"})
        assert answer.status_code == 403
        assert 'name="name" value="second"' in answer.content.decode()
        bob.signs_in("bob")
        assert IN_COMMENT in bob.get(page).content.decode()

    def test_holds_the_last_of_the_same_page(self, bob: Browser) -> None:
        page = comments(bob)
        bob.sends(f"{page}approve/", {"comment": "A second thought."})
        assert KeptForm.objects.count() == 1
        bob.signs_in("bob")
        assert ">A second thought.</textarea>" in bob.get(page).content.decode()

    def test_holds_one_of_two_tabs_and_the_page_holds_the_other(
        self, alice: Browser
    ) -> None:
        first, second = ({"name": f"tab-{n}", "submission_key": str(n)} for n in "12")
        asks(alice, first)
        left_open = alice.sends("/requests/new/", second).content.decode()
        assert 'name="name" value="tab-2"' in left_open
        alice.signs_in("alice")
        assert 'value="tab-1"' in alice.opens("/requests/new/")

    def test_lasts_while_the_form_of_another_tab_is_sent(self, alice: Browser) -> None:
        asks(alice, {"name": "tab-1", "submission_key": "1"})
        alice.signs_in("alice")
        alice.opens("/requests/new/?empty")
        other = {**ASK, "submission_key": str(uuid.uuid4())}
        assert alice.sends("/requests/new/", other).status_code == 302
        assert 'value="tab-1"' in alice.opens("/requests/new/")

    def test_holds_five_browsers_of_a_person(self, bob: Browser) -> None:
        row = pending()
        browsers = [bob, *(Browser("bob") for _ in range(6))]
        for browser in browsers:
            browser.opens(row.get_absolute_url())
        end_sessions()
        for browser in browsers:
            browser.sends(f"{row.get_absolute_url()}reject/", COMMENT)
        assert KeptForm.objects.count() == kept_forms.MOST_BROWSERS == 5

    def test_shows_a_comment_whose_form_is_gone(self, bob: Browser) -> None:
        page = comments(bob)
        ClusterRequest.objects.update(state=State.CANCELLED)
        bob.signs_in("bob")
        shown = bob.get(page).content.decode()
        assert KEPT in shown
        assert "Not before the fair." in shown

    def test_says_it_of_a_button_too(self) -> None:
        factories.user("olga")
        olga = Browser("olga")
        olga.opens("/operate/")
        end_sessions()
        olga.sends("/operate/reconcile/", {})
        olga.signs_in("olga")
        assert "Nothing was sent: press the button" in olga.opens("/operate/")


class TestWhatCannotBeKept:
    def test_stands_on_the_page_to_be_sent_again(self, bob: Browser) -> None:
        del bob.cookies[COOKIE]
        row = pending()
        bob.opens(row.get_absolute_url())
        end_sessions()
        answer = bob.sends(f"{row.get_absolute_url()}reject/", COMMENT)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "You are signed out" in page
        assert 'target="_blank"' in page
        assert 'name="comment" value="Not before the fair."' in page
        assert not KeptForm.objects.exists()

    def test_is_sent_from_there_after_the_sign_in(self, bob: Browser) -> None:
        row = pending()
        bob.opens(row.get_absolute_url())
        del bob.cookies[COOKIE]
        end_sessions()
        bob.signs_in("bob")
        answer = bob.sends(f"{row.get_absolute_url()}reject/", COMMENT)
        assert answer.status_code == 403
        bob.token = TOKEN.search(answer.content.decode()).group(1)
        bob.sends(f"{row.get_absolute_url()}reject/", COMMENT)
        assert ClusterRequest.objects.get().state == State.REJECTED

    def test_is_what_is_larger_than_any_form(self, bob: Browser) -> None:
        row = pending()
        bob.opens(row.get_absolute_url())
        end_sessions()
        path = f"{row.get_absolute_url()}reject/"
        answer = bob.sends(path, {"comment": "x" * 100_001})
        assert "too large to be kept" in answer.content.decode()
        assert not KeptForm.objects.exists()
        assert bob.sends(path, {"comment": "x" * 99_000}).status_code == 302
        assert KeptForm.objects.exists()

    def test_is_carried_on_by_the_page_where_no_database_takes_it(
        self, bob: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OperationalError("read-only")

        monkeypatch.setattr(kept_forms, "keep_form", refuse)
        row = pending()
        bob.opens(row.get_absolute_url())
        end_sessions()
        answer = bob.sends(f"{row.get_absolute_url()}reject/", COMMENT)
        assert 'value="Not before the fair."' in answer.content.decode()
