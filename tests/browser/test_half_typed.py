"""A request moves on while somebody types a comment: the comment does not go with its form."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.people import Person, approve, ask, sign_in
from tests.browser.running import Portal
from tests.browser.sessions import WHY, comment
from tests.browser.test_pages import too_wide

pytestmark = pytest.mark.browser
People = Callable[[str], Person]


@pytest.fixture
def people(showroom: Portal, new_context: Callable[..., BrowserContext]) -> People:
    """A function that signs somebody in to the showroom, with a session of their own."""

    def person(name: str) -> Person:
        somebody = Person(name, new_context(base_url=showroom.url).new_page(), showroom)
        sign_in(somebody)
        return somebody

    return person


def test_a_comment_is_quoted_when_the_decision_fell_in_another_tab(people: People):
    url = ask(people("alice"), "decided-meanwhile")
    bob = people("bob")
    page = bob.open(url)
    comment(page).fill(WHY)
    approve(Person("bob", page.context.new_page(), bob.portal), "decided-meanwhile")
    expect(page.get_by_role("button", name="Reject")).to_have_count(0)
    wrote = page.locator("#typed-text")
    expect(wrote).to_be_visible()
    assert wrote.locator("q").text_content() == WHY
    page.set_viewport_size({"width": 390, "height": 844})
    assert not too_wide(page)
    assert bob.complaints == []
