"""
Pictures of every page, written to docs/screens/ as NAME-light-1280.png and so on.

These are no tests, and no part of the suite: `./test tests/browser/screens.py`.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.people import Person, approve, ask
from tests.browser.places import SHOWN, Place
from tests.browser.running import Portal
from tests.services.stack import ROOT

pytestmark = pytest.mark.browser

People = Callable[..., Person]
FOLDER = ROOT / "docs" / "screens"
SIZES = (("light", 1280, 800), ("dark", 1280, 800), ("light", 390, 844))


class TestScreens:
    @pytest.mark.parametrize("place", SHOWN, ids=lambda place: place.name)
    def test_are_taken(self, showroom: Portal, people: People, place: Place):
        furnish(showroom, people)
        person = people(showroom, place.who, reduced_motion="reduce")
        person.page.set_viewport_size({"width": 1280, "height": 800})
        place.go(person)
        for scheme, width, height in SIZES:
            take_picture(
                person.page, f"{place.name}-{scheme}-{width}", scheme, width, height
            )


def furnish(portal: Portal, people: People) -> None:
    """Create some clusters, and leave one request pending; only once."""
    if portal.calls()["creates"]:
        return
    alice, bob = people(portal, "alice"), people(portal, "bob")
    for name in ("search-staging", "shop-products"):
        ask(alice, name)
        approve(bob, name)
        alice.sees("active")
    ask(people(portal, "charlie"), "reviews-search")


def take_picture(page: Page, name: str, scheme: str, width: int, height: int) -> None:
    """Write the picture of a whole page, however long it is."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
