"""Ask, approve, create, see: real processes on each broker and database."""

import json

import pytest

from tests.services.stack import Stack, shown, wait_for

pytestmark = pytest.mark.services


class TestStory:
    def test_makes_one_cluster_with_one_login_and_one_create(self, stack: Stack):
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("logs-search")
        assert alice.state(path) == "pending"
        assert bob.approve(path).status_code == 200
        page = alice.waits_for(path, "active")
        calls = stack.calls()
        assert len(calls["logins"]) == 1
        assert len(calls["creates"]) == 1
        assert shown(page, "cluster-id") == calls["creates"][0]["cluster_id"]
        assert ":9200" in page

    def test_survives_a_worker_that_is_killed_in_the_middle(self, stack: Stack):
        alice, bob = stack.person("alice"), stack.person("bob")
        stack.inject(next_create="lost_after")
        path = alice.ask("logs-search")
        bob.approve(path)
        wait_for(lambda: stack.calls()["creates"])
        stack.kill("worker")
        stack.start_worker("second")
        alice.waits_for(path, "active")
        assert len(stack.calls()["creates"]) == 1

    def test_waits_while_no_worker_runs_and_loses_nothing(self, stack: Stack):
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("logs-search")
        stack.kill("worker")
        bob.approve(path)
        assert alice.state(path) == "approved"
        stack.start_worker("second")
        alice.waits_for(path, "active")

    def test_keeps_secrets_out_of_every_log_and_page(self, stack: Stack):
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("logs-search")
        bob.approve(path)
        page = alice.waits_for(path, "active")
        kept = page + "".join(stack.log(name) for name in ("worker", "web", "beat"))
        for secret in ("simulator-Passw0rd", "X-Auth-Token: ", "MII"):
            assert secret not in kept


class TestTwoWorkers:
    @pytest.mark.parametrize("stack", ["redis-postgres"], indirect=True)
    def test_make_one_cluster_for_each_of_many_requests(self, stack: Stack):
        stack.start_worker("second")
        alice, bob = stack.person("alice"), stack.person("bob")
        paths = [alice.ask(f"index-{number}") for number in range(6)]
        for path in paths:
            bob.approve(path)
        for path in paths:
            alice.waits_for(path, "active")
        names = [call["body"]["cluster"]["name"] for call in stack.calls()["creates"]]
        assert sorted(names) == [f"index-{number}" for number in range(6)]


class TestEndings:
    @pytest.mark.parametrize("stack", ["files-sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("fault", "state", "code"),
        [("refused", "failed", "CSS.1112"), ("fails_303", "failed", "CSS.6000")],
    )
    def test_show_the_words_of_the_cloud(self, stack: Stack, fault, state, code):
        alice, bob = stack.person("alice"), stack.person("bob")
        stack.inject(next_create=fault)
        path = alice.ask("logs-search")
        bob.approve(path)
        page = alice.waits_for(path, state)
        assert shown(page, "error-code") == code
        assert code in page

    @pytest.mark.parametrize("stack", ["files-sqlite"], indirect=True)
    def test_is_unclear_and_says_so_when_the_request_was_lost(self, stack: Stack):
        alice, bob = stack.person("alice"), stack.person("bob")
        stack.inject(next_create="lost_before")
        path = alice.ask("logs-search")
        bob.approve(path)
        page = alice.waits_for(path, "unclear")
        assert "will not create a second one" in page
        looks = stack.calls()["reads"]
        wait_for(lambda: stack.calls()["reads"] > looks + 6)
        assert alice.state(path) == "unclear"
        assert len(stack.calls()["creates"]) == 1

    @pytest.mark.parametrize("stack", ["files-sqlite"], indirect=True)
    def test_of_a_wrong_password_is_one_login_and_a_pause(self, stack: Stack):
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
