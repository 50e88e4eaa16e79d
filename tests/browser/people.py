"""A person with a browser; errors that the browser reports are collected."""

import re
from typing import Final

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.running import Portal

DETAIL: Final = re.compile(r"/requests/[0-9a-f-]{36}/$")


class Person:
    """One person's page in one portal; `complaints` are the browser's own words."""

    def __init__(self, name: str, page: Page, portal: Portal) -> None:
        self.name, self.page, self.portal = name, page, portal
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def forgives(self, words: str) -> None:
        """Forget the errors of a page that is expected to refuse."""
        self.complaints = [each for each in self.complaints if words not in each]

    def open(self, path: str) -> Page:
        """Open a page by its address."""
        self.page.goto(path)
        return self.page

    def sees(self, state: str) -> None:
        """Wait, without a reload, until the page of a request shows this state."""
        shown = self.page.locator("#request")
        expect(shown).to_have_attribute("data-state", state)


def sign_in(person: Person) -> None:
    """Type name and password."""
    page = person.open("/login/")
    page.get_by_label("Username").fill(person.name)
    page.get_by_label("Password").fill(person.portal.passwords[person.name])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def open_form(person: Person) -> Page:
    """Press New request, and wait until the first catalog of the cloud is there."""
    page = person.open("/")
    page.get_by_role("link", name="New request").first.click()
    page.wait_for_url("**/requests/new/**")  # else a reload may cut the way there short
    name = page.get_by_label("Name", exact=True)
    for _ in range(60):
        if name.is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    return page


def ask(person: Person, name: str) -> str:
    """Ask as a first-time user does: a name, a network, done; return the address."""
    page = open_form(person)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("VPC", exact=True).select_option(
        label="vpc-prod (192.168.0.0/16)"
    )
    subnet = page.get_by_label("Subnet", exact=True)
    subnet.select_option(value=SUBNET)
    page.get_by_label("Security group").select_option(label="sg-search")
    page.get_by_role("button", name="Send for approval").click()
    expect(page).to_have_url(DETAIL)
    return page.url


def approve(person: Person, name: str) -> None:
    """Find the request among the approvals, open it, and approve it."""
    page = person.open("/approvals/")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


SUBNET: Final = "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809"
"""The subnet that the samples name, in the VPC that they name."""
