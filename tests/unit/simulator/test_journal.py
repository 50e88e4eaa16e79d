"""The journal: what it records, and which secrets it never records."""

from clusters.simulator.world import World
from tests.unit.simulator.caller import (
    ACCOUNT,
    PROJECT_ID,
    Caller,
    login,
    order,
    sample,
)


class TestJournal:
    def test_has_every_login(self, caller: Caller, world: World) -> None:
        wrong = login(id=PROJECT_ID)
        wrong["auth"]["identity"]["password"]["user"]["password"] = "hunter2hunter2"
        caller.sign_in(wrong)
        caller.call("POST", "/v3/auth/tokens", data=b"{")
        at = "2026-11-23T12:00:00.000000Z"
        user = ACCOUNT.username
        assert world.logins == [
            {"at": at, "user": user, "project": "cn-north-4", "status": 201},
            {"at": at, "user": user, "project": PROJECT_ID, "status": 401},
            {"at": at, "user": "", "project": "", "status": 400},
        ]

    def test_has_every_create_with_its_result(
        self, caller: Caller, world: World
    ) -> None:
        cluster_id = caller.create(order()).json()["cluster"]["id"]
        caller.create(order(name="7"))
        caller.css("POST", "clusters", data=b"{")
        caller.token = "stale"
        caller.create(order())
        done, refused, unreadable, unauthorised = world.creates
        assert done == {
            "at": "2026-11-23T12:00:00.000000Z",
            "project_id": PROJECT_ID,
            "body": order(),
            "status": 200,
            "cluster_id": cluster_id,
            "done": True,
            "answered": True,
        }
        assert refused == {
            **done,
            "body": order(name="7"),
            "status": 400,
            "cluster_id": "",
            "done": False,
        }
        assert unreadable == {**refused, "body": None}
        assert unauthorised == {**refused, "body": order(), "status": 401}

    def test_counts_only_reads_as_reads(self, caller: Caller, world: World) -> None:
        caller.create(order())
        assert world.calls["reads"] == 0
        caller.css("GET", "clusters")
        caller.css("GET", "clusters/unknown")
        caller.css("GET", "es-flavors")
        caller.vpc("vpcs")
        assert world.calls["reads"] == 4

    def test_counts_an_empty_body_separately(
        self, caller: Caller, world: World
    ) -> None:
        caller.css("POST", "clusters", data=b"")
        assert world.calls["empty_bodies"] == 1
        assert world.creates == []

    def test_holds_no_password_and_no_token(self, caller: Caller, world: World) -> None:
        body = sample("create-v1-request-current")
        caller.create(body)
        assert world.creates[0]["body"]["cluster"]["adminPwd"] == "***"
        written = str(world.calls)
        for secret in (ACCOUNT.password, caller.token, "example-Passw0rd!"):
            assert secret not in written

    def test_is_a_copy(self, caller: Caller, world: World) -> None:
        caller.create(order())
        world.creates[0]["body"]["cluster"].clear()
        world.calls["logins"].clear()
        assert world.creates[0]["body"] == order()
        assert len(world.logins) == 1

    def test_is_empty_after_a_reset(self, caller: Caller, world: World) -> None:
        caller.create(order())
        world.inject(next_create="refused")
        world.reset()
        assert world.clusters == ()
        assert world.calls == {
            "logins": [],
            "creates": [],
            "reads": 0,
            "empty_bodies": 0,
            "tags": {},
        }
        assert caller.create(order()).status_code == 200
