"""Every page: contrast, keyboard, narrow screens, in the light and the dark scheme."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.people import Person
from tests.browser.places import (
    DECISION,
    EVERY,
    HOME,
    LIST,
    LOGIN,
    NEW,
    PASSWORD,
    SHOWN,
    Place,
)
from tests.browser.running import Portal

pytestmark = pytest.mark.browser

People = Callable[..., Person]
each_place = pytest.mark.parametrize(
    "place",
    [
        pytest.param(
            place, id=place.name, marks=[] if place in SHOWN else [pytest.mark.nightly]
        )
        for place in EVERY
    ],
)
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


class TestEveryPage:
    @each_place
    def test_keeps_to_the_rules_that_axe_knows_and_fits_a_phone(
        self, showroom: Portal, people: People, place: Place
    ):
        person = people(showroom, place.who, viewport=DESK, reduced_motion="reduce")
        place.go(person)
        for scheme, size in (("light", DESK), ("dark", PHONE)):
            person.page.emulate_media(color_scheme=scheme)
            person.page.set_viewport_size(size)
            found = Axe().run(person.page)
            assert found.violations_count == 0, found.generate_report()
        for width in (390, 320):
            person.page.set_viewport_size({"width": width, "height": 700})
            assert too_wide(person.page) == []


class TestTheKeyboard:
    @pytest.mark.parametrize(
        ("place", "action"),
        [
            (LOGIN, "Sign in"),
            (HOME, "New request"),
            (LIST, "Filter"),
            (NEW, "Send for approval"),
            (DECISION, "Approve"),
            (PASSWORD, "Change password"),
        ],
        ids=lambda value: getattr(value, "name", value),
    )
    def test_reaches_the_action_and_shows_where_it_is(
        self, showroom: Portal, people: People, place: Place, action: str
    ):
        person = people(showroom, place.who, viewport=DESK)
        place.go(person)
        for _ in range(80):
            person.page.keyboard.press("Tab")
            words, is_seen = person.page.evaluate(FOCUS)
            assert is_seen, f"nobody sees that the focus is on {words!r}"
            if words == action:
                return
        raise AssertionError(f"{action!r} was never reached")


def too_wide(page: Page) -> list[str]:
    """Return what sticks out of the page, where the page can be scrolled sideways."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const sticksOut = (one) =>
    one.getBoundingClientRect().right > width && !one.closest("nav, pre");
  const found = [...document.body.querySelectorAll("*")].filter(sticksOut);
  return ["the page", ...found.map((one) => one.outerHTML.slice(0, 120))];
}"""
FOCUS = """() => {
  const focused = document.activeElement;
  const rings = [focused, focused.parentElement, focused.closest("li")];
  const hasRing = (one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const place = focused.getBoundingClientRect();
  const isOnScreen = place.bottom > 0 && place.top < innerHeight;
  return [focused.innerText.trim(), isOnScreen && rings.some(hasRing)];
}"""
