"""The session ends while somebody fills in a form: nothing that was typed is lost."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.people import DETAIL, Person, ask, sign_in
from tests.browser.running import Portal
from tests.browser.sessions import (
    WHY,
    an_administrator,
    comment,
    end_session,
    fill_in,
    in_another_tab,
    sign_in_here,
    sign_in_in_another_tab,
    stands,
    told,
)
from tests.browser.test_pages import too_wide

pytestmark = pytest.mark.browser

KEPT: Final = "This was typed before your session ended. Nothing was sent."
PHONE: Final = {"width": 390, "height": 844}
People = Callable[..., Person]


@pytest.fixture
def people(new_context: Callable[..., BrowserContext]) -> Iterator[People]:
    """A function that signs somebody in to the showroom, with a session of their own."""
    met: list[Person] = []

    def person(portal: Portal, name: str, **options: Any) -> Person:
        context = new_context(base_url=portal.url, **options)
        somebody = Person(name, context.new_page(), portal)
        met.append(somebody)
        sign_in(somebody)
        return somebody

    yield person
    assert [words for each in met for words in each.complaints] == []


class TestAsking:
    def test_goes_on_after_a_sign_in_in_another_tab(
        self, showroom: Portal, people: People
    ):
        alice = people(showroom, "alice")
        page = fill_in(alice, "typed-on")
        end_session(alice)
        page.get_by_label("Description").press_sequentially("for the shop")
        notice = told(page)
        assert page.locator("#id_password").count() == 0
        expect(page.locator("#request-form")).to_have_count(1)
        stands(page, "typed-on")
        sign_in_in_another_tab(alice, notice)
        description = page.get_by_label("Description")
        description.press("End")
        description.press_sequentially(", too")
        expect(notice).to_be_hidden()
        expect(description).to_have_value("for the shop, too")
        page.get_by_role("button", name="Send for approval").click()
        expect(page).to_have_url(DETAIL)

    def test_comes_back_to_the_form_that_was_sent(
        self, showroom: Portal, people: People
    ):
        alice = people(showroom, "alice")
        page = fill_in(alice, "sent-late")
        end_session(alice)
        page.get_by_role("button", name="Send for approval").click()
        sign_in_here(alice)
        self.was_not_sent(page, "sent-late")

    @pytest.mark.nightly
    def test_comes_back_to_the_form_after_a_sign_in_in_another_tab(
        self, showroom: Portal, people: People
    ):
        alice = people(showroom, "alice")
        page = fill_in(alice, "sent-after")
        end_session(alice)
        in_another_tab(alice)
        page.get_by_role("button", name="Send for approval").click()
        self.was_not_sent(page, "sent-after")

    def was_not_sent(self, page: Page, name: str) -> None:
        expect(page.get_by_text(KEPT)).to_be_visible()
        assert page.url.endswith("/requests/new/")
        stands(page, name)
        page.get_by_role("button", name="Send for approval").click()
        expect(page).to_have_url(DETAIL)
        page.goto("/requests/new/")
        expect(page.get_by_text(KEPT)).to_have_count(0)

    def test_is_not_shown_to_who_signs_in_instead(
        self, showroom: Portal, people: People
    ):
        alice = people(showroom, "alice")
        page = fill_in(alice, "not-for-bob")
        end_session(alice)
        page.get_by_role("button", name="Send for approval").click()
        alice.name = "charlie"
        sign_in_here(alice)
        expect(page.get_by_label("Name", exact=True)).to_have_value("")
        expect(page.get_by_text(KEPT)).to_have_count(0)


class TestDeciding:
    @pytest.mark.nightly
    def test_goes_on_after_a_sign_in_in_another_tab(
        self, showroom: Portal, people: People
    ):
        bob = people(showroom, "bob")
        page = commented(bob, people, "decide-on")
        end_session(bob)
        notice = told(page)  # the page asks for news by itself
        expect(comment(page)).to_have_value(WHY)
        sign_in_in_another_tab(bob, notice)
        expect(notice).to_be_hidden()
        page.get_by_role("button", name="Reject").click()
        bob.sees("rejected")
        expect(page.locator("#timeline")).to_contain_text("Because of the fair.")

    @pytest.mark.parametrize(
        "is_in_another_tab", [pytest.param(False, marks=pytest.mark.nightly), True]
    )
    def test_comes_back_to_the_comment_that_was_sent(
        self, showroom: Portal, people: People, is_in_another_tab: bool
    ):
        # Without a script nothing tells the page that its session is over.
        bob = people(showroom, "bob", java_script_enabled=False)
        page = commented(bob, people, f"decide-{is_in_another_tab}".lower())
        end_session(bob)
        if is_in_another_tab:
            in_another_tab(bob)
        page.get_by_role("button", name="Reject").click()
        if not is_in_another_tab:
            sign_in_here(bob)
        expect(page.get_by_text(KEPT)).to_be_visible()
        expect(comment(page)).to_have_value(WHY)
        page.get_by_role("button", name="Reject").click()
        expect(page.locator("#request")).to_have_attribute("data-state", "rejected")

    def test_says_that_somebody_else_is_signed_in(
        self, showroom: Portal, people: People
    ):
        bob = people(showroom, "bob")
        page = commented(bob, people, "decide-else")
        end_session(bob)
        bob.name = "dora"
        in_another_tab(bob)
        told(page, "Somebody else is signed in in this browser now.")
        expect(comment(page)).to_have_value(WHY)


@pytest.mark.nightly
class TestTheAdmin:
    def test_comes_back_to_the_form_that_was_sent(
        self, showroom: Portal, people: People
    ):
        olga = people(showroom, an_administrator(showroom))
        page = olga.open("/admin/auth/group/add/")
        page.locator("#id_name").fill("readers-of-all")
        end_session(olga)
        page.get_by_role("button", name="Save", exact=True).click()
        sign_in_here(olga, "Log in")
        expect(page.get_by_text(KEPT)).to_be_visible()
        expect(page.locator("#id_name")).to_have_value("readers-of-all")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("link", name="readers-of-all").first).to_be_visible()


@pytest.mark.nightly
class TestTheNotices:
    def test_are_for_eyes_and_for_phones(self, showroom: Portal, people: People):
        alice = people(showroom, "alice", reduced_motion="reduce")
        page = fill_in(alice, "looked-at")
        end_session(alice)
        page.get_by_label("Description").press_sequentially("x")
        told(page)
        looks_well(page)
        page.get_by_role("button", name="Send for approval").click()
        sign_in_here(alice)
        expect(page.get_by_text(KEPT)).to_be_visible()
        page.get_by_text("What you typed", exact=True).click()
        looks_well(page)


def looks_well(page: Page) -> None:
    for scheme, size in (("light", {"width": 1280, "height": 900}), ("dark", PHONE)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert too_wide(page) == []


def commented(person: Person, people: People, name: str) -> Page:
    """Alice asks; this person opens the request and types a comment."""
    path = ask(people(person.portal, "alice"), name)
    page = person.open(path)
    comment(page).fill(WHY)
    return page
