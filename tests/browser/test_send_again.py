"""What somebody typed while the database took no changes, sent again from the page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.services.failover import let, stack_on_postgres
from tests.services.migrated import MigratedDatabases
from tests.services.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.services, pytest.mark.nightly]


@pytest.fixture
def stack(
    tmp_path: Path, postgres_url: str, queue_name: str, shared_folder: Path
) -> Iterator[Stack]:
    migrated = MigratedDatabases(shared_folder)
    with stack_on_postgres(tmp_path, postgres_url, queue_name, migrated) as started:
        yield started


def sign_in(page: Page, stack: Stack, name: str) -> None:
    words = (stack.folder / "logins").read_text().split()
    page.goto("/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(words[words.index(name) + 1])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


class TestAnApproversComment:
    def test_is_kept_on_the_page_until_it_can_be_saved(
        self, stack: Stack, new_context: Callable[..., BrowserContext]
    ) -> None:
        path = stack.person("alice").ask("waits-for-the-primary")
        page = new_context(base_url=stack.url).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        sign_in(page, stack, "bob")
        page.goto(path)
        page.get_by_label("Comment").first.fill("Fine with me,\nbut only this once.")
        let(stack, only_read=True)
        page.get_by_role("button", name="Approve").click()

        expect(page.get_by_role("heading")).to_have_text("This cannot be saved now")
        page.get_by_text("What you typed").click()
        expect(page.get_by_role("definition")).to_have_text(
            "Fine with me,\nbut only this once."
        )
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert Axe().run(page).response["violations"] == []
        # The browser's only word is of the status: the page's own style is allowed.
        assert [each for each in complaints if "503" not in each] == []

        page.get_by_role("button", name="Send again").click()
        expect(page.get_by_role("heading")).to_have_text("This cannot be saved now")
        let(stack, only_read=False)
        page.get_by_role("button", name="Send again").click()
        expect(page.locator("#request")).to_have_attribute("data-state", "active")
        expect(page.get_by_text("but only this once.")).to_be_visible()
        assert len(stack.calls()["creates"]) == 1
