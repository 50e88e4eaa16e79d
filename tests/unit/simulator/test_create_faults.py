"""Every fault of a create, over a socket and with the in-memory adapter."""

import threading
import time
from collections.abc import Iterator

import pytest
import requests

from clusters.simulator.server import SimulatorServer, serve
from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, error_of, order

TAG = {"key": "portal-request", "value": "r-1"}
LOST = {
    "close_after": "RemoteDisconnected",
    "reset_after": "ConnectionResetError",
    "hang_after": "Read timed out",
    "drip:0.05": "",
    "tls_broken_after": "",
    "truncate_after": "IncompleteRead|incomplete",
}
NOT_CREATED = {
    "close": "RemoteDisconnected",
    "reset": "ConnectionResetError",
    "hang": "Read timed out",
}


@pytest.fixture
def server(world: World) -> Iterator[SimulatorServer]:
    with serve(world) as running:
        yield running


@pytest.fixture(params=["socket", "adapter"])
def caller(request: pytest.FixtureRequest, world: World) -> Caller:
    if request.param == "adapter":
        caller = Caller.of(world)
    else:
        caller = Caller(request.getfixturevalue("server").address)
    caller.sign_in()
    return caller


def create(caller: Caller, **changes: object) -> requests.Response:
    """Create a cluster with a tag; the read timeout is 1.5 seconds."""
    url = f"{caller.base}/v1.0/{caller.project_id}/clusters"
    body = order(tags=[TAG], **changes)
    headers = {"X-Auth-Token": caller.token}
    return caller.session.post(
        url, json=body, headers=headers, timeout=(5, 1.5), allow_redirects=False
    )


class TestCreateFault:
    @pytest.mark.parametrize(
        "fault", ["close_after", "reset_after", "hang_after", "truncate_after"]
    )
    def test_creates_the_cluster_and_loses_the_response(
        self, caller: Caller, world: World, fault: str
    ) -> None:
        world.inject(create=[fault])
        with pytest.raises(requests.RequestException, match=LOST[fault]):
            create(caller)
        (entry,) = world.creates
        assert (entry["status"], entry["done"], entry["answered"]) == (200, True, False)
        assert world.calls["tags"] == {
            "portal-request=r-1": {"creates": 1, "clusters": 1}
        }

    @pytest.mark.parametrize("fault", NOT_CREATED)
    def test_creates_nothing_and_sends_no_response(
        self, caller: Caller, world: World, fault: str
    ) -> None:
        world.inject(create=[fault])
        with pytest.raises(requests.RequestException, match=NOT_CREATED[fault]):
            create(caller)
        (entry,) = world.creates
        assert (entry["status"], entry["done"], entry["answered"]) == (
            None,
            False,
            False,
        )
        assert world.calls["tags"] == {
            "portal-request=r-1": {"creates": 1, "clusters": 0}
        }

    @pytest.mark.parametrize(
        ("fault", "status", "start"),
        [
            ("status_after", 504, b"<html>"),
            ("status_after:408", 408, b"<html>"),
            ("status_after:500", 500, b"<html>"),
            ("html200", 200, b"<html>"),
            ("html502", 502, b"<html>"),
        ],
    )
    def test_creates_the_cluster_and_sends_another_response(
        self, caller: Caller, world: World, fault: str, status: int, start: bytes
    ) -> None:
        world.inject(create=[fault])
        response = create(caller)
        assert response.status_code == status
        assert response.content.startswith(start)
        (entry,) = world.creates
        assert (entry["status"], entry["done"], entry["answered"]) == (200, True, False)

    @pytest.mark.parametrize(
        ("fault", "status", "start"),
        [
            ("status", 502, b"<html>"),
            ("status:504", 504, b"<html>"),
            ("noid200", 200, b'{"cluster": {"name": '),
            ("empty200", 200, b""),
            ("list200", 200, b"[]"),
            ("busy202", 202, b'{"errCode": "CSS.0011"'),
            ("unauthorized", 401, b'{"error_code": "APIGW.0301"'),
            ("throttled", 429, b'{"error_code": "APIGW.0308"'),
            ("refuse", 400, b'{"errCode": "CSS.1112"'),
            ("refuse:CSS.0045", 400, b'{"errCode": "CSS.0045"'),
            ("redirect:http://127.0.0.1:9/", 307, b""),
        ],
    )
    def test_creates_nothing_and_sends_another_response(
        self, caller: Caller, world: World, fault: str, status: int, start: bytes
    ) -> None:
        world.inject(create=[fault])
        response = create(caller)
        assert response.status_code == status
        assert response.content[: len(start)] == start
        assert bool(response.content) == bool(start)
        assert world.clusters == ()
        (entry,) = world.creates
        assert (entry["status"], entry["done"]) == (status, False)

    def test_sets_retry_after_and_location(self, caller: Caller, world: World) -> None:
        world.inject(create=["throttled:7", "redirect:http://127.0.0.1:9/"])
        assert create(caller).headers["Retry-After"] == "7"
        assert create(caller).headers["Location"] == "http://127.0.0.1:9/"

    def test_applies_queued_faults_to_one_create_each_in_order(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(create=["empty200", {"fault": "refuse:CSS.0068", "times": 2}])
        assert create(caller).content == b""
        assert error_of(create(caller)) == (400, "CSS.0068")
        assert error_of(create(caller)) == (400, "CSS.0068")
        assert create(caller).status_code == 200

    def test_applies_every_create_once_the_queue_is_empty(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(every_create="unauthorized", create=["list200"])
        assert create(caller).json() == []
        assert [create(caller).status_code for _ in range(3)] == [401, 401, 401]
        world.inject(every_create=None)
        assert create(caller).status_code == 200

    def test_lets_a_creation_fail(self, caller: Caller, world: World) -> None:
        world.inject(create=["fails_303"])
        assert create(caller).status_code == 200
        assert world.clusters[0].failure

    def test_applies_next_create_before_the_queue(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(create=["list200"], next_create="refused")
        assert error_of(create(caller)) == (400, "CSS.1112")
        assert create(caller).json() == []


class TestSocket:
    @pytest.fixture(params=["socket"])
    def caller(self, server: SimulatorServer) -> Caller:
        caller = Caller(server.address)
        caller.sign_in()
        return caller

    def test_sends_the_response_byte_by_byte(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(create=["drip:0.001", "drip:0.01"])
        began = time.monotonic()
        assert create(caller).json()["cluster"]["id"] == world.clusters[0].id
        assert time.monotonic() - began > 0.1
        world.inject(create=["drip:2"])
        with pytest.raises(requests.ReadTimeout):
            create(caller, name="second")
        assert len(world.clusters) == 2

    def test_sends_bytes_that_are_not_http(self, caller: Caller, world: World) -> None:
        world.inject(create=["tls_broken_after"])
        with pytest.raises(requests.ConnectionError):
            create(caller)
        assert len(world.clusters) == 1

    def test_stops_while_responses_hang_and_drip(self, world: World) -> None:
        before = set(threading.enumerate())
        with serve(world) as server:
            caller = Caller(server.address)
            caller.sign_in()
            for fault in ("hang_after", "drip:30"):
                world.inject(create=[fault])
                with pytest.raises(requests.ReadTimeout):
                    create(caller, name=f"by-{fault[:4]}")
        for each in set(threading.enumerate()) - before:
            each.join(timeout=20)  # less than the drip would take
            assert not each.is_alive()
