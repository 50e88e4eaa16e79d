"""Submit, approve, create, show: real processes on each broker and database."""

import json
from collections.abc import Iterator

import pytest

from tests.services.stack import Stack, shown, wait_for

pytestmark = pytest.mark.services


@pytest.fixture
def portal(shared_stack: Stack) -> Stack:
    """A portal that other tests of this file use, too, with one worker at work."""
    if "worker" not in shared_stack.processes:
        shared_stack.start_worker("worker")
    return shared_stack


class TestStory:
    def test_makes_one_cluster_with_one_login_and_one_create(self, portal: Stack):
        alice, bob = portal.person("alice"), portal.person("bob")
        path = alice.ask("logs-search")
        assert alice.state(path) == "pending"
        assert bob.approve(path).status_code == 200
        page = alice.waits_for(path, "active")
        assert len(portal.calls()["logins"]) == 1
        (create,) = portal.creates("logs-search")
        assert shown(page, "cluster-id") == create["cluster_id"]
        assert ":9200" in page
        kept = page + "".join(portal.log(name) for name in ("worker", "web", "beat"))
        for secret in ("simulator-Passw0rd", "X-Auth-Token: ", "MII"):
            assert secret not in kept

    def test_survives_a_worker_that_is_killed_in_the_middle(self, portal: Stack):
        alice, bob = portal.person("alice"), portal.person("bob")
        portal.inject(next_create="lost_after")
        path = alice.ask("killed-in-the-middle")
        bob.approve(path)
        wait_for(lambda: portal.creates("killed-in-the-middle"))
        portal.kill("worker")
        portal.start_worker("worker")
        alice.waits_for(path, "active")
        assert len(portal.creates("killed-in-the-middle")) == 1

    def test_waits_while_no_worker_runs_and_loses_nothing(self, portal: Stack):
        alice, bob = portal.person("alice"), portal.person("bob")
        path = alice.ask("no-worker-runs")
        portal.kill("worker")
        bob.approve(path)
        assert alice.state(path) == "approved"
        portal.start_worker("worker")
        alice.waits_for(path, "active")


@pytest.fixture
def second_worker(portal: Stack) -> Iterator[None]:
    """Another worker beside the first one."""
    portal.start_worker("second")
    yield
    portal.kill("second")


@pytest.mark.nightly
class TestTwoWorkers:
    @pytest.mark.usefixtures("second_worker")
    @pytest.mark.parametrize("shared_stack", ["redis-postgres"], indirect=True)
    def test_make_one_cluster_for_each_of_many_requests(self, portal: Stack):
        alice, bob = portal.person("alice"), portal.person("bob")
        names = [f"index-{number}" for number in range(6)]
        paths = [alice.ask(name) for name in names]
        for path in paths:
            bob.approve(path)
        for path in paths:
            alice.waits_for(path, "active")
        assert [len(portal.creates(name)) for name in names] == [1] * len(names)


@pytest.mark.nightly
@pytest.mark.parametrize("shared_stack", ["files-sqlite"], indirect=True)
class TestEndings:
    @pytest.mark.parametrize(
        ("fault", "state", "code"),
        [("refused", "failed", "CSS.1112"), ("fails_303", "failed", "CSS.6000")],
    )
    def test_show_the_words_of_the_cloud(self, portal: Stack, fault, state, code):
        alice, bob = portal.person("alice"), portal.person("bob")
        portal.inject(next_create=fault)
        path = alice.ask(f"ends-{fault.replace('_', '-')}")
        bob.approve(path)
        page = alice.waits_for(path, state)
        assert shown(page, "error-code") == code
        assert code in page

    def test_is_unclear_and_says_so_when_the_request_was_lost(self, portal: Stack):
        alice, bob = portal.person("alice"), portal.person("bob")
        portal.inject(next_create="lost_before")
        path = alice.ask("lost-on-the-way")
        bob.approve(path)
        page = alice.waits_for(path, "unclear")
        assert "will not create a second one" in page
        looks = portal.calls()["reads"]
        wait_for(lambda: portal.calls()["reads"] > looks + 6)
        assert alice.state(path) == "unclear"
        assert len(portal.creates("lost-on-the-way")) == 1


@pytest.mark.nightly
class TestWrongPassword:
    @pytest.mark.parametrize("stack", ["files-sqlite"], indirect=True)
    def test_is_one_login_and_a_pause(self, stack: Stack):
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("logs-search")
        stack.changes["CLOUD_PASSWORD"] = "n0t-the-passw0rd"
        stack.manage(
            "connect_cloud",
            "demo",
            *("--region", "cn-north-4", "--domain", "demo-account"),
            *("--username", "portal-bot", "--project", "cn-north-4", "--no-check"),
            *("--iam-url", stack.simulator_url, "--css-url", stack.simulator_url),
            *("--vpc-url", stack.simulator_url),
        )
        bob.approve(path)
        wait_for(lambda: "paused" in alice.get(path))
        for _ in range(3):
            stack.manage("reconcile")  # in which nobody may try again
        refused = [one for one in stack.calls()["logins"] if one["status"] == 401]
        assert len(refused) == 1
        page = alice.get(path)
        assert alice.state(path) == "approved"
        assert "Nothing was sent" in page
        assert "n0t-the-passw0rd" not in page + json.dumps(stack.calls())
