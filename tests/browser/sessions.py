"""Sessions that end while a form is open, and the ways to sign in again."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import SUBNET, Person, open_form, sign_in
from tests.browser.running import Portal

WHY: Final = "Because of the fair.\nIn May."


def fill_in(person: Person, name: str) -> Page:
    """Fill in everything, and wait until htmx has nothing more to ask."""
    page = open_form(person)
    page.get_by_label("VPC", exact=True).select_option("vpc-prod (192.168.0.0/16)")
    page.get_by_label("Subnet", exact=True).select_option(value=SUBNET)
    page.get_by_label("Security group").select_option(label="sg-search")
    page.get_by_label("Reason").fill(WHY)
    with page.expect_response(lambda answer: name in (answer.request.post_data or "")):
        page.get_by_label("Name", exact=True).fill(name)
    return page


def stands(page: Page, name: str) -> None:
    expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    expect(page.get_by_label("Reason")).to_have_value(WHY)
    expect(page.get_by_label("Subnet", exact=True)).to_have_value(SUBNET)


def comment(page: Page) -> Locator:
    return page.get_by_label("Comment").first


def end_session(person: Person) -> None:
    """Delete the session, as the sweep does when its twelve hours are over."""
    cookies = person.page.context.cookies()
    key = next(each["value"] for each in cookies if each["name"] == "sessionid")
    file = database_of(person.portal)
    with closing(sqlite3.connect(file, timeout=30)) as database, database:
        database.execute("DELETE FROM django_session WHERE session_key = ?", [key])


def an_administrator(portal: Portal) -> str:
    """Return the name of somebody with Olga's password who may do everything."""
    name = "olga-who-may-all"
    with (
        closing(sqlite3.connect(database_of(portal), timeout=30)) as database,
        database,
    ):
        database.execute(
            "INSERT INTO auth_user (username, password, is_superuser, is_staff,"
            " is_active, first_name, last_name, email, date_joined)"
            " SELECT ?, password, 1, 1, 1, '', '', '', date_joined"
            " FROM auth_user WHERE username = 'olga'",
            [name],
        )
    portal.passwords[name] = portal.passwords["olga"]
    return name


def database_of(portal: Portal) -> Path:
    return portal.folder / "var" / "portal.sqlite3"


def told(page: Page, words: str = "You are signed out.") -> Locator:
    """Wait for the notice, and return it."""
    notice = page.locator("#signed-out")
    expect(notice.get_by_text(words)).to_be_visible()
    return notice


def sign_in_in_another_tab(person: Person, notice: Locator) -> None:
    """Follow the link of the notice."""
    with person.page.context.expect_page() as opened:
        notice.get_by_role("link", name="Sign in in a new tab").click()
    _type_password(opened.value, person, "Sign in")
    expect(opened.value.get_by_role("navigation", name="Main")).to_be_visible()


def in_another_tab(person: Person) -> None:
    sign_in(Person(person.name, person.page.context.new_page(), person.portal))


def sign_in_here(person: Person, button: str = "Sign in") -> None:
    """Sign in on the page that the portal led to."""
    page = person.page
    expect(page).to_have_url(re.compile("/login/"))
    _type_password(page, person, button)


def _type_password(page: Page, person: Person, button: str) -> None:
    page.get_by_label("Username").fill(person.name)
    page.get_by_label("Password").fill(person.portal.passwords[person.name])
    page.get_by_role("button", name=button).click()
