"""The in-memory adapter behaves like a cloud behind a socket."""

import json
from collections.abc import Iterator

import pytest
import requests

from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, order


class BodyError(Exception):
    """Raised by a body instead of its first block."""


class Body:
    """A request body that records its reads, can fail, and can end too early."""

    def __init__(self, content: bytes, *, fails: bool = False, cut: int = 0) -> None:
        self._rest = content[: len(content) - cut]
        self._length = len(content)
        self._fails = fails
        self.sizes: list[int] = []

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        self.sizes.append(size)
        if self._fails:
            raise BodyError
        block, self._rest = self._rest[:size], self._rest[size:]
        return block


def content() -> bytes:
    return json.dumps(order(desc="d" * 100)).encode() + b" " * 40_000


class TestAdapter:
    def test_reads_a_body_block_by_block(self, caller: Caller) -> None:
        body = Body(content())
        assert caller.css("POST", "clusters", data=body).status_code == 200
        assert body.sizes == [16_384] * 4

    def test_propagates_an_exception_of_the_body_and_receives_a_head_only(
        self, caller: Caller, world: World
    ) -> None:
        with pytest.raises(BodyError):
            caller.css("POST", "clusters", data=Body(content(), fails=True))
        assert world.creates == []
        assert world.calls["empty_bodies"] == 1
        assert world.clusters == ()

    def test_does_not_count_an_incomplete_body_as_a_create(
        self, caller: Caller, world: World
    ) -> None:
        with pytest.raises(requests.ConnectionError):
            caller.css("POST", "clusters", data=Body(content(), cut=1))
        assert world.creates == []
        assert world.calls["empty_bodies"] == 1

    def test_accepts_an_iterator_as_body(self, caller: Caller) -> None:
        def pieces() -> Iterator[bytes]:
            yield content()[:100]
            yield content()[100:]

        assert caller.css("POST", "clusters", data=pieces()).status_code == 200

    def test_counts_missing_bodies_of_creates_only(
        self, caller: Caller, world: World
    ) -> None:
        with pytest.raises(BodyError):
            caller.call("POST", "/v3/auth/tokens", data=Body(b"{}", fails=True))
        assert world.calls["empty_bodies"] == 0
        assert len(world.logins) == 1

    def test_streams_the_response(self, caller: Caller) -> None:
        response = caller.css("GET", "es-flavors", stream=True)
        assert response.raw.read(14) == b'{"versions": ['
        rest = b"".join(response.iter_content(1_000))
        assert rest.endswith(b"]}")
        assert int(response.headers["Content-Length"]) == 14 + len(rest)

    def test_sets_a_unique_request_id_on_every_response(self, caller: Caller) -> None:
        ids = {
            response.headers["x-request-id"]
            for response in (
                caller.sign_in(),
                caller.css("GET", "clusters"),
                caller.css("GET", "clusters/unknown"),
                caller.css("DELETE", "clusters/unknown"),
                caller.call("GET", "/nowhere"),
                caller.vpc("vpcs", limit=-1),
            )
        }
        assert len(ids) == 6

    def test_raises_connection_error_when_a_response_is_lost(
        self, caller: Caller, world: World
    ) -> None:
        world.inject(next_create="lost_after")
        with pytest.raises(requests.ConnectionError, match="Remote end closed"):
            caller.create(order())
        assert len(world.clusters) == 1

    def test_rejects_control_requests_with_another_host_name(
        self, caller: Caller
    ) -> None:
        assert caller.call("GET", "/_simulator/calls").status_code == 403
