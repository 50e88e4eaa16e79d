"""The control API of the simulator over a socket: next_create, journal, reset."""

from collections.abc import Iterator

import pytest
import requests

from clusters.simulator.server import SimulatorServer, serve
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, Clock, error_of, order


@pytest.fixture
def server(world: World) -> Iterator[SimulatorServer]:
    with serve(world) as running:
        yield running


@pytest.fixture
def caller(server: SimulatorServer) -> Caller:
    caller = Caller(server.address)
    caller.sign_in()
    return caller


class TestFaults:
    def inject(self, caller: Caller, fault: object) -> requests.Response:
        return caller.call("PUT", "/_simulator/faults", json={"next_create": fault})

    def test_are_set_and_shown(self, caller: Caller) -> None:
        shown = caller.call("GET", "/_simulator/faults")
        assert shown.json() == {"next_create": None}
        assert self.inject(caller, "refused").json() == {"next_create": "refused"}
        shown = caller.call("GET", "/_simulator/faults")
        assert shown.json() == {"next_create": "refused"}
        assert self.inject(caller, None).json() == {"next_create": None}

    def test_lose_the_response_after_the_creation(
        self, caller: Caller, world: World
    ) -> None:
        self.inject(caller, "lost_after")
        with pytest.raises(requests.ConnectionError):
            caller.create(order())
        (create,) = world.creates
        assert (create["status"], create["done"]) == (200, True)
        assert not create["answered"]
        assert create["cluster_id"] == world.clusters[0].id
        assert caller.css("GET", "clusters").json()["totalSize"] == 1

    def test_lose_the_request_before_the_creation(
        self, caller: Caller, world: World
    ) -> None:
        self.inject(caller, "lost_before")
        with pytest.raises(requests.ConnectionError):
            caller.create(order())
        (create,) = world.creates
        assert create["body"] == order()
        assert (create["status"], create["done"]) == (None, False)
        assert not create["answered"]
        assert world.clusters == ()

    def test_refuse(self, caller: Caller, world: World) -> None:
        self.inject(caller, "refused")
        assert error_of(caller.create(order())) == (400, "CSS.1112")
        assert world.clusters == ()

    def test_let_a_creation_fail_with_status_303(
        self, caller: Caller, clock: Clock
    ) -> None:
        self.inject(caller, "fails_303")
        cluster_id = caller.create(order()).json()["cluster"]["id"]
        shown = caller.css("GET", f"clusters/{cluster_id}").json()
        assert (shown["status"], "failedReason" in shown) == ("100", False)
        clock.now += 100
        shown = caller.css("GET", f"clusters/{cluster_id}").json()
        assert shown["status"] == "303"
        assert shown["failedReason"]["errorCode"] == "CSS.6000"
        assert shown["endpoint"] is None

    @pytest.mark.parametrize(
        "fault", ["lost_after", "lost_before", "refused", "fails_303"]
    )
    def test_apply_to_one_create_only(
        self, caller: Caller, world: World, clock: Clock, fault: str
    ) -> None:
        self.inject(caller, fault)
        try:
            caller.create(order(name="first"))
        except requests.ConnectionError:
            assert fault.startswith("lost")
        assert caller.create(order(name="second")).status_code == 200
        clock.now += 100
        second = world.clusters[-1]
        assert (second.order.name, second.status(clock.now)) == ("second", "200")

    def test_apply_to_the_next_authenticated_create_with_a_body(
        self, caller: Caller
    ) -> None:
        self.inject(caller, "refused")
        good, caller.token = caller.token, "stale"
        assert caller.create(order()).status_code == 401
        caller.token = good
        caller.css("POST", "clusters", data=b"")
        assert error_of(caller.create(order())) == (400, "CSS.1112")

    def test_lose_an_error_response_too(self, caller: Caller, world: World) -> None:
        self.inject(caller, "lost_after")
        with pytest.raises(requests.ConnectionError):
            caller.create(order(name="7"))
        (create,) = world.creates
        assert (create["status"], create["done"]) == (400, False)

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"\xff",
            b"[]",
            b"{}",
            b'{"next_create": "explodes"}',
            b'{"next_create": 1}',
            b'{"next_create": ["refused"]}',
            b'{"next_login": "refused"}',
            b'{"next_create": "refused", "next_login": "refused"}',
        ],
    )
    def test_that_are_unknown_are_refused_with_a_message(
        self, caller: Caller, body: bytes
    ) -> None:
        response = caller.call("PUT", "/_simulator/faults", data=body)
        assert response.status_code == 400
        assert response.json()["problem"].endswith(".")
        shown = caller.call("GET", "/_simulator/faults")
        assert shown.json() == {"next_create": None}


class TestControl:
    def test_shows_the_journal(self, caller: Caller, world: World) -> None:
        caller.create(order())
        assert caller.call("GET", "/_simulator/calls").json() == world.calls

    def test_resets_the_state_but_keeps_tokens(
        self, caller: Caller, world: World
    ) -> None:
        caller.create(order())
        assert caller.call("POST", "/_simulator/reset").status_code == 200
        assert world.clusters == ()
        assert caller.css("GET", "clusters").json()["totalSize"] == 0

    @pytest.mark.parametrize(
        "headers",
        [
            {"Host": "evil.example"},
            {"Host": "["},
            {"Host": ""},
            {"Origin": "https://evil.example"},
        ],
    )
    def test_refuses_requests_from_web_pages(
        self, caller: Caller, world: World, headers: dict[str, str]
    ) -> None:
        caller.create(order())
        response = caller.call("POST", "/_simulator/reset", headers=headers)
        assert response.status_code == 403
        assert len(world.clusters) == 1

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1:80", "[::1]:80"])
    def test_accepts_the_host_names_of_this_machine(
        self, caller: Caller, host: str
    ) -> None:
        response = caller.call("GET", "/_simulator/calls", headers={"Host": host})
        assert response.status_code == 200

    def test_has_no_other_calls(self, caller: Caller) -> None:
        assert caller.call("GET", "/_simulator/").status_code == 404
        assert caller.call("GET", "/_simulator/reset").status_code == 404
