"""Submit, approve, create, show: two people in Chromium, and what `./run` starts."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DETAIL, SUBNET, Person, approve, ask, open_form
from tests.browser.running import Portal
from tests.services.stack import ROOT

pytestmark = pytest.mark.browser

People = Callable[..., Person]
SEED = json.loads((ROOT / "tests/data/huawei/create-v1-request-seed.json").read_text())
NETWORK = SEED["cluster"]["instance"]["nics"]


class TestStory:
    def test_goes_from_a_form_to_a_cluster(self, portal: Portal, people: People):
        alice, bob = people(portal, "alice"), people(portal, "bob")
        before = len(portal.calls()["creates"])
        fill_seed(open_form(alice))
        alice.page.get_by_role("button", name="Send for approval").click()
        expect(alice.page).to_have_url(DETAIL)
        alice.sees("pending")
        expect(alice.page.get_by_role("button", name="Approve")).to_have_count(0)
        alice.page.evaluate("window.neverReloaded = true")

        bob.open("/")
        bob.page.get_by_role("link", name=re.compile("^Approvals")).click()
        bob.page.get_by_role("link", name="ES-Portal-01").click()
        read_and_approve(bob.page)

        alice.sees("active")
        assert alice.page.evaluate("window.neverReloaded") is True
        (create,) = portal.creates("ES-Portal-01")
        expect(alice.page.locator("#request")).to_have_attribute(
            "data-cluster-id", create["cluster_id"]
        )
        expect(alice.page.locator("#now")).to_contain_text(":9200")
        assert len(portal.calls()["creates"]) == before + 1
        assert [login["status"] for login in portal.calls()["logins"]] == [201]
        assert without_extras(create["body"]) == SEED
        bob.sees("active")

    def test_works_without_javascript(self, portal: Portal, people: People):
        alice = people(portal, "alice", java_script_enabled=False)
        bob = people(portal, "bob", java_script_enabled=False)
        ask(alice, "plain-html")
        approve(bob, "plain-html")
        reload_until(alice.page, "active")
        expect(alice.page.locator("#now")).to_contain_text(":9200")
        assert len(portal.creates("plain-html")) == 1


class TestEndings:
    def test_shows_the_words_of_a_cloud_that_refuses(self, portal, people):
        alice = end(portal, people, "no-quota", "refused")
        alice.sees("failed")
        card = alice.page.locator("#error")
        expect(card).to_contain_text("The cluster quota of this project is used up.")
        expect(card).to_contain_text("CSS.1112")
        expect(card).to_contain_text("The number of clusters exceeds the quota.")
        expect(card).to_contain_text("HTTP 400")

    def test_shows_why_a_cluster_broke_while_it_was_built(self, portal, people):
        alice = end(portal, people, "breaks-down", "fails_303")
        alice.sees("failed")
        card = alice.page.locator("#error")
        expect(card).to_contain_text("CSS.6000")
        expect(card).to_contain_text("Failed to create the cluster.")
        expect(alice.page.locator("#now")).to_contain_text("may still exist")

    def test_is_honest_when_nobody_knows(self, portal, people):
        alice = end(portal, people, "lost-on-the-way", "lost_before")
        alice.sees("unclear")
        now = alice.page.locator("#now")
        expect(now).to_contain_text("We asked the cloud and did not hear back.")
        expect(now).to_contain_text("will not create a second one")
        expect(now).to_contain_text("Last scan at")
        expect(alice.page.locator("#error")).to_have_count(0)
        assert len(portal.creates("lost-on-the-way")) == 1

    def test_finds_the_cluster_whose_answer_was_lost(self, portal, people):
        alice = end(portal, people, "answer-lost", "lost_after")
        alice.sees("active")
        assert len(portal.creates("answer-lost")) == 1


def fill_seed(page: Page) -> None:
    """Fill the form so that the body becomes that of the seed's example."""
    page.get_by_label("Name", exact=True).press_sequentially("ES-Portal-01")
    page.get_by_role("radio", name="ess.spec-2u16g").check()
    page.get_by_label("Disk type", exact=True).select_option("COMMON")
    page.get_by_label("VPC", exact=True).select_option(NETWORK["vpcId"])
    page.get_by_label("Subnet", exact=True).select_option(SUBNET)
    page.get_by_label("Security group").select_option(NETWORK["securityGroupId"])
    page.get_by_label("Take snapshots").check()
    page.get_by_label("Hour", exact=True).select_option("16")
    page.get_by_label("Time zone").select_option("GMT+08:00")
    page.get_by_label("Reason").fill("Search for the web logs.")
    summary = page.get_by_role("complementary", name="Summary")
    expect(summary).to_contain_text("48 GB")
    expect(summary).to_contain_text('"name": "ES-Portal-01"')


def read_and_approve(page: Page) -> None:
    """Read who asks, why, and for which body; then approve with a comment."""
    asked = page.get_by_role("region", name="alice asks for")
    expect(asked).to_contain_text("Search for the web logs.")
    expect(asked.locator("pre")).to_contain_text('"period": "16:00 GMT+08:00"')
    page.get_by_label("Comment").fill("Fine.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#timeline")).to_contain_text("Fine.")


def without_extras(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body without what is documented to come on top of the seed's."""
    cluster = dict(body["cluster"])
    (tag,) = cluster.pop("tags")
    assert tag["key"] == "portal-request"
    assert cluster.pop("datastore") == {"type": "elasticsearch", "version": "7.10.2"}
    instance = dict(cluster["instance"])
    if "availability_zone" in instance:
        assert instance.pop("availability_zone") == "cn-north-4a"
    return {"cluster": {**cluster, "instance": instance}}


def end(portal: Portal, people: People, name: str, fault: str) -> Person:
    """Let alice ask and bob approve a create that ends in this way."""
    alice, bob = people(portal, "alice"), people(portal, "bob")
    ask(alice, name)
    portal.inject(fault)
    approve(bob, name)
    return alice


def reload_until(page: Page, state: str) -> None:
    """Reload as somebody without JavaScript does."""
    for _ in range(60):
        if page.locator("#request").get_attribute("data-state") == state:
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"never {state}")
