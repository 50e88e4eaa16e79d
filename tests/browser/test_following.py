"""The form follows while somebody types, and disturbs nobody who does."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.people import SUBNET, Person, open_form
from tests.browser.running import Portal, environment_of_a_person
from tests.browser.sessions import end_session, told

pytestmark = pytest.mark.browser

People = Callable[..., Person]
_ADD: Final = """
from django.utils import timezone
from clusters.models import CatalogSnapshot, CloudProject
from tests.unit.ask.sized import large_catalog
project = CloudProject.objects.get(name="demo")
project.pk, project.name = None, "large"
project.paused_at, project.paused_by = timezone.now(), "person"
project.save(force_insert=True)
now = timezone.now()
CatalogSnapshot.objects.create(
    cloud_project=project, data=large_catalog().to_json(), fetched_at=now, tried_at=now
)
"""
_REMOVE: Final = """
from clusters.models import CatalogSnapshot, CloudProject
CatalogSnapshot.objects.filter(cloud_project__name="large").delete()
CloudProject.objects.filter(name="large").delete()
"""


@pytest.fixture
def large(portal: Portal) -> Iterator[str]:
    """The address of the form for a second cloud project, which is large and paused."""
    _in_a_shell(portal, _ADD)
    yield "/requests/new/?cloud_project=large"
    _in_a_shell(portal, _REMOVE)


def _in_a_shell(portal: Portal, script: str) -> None:
    subprocess.run(
        [".venv/bin/python", "manage.py", "shell", "-c", script],
        cwd=portal.folder,
        env=environment_of_a_person(DEBUG="on"),
        check=True,
        capture_output=True,
    )


def field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


class HeldAnswers:
    """Answers to htmx wait until they are let through."""

    def __init__(self, page: Page) -> None:
        self._page, self._is_open, self._held = page, False, list[Route]()
        page.route("**/requests/new/", self._hold)

    def _hold(self, route: Route) -> None:
        if self._is_open or not route.request.headers.get("hx-request"):
            route.continue_()
        else:
            self._held.append(route)

    def wait_for_one(self) -> None:
        """Wait until the page has asked."""
        while not self._held:
            self._page.wait_for_timeout(50)

    def let_through(self) -> None:
        """Let those that wait through, and from now on all others."""
        self._is_open = True
        for route in self._held:
            route.continue_()


class TestTheForm:
    def test_follows_the_keyboard(self, portal: Portal, people: People) -> None:
        page = open_form(people(portal, "alice"))
        vpc, subnet = field(page, "VPC"), field(page, "Subnet")
        vpc.focus()
        page.keyboard.type("vpc-test")
        expect(vpc.locator("option:checked")).to_contain_text("vpc-test")
        other = subnet.locator(f"option[value='{SUBNET}']")
        expect(other).to_be_disabled()
        expect(other).to_contain_text("in VPC vpc-prod; choose that VPC")
        expect(vpc).to_be_focused()
        page.keyboard.press("Tab")
        expect(subnet).to_be_focused()

    def test_keeps_a_value_that_is_not_right_any_more(
        self, portal: Portal, people: People
    ) -> None:
        page = open_form(people(portal, "alice"))
        subnet = field(page, "Subnet")
        field(page, "VPC").select_option("vpc-prod (192.168.0.0/16)")
        subnet.select_option(value=SUBNET)
        field(page, "Nodes").fill("32")
        field(page, "Disk per node, GB").fill("30")
        expect(page.locator("#id_volume_size_error")).to_contain_text("30 GB")
        other = field(page, "VPC").locator("option", has_text="vpc-test")
        field(page, "VPC").select_option(value=other.get_attribute("value"))
        expect(page.locator("#id_subnet_id_error")).to_contain_text("belongs to VPC")
        expect(subnet).to_have_value(SUBNET)
        expect(field(page, "Disk per node, GB")).to_have_value("30")

    def test_loses_nothing_that_is_typed_while_an_answer_is_on_its_way(
        self, portal: Portal, people: People
    ) -> None:
        page = open_form(people(portal, "alice"))
        size = field(page, "Disk per node, GB")
        held = HeldAnswers(page)
        field(page, "Nodes").fill("5")
        held.wait_for_one()
        size.press_sequentially("0")
        page.locator("#id_volume_type").focus()
        typed = size.input_value()
        held.let_through()
        expect(size).to_have_value(typed)
        expect(page.locator("#id_volume_type")).to_be_focused()
        summary = page.get_by_role("complementary", name="Summary")
        expect(summary).to_contain_text(f"{5 * int(typed):,} GB")

    def test_stays_where_it_is_after_the_session(
        self, portal: Portal, people: People, cookies: dict[tuple[str, str], object]
    ) -> None:
        alice = people(portal, "alice")
        page = open_form(alice)
        end_session(alice)
        cookies.pop((portal.url, "alice"), None)
        field(page, "Nodes").fill("4")
        told(page)
        expect(field(page, "Nodes")).to_have_value("4")
        expect(page.locator("#summary")).to_have_count(1)
        expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


class TestALargeCloudProject:
    def test_is_searched_while_somebody_types(
        self, portal: Portal, people: People, large: str
    ) -> None:
        page = people(portal, "alice").open(large)
        box, subnet = field(page, "Find a subnet"), field(page, "Subnet")
        expect(page.locator("#id_subnet_id_helptext")).to_contain_text("of 2,000 shown")
        box.press_sequentially("subnet-01234")
        found = subnet.locator("option", has_text="subnet-01234")
        expect(found).to_have_count(1)
        expect(box).to_be_focused()
        expect(box).to_have_value("subnet-01234")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{portal.url}{large}")
        subnet.select_option(label=found.inner_text())
        expect(field(page, "VPC").locator("option:checked")).to_contain_text("vpc-0034")

    def test_is_searched_without_javascript(
        self, portal: Portal, people: People, large: str
    ) -> None:
        page = people(portal, "alice", java_script_enabled=False).open(large)
        field(page, "Name").fill("kept-name")
        box = field(page, "Find a flavor by name or size, such as 4 vCPU")
        box.fill("20 vCPU")
        box.press("Enter")
        expect(page.get_by_role("radio", name="20 vCPU").first).to_be_visible()
        expect(box).to_have_value("20 vCPU")
        expect(field(page, "Name")).to_have_value("kept-name")
