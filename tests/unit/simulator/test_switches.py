"""The switches that stay until they are reset."""

import time
from typing import Any

import pytest
import requests

from clusters.simulator.adapter import SimulatorAdapter
from clusters.simulator.server import serve
from clusters.simulator.stock import GENERAL
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, error_of, order
from tests.unit.simulator.ordering import detail, listed, made


def names(caller: Caller, **query: object) -> list[str]:
    return [each["name"] for each in listed(caller, **query)["clusters"]]


class TestList:
    def test_lists_a_cluster_with_a_delay(
        self, caller: Caller, world: World, clock: Clock
    ) -> None:
        world.inject(list_lag_seconds=30)
        cluster_id = made(caller)
        assert detail(caller, cluster_id)["id"] == cluster_id
        clock.now += 29.9
        assert listed(caller) == {"totalSize": 0, "clusters": []}
        clock.now += 0.1
        assert listed(caller)["totalSize"] == 1

    def test_caps_the_page_size(self, caller: Caller, world: World) -> None:
        world.act({"add_foreign": {"name": "theirs", "count": 9}})
        world.inject(list_limit_cap=7)
        page = listed(caller, limit=100)
        assert (page["totalSize"], len(page["clusters"])) == (9, 7)
        assert len(names(caller, start=8, limit=100)) == 2

    @pytest.mark.parametrize(
        ("response", "status", "content"),
        [
            ("500", 500, b'{"errCode": "CSS.0036"'),
            ("html", 200, b"<html>"),
            ("{}", 200, b"{}"),
            ("empty", 200, b'{"totalSize": 0, "clusters": []}'),
        ],
    )
    def test_returns_a_wrong_response(
        self, caller: Caller, world: World, response: str, status: int, content: bytes
    ) -> None:
        made(caller)
        world.inject(list_answer={"answer": response, "times": 2})
        for _ in range(2):
            false = caller.css("GET", "clusters")
            assert false.status_code == status
            assert false.content.startswith(content)
        assert listed(caller)["totalSize"] == 1
        world.inject(list_answer=response)
        for _ in range(3):
            assert caller.css("GET", "clusters").content.startswith(content)

    def test_shows_another_project(self, caller: Caller, world: World) -> None:
        made(caller)
        world.inject(list_answer="other_project")
        assert names(caller) == ["of-another-project"]

    def test_shows_the_default_enterprise_project_only(
        self, caller: Caller, world: World
    ) -> None:
        other = "11111111-2222-4333-8444-555555555555"
        made(caller, name="ours", enterprise_project_id=other)
        world.act({"add_foreign": {"name": "theirs"}})
        world.inject(list_answer="default_enterprise_project")
        assert names(caller) == ["theirs"]

    def test_deletes_a_cluster_between_two_pages(
        self, caller: Caller, world: World
    ) -> None:
        world.act({"add_foreign": {"name": "theirs", "count": 4}})
        world.inject(delete_between_pages="theirs-4")
        assert names(caller, limit=2) == ["theirs-4", "theirs-3"]
        assert names(caller, limit=2, start=3) == ["theirs-1"]
        assert names(caller) == ["theirs-3", "theirs-2", "theirs-1"]


class TestClusters:
    def test_can_lose_their_tags(self, caller: Caller, world: World) -> None:
        tags = [{"key": "portal-request", "value": "r-1"}]
        world.inject(drop_tags=True)
        assert detail(caller, made(caller, tags=tags))["tags"] == []
        world.inject(drop_tags=False)
        assert detail(caller, made(caller, name="other", tags=tags))["tags"] == tags
        assert world.calls["tags"] == {
            "portal-request=r-1": {"creates": 2, "clusters": 2}
        }

    def test_can_have_equal_names(self, caller: Caller, world: World) -> None:
        made(caller)
        assert error_of(caller.create(order())) == (400, "CSS.5050")
        world.inject(allow_equal_names=True)
        made(caller)
        assert len(world.clusters) == 2

    def test_can_exceed_an_injected_quota(self, caller: Caller, world: World) -> None:
        world.inject(quota=1)
        made(caller)
        assert error_of(caller.create(order(name="second"))) == (400, "CSS.1112")
        world.inject(quota=None)
        made(caller, name="second")

    def test_are_refused_if_the_flavor_is_sold_out(
        self, caller: Caller, world: World
    ) -> None:
        flavor = order()["cluster"]["instance"]["flavorRef"]
        assert flavor in {each.name for each in GENERAL}
        world.inject(sold_out=flavor)
        assert error_of(caller.create(order())) == (400, "CSS.0068")
        shown = caller.css("GET", "es-flavors").json()["versions"][0]["flavors"]
        zones = {each["name"]: each["availableAZ"] for each in shown}
        assert zones[flavor] == ""
        assert zones[GENERAL[0].name]
        world.inject(sold_out="*")
        assert error_of(caller.create(order())) == (400, "CSS.0068")
        shown = caller.css("GET", "es-flavors").json()["versions"][0]["flavors"]
        assert {each["availableAZ"] for each in shown} == {""}
        world.inject(sold_out=None)
        made(caller)

    def test_can_be_stuck_at_a_percentage(
        self, caller: Caller, world: World, clock: Clock
    ) -> None:
        finished = made(caller, name="finished")
        clock.now += 100
        world.inject(stuck_at=40)
        cluster_id = made(caller)
        clock.now += 10
        assert detail(caller, cluster_id)["actionProgress"] == {"CREATING": "10%"}
        clock.now += 1_000
        shown = detail(caller, cluster_id)
        assert (shown["status"], shown["actionProgress"]) == (
            "100",
            {"CREATING": "40%"},
        )
        assert error_of(caller.css("DELETE", f"clusters/{cluster_id}"))[1] == "CSS.0011"
        assert detail(caller, finished)["status"] == "200"
        assert {each["status"] for each in listed(caller)["clusters"]} == {"100", "200"}
        world.inject(stuck_at=None)
        assert detail(caller, cluster_id)["status"] == "200"


class TestGateway:
    def test_throttles_with_retry_after(self, caller: Caller, world: World) -> None:
        world.inject(throttle=5)
        for response in (
            caller.create(order()),
            caller.css("GET", "clusters"),
            caller.vpc("vpcs"),
        ):
            assert response.status_code == 429
            assert response.headers["Retry-After"] == "5"
            assert response.json()["error_code"] == "APIGW.0308"
        assert caller.sign_in().status_code == 201
        assert len(world.creates) == 1

    @pytest.mark.parametrize(("how", "bad"), [("once", 1), ("for_ever", 3)])
    def test_rejects_valid_tokens(
        self, caller: Caller, world: World, how: str, bad: int
    ) -> None:
        world.inject(reject_tokens=how)
        answers = [caller.css("GET", "clusters") for _ in range(3)]
        assert [each.status_code for each in answers] == [401] * bad + [200] * (3 - bad)
        assert answers[0].json()["error_code"] == "APIGW.0301"

    def test_invalidates_tokens_before_they_expire(
        self, caller: Caller, world: World, clock: Clock
    ) -> None:
        world.inject(token_seconds=60)
        told = caller.sign_in().json()["token"]["expires_at"]
        assert told.startswith("2026-11-24T12:00")
        assert caller.css("GET", "clusters").status_code == 200
        clock.now += 60
        assert caller.css("GET", "clusters").status_code == 401

    def test_answers_an_outage_with_an_html_page(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(outage=503)
        for response in (caller.create(order()), caller.vpc("subnets")):
            assert response.status_code == 503
            assert response.headers["Content-Type"] == "text/html"
        assert len(world.creates) == 1


class TestSlow:
    def test_delays_responses_over_a_socket(self, world: World) -> None:
        with serve(world) as server:
            caller = Caller(server.address)
            caller.sign_in()
            world.inject(slow_seconds=0.2)
            began = time.monotonic()
            assert caller.css("GET", "clusters").status_code == 200
            assert time.monotonic() - began >= 0.2
            assert caller.call("GET", "/_simulator/faults").json() == {
                "next_create": None,
                "slow_seconds": 0.2,
            }

    def test_does_not_delay_control_calls(self, world: World) -> None:
        with serve(world) as server:
            caller = Caller(server.address)
            caller.sign_in()
            world.inject(slow_seconds=30)
            with pytest.raises(requests.ReadTimeout):
                caller.session.get(f"{server.address}/v3", timeout=(5, 0.1))
            shown = caller.call("GET", "/_simulator/faults").json()
            assert shown["slow_seconds"] == 30
            world.inject(slow_seconds=None)
            assert caller.css("GET", "clusters").status_code == 200

    def test_sleeps_or_times_out_at_once_without_a_socket(self, world: World) -> None:
        waited: list[float] = []
        caller = Caller(
            "https://cloud.test", SimulatorAdapter(world, sleep=waited.append)
        )
        world.inject(slow_seconds=4)
        assert caller.sign_in().status_code == 201
        assert waited == [4]
        world.inject(slow_seconds=6)
        with pytest.raises(requests.ReadTimeout):
            caller.css("GET", "clusters", timeout=5)
        assert waited == [4]


class TestRights:
    def test_of_another_enterprise_project_hide_a_cluster(
        self, caller: Caller, world: World
    ) -> None:
        cluster = made(caller)
        world.inject(narrowed_to="0")
        assert listed(caller)["totalSize"] == 1
        world.inject(narrowed_to="8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d")
        assert listed(caller)["totalSize"] == 0
        for method in ("GET", "DELETE"):
            response = caller.css(method, f"clusters/{cluster}")
            assert error_of(response) == (403, "CSS.0015")
        assert world.clusters

    def test_appear_as_the_role_of_the_next_login(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(role="css_reader")
        (role,) = caller.sign_in().json()["token"]["roles"]
        assert role["name"] == "css_reader"


class TestSwitches:
    EVERY: dict[str, Any] = {
        "create": ["close", "drip:2"],
        "every_create": "hang_after",
        "list_answer": {"answer": "html", "times": 3},
        "list_lag_seconds": 1.5,
        "list_limit_cap": 7,
        "network_limit_cap": 2,
        "delete_between_pages": "theirs",
        "drop_tags": True,
        "allow_equal_names": True,
        "slow_seconds": 2.0,
        "throttle": 5.0,
        "outage": 502,
        "reject_tokens": "once",
        "token_seconds": 60.0,
        "quota": 1,
        "sold_out": "ess.spec-4u8g",
        "stuck_at": 40,
        "narrowed_to": "0",
        "role": "css_reader",
    }

    def test_are_returned_as_they_were_set(self, world: World) -> None:
        with serve(world) as server:
            caller = Caller(server.address)
            put = caller.call("PUT", "/_simulator/faults", json=self.EVERY)
            assert put.json() == {"next_create": None, **self.EVERY}
            off = caller.call("DELETE", "/_simulator/faults")
            assert off.json() == {"next_create": None}

    @pytest.mark.parametrize("name", EVERY)
    def test_are_reset_one_by_one(self, world: World, name: str) -> None:
        with serve(world) as server:
            caller = Caller(server.address)
            caller.call("PUT", "/_simulator/faults", json=self.EVERY)
            put = caller.call("PUT", "/_simulator/faults", json={name: None})
            assert put.json().keys() == ({"next_create"} | self.EVERY.keys()) - {name}

    @pytest.mark.parametrize(
        "wanted",
        [
            {"create": "close"},
            {"create": ["explode"]},
            {"create": [1]},
            {"create": ["close:3"]},
            {"create": ["status:200"]},
            {"create": ["drip:-1"]},
            {"create": ["drip:nan"]},
            {"create": ["redirect"]},
            {"create": ["refuse:no"]},
            {"create": [{"fault": "close"}]},
            {"create": [{"fault": "close", "times": 0}]},
            {"create": [{"fault": "close", "times": 1000}, "close"]},
            {"every_create": ["close"]},
            {"list_answer": "nonsense"},
            {"list_answer": {"answer": "html", "times": True}},
            {"list_lag_seconds": -1},
            {"list_lag_seconds": "1"},
            {"list_limit_cap": 0},
            {"network_limit_cap": 0},
            {"delete_between_pages": ""},
            {"drop_tags": 1},
            {"slow_seconds": True},
            {"throttle": {}},
            {"outage": 404},
            {"reject_tokens": "twice"},
            {"quota": -1},
            {"sold_out": 3},
            {"stuck_at": 100},
            {"narrowed_to": ""},
            {"role": True},
            {"quota": 1, "unheard_of": 1},
        ],
    )
    def test_with_an_invalid_value_are_refused_with_a_message(
        self, world: World, wanted: dict[str, object]
    ) -> None:
        with serve(world) as server:
            caller = Caller(server.address)
            response = caller.call("PUT", "/_simulator/faults", json=wanted)
            assert response.status_code == 400
            assert response.json()["problem"].endswith(".")
            shown = caller.call("GET", "/_simulator/faults").json()
            assert shown == {"next_create": None}
