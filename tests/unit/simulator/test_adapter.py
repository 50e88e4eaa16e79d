"""The cloud under a requests session behaves as a cloud behind a socket does."""

import json
from collections.abc import Iterator

import pytest
import requests

from clusters.simulator.world import World
from tests.unit.simulator.caller import Caller, order


class Held(Exception):
    """A gate that stayed shut."""


class Body:
    """A body that is asked for block by block, behind a gate."""

    def __init__(self, content: bytes, *, shut: bool = False, cut: int = 0) -> None:
        self._rest = content[: len(content) - cut]
        self._length = len(content)
        self._shut = shut
        self.sizes: list[int] = []

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        self.sizes.append(size)
        if self._shut:
            raise Held
        block, self._rest = self._rest[:size], self._rest[size:]
        return block


def content() -> bytes:
    return json.dumps(order(desc="d" * 100)).encode() + b" " * 40_000


class TestAdapter:
    def test_reads_a_body_block_by_block(self, caller: Caller) -> None:
        body = Body(content())
        assert caller.css("POST", "clusters", data=body).status_code == 200
        assert body.sizes == [16_384] * 4

    def test_lets_out_what_a_gate_raises_and_sees_a_head(
        self, caller: Caller, world: World
    ) -> None:
        with pytest.raises(Held):
            caller.css("POST", "clusters", data=Body(content(), shut=True))
        assert world.creates == []
        assert world.calls["empty_bodies"] == 1
        assert world.clusters == ()

    def test_takes_a_cut_body_for_none(self, caller: Caller, world: World) -> None:
        with pytest.raises(requests.ConnectionError):
            caller.css("POST", "clusters", data=Body(content(), cut=1))
        assert world.creates == []
        assert world.calls["empty_bodies"] == 1

    def test_takes_a_body_in_pieces(self, caller: Caller) -> None:
        def pieces() -> Iterator[bytes]:
            yield content()[:100]
            yield content()[100:]

        assert caller.css("POST", "clusters", data=pieces()).status_code == 200

    def test_counts_heads_of_creates_only(self, caller: Caller, world: World) -> None:
        with pytest.raises(Held):
            caller.call("POST", "/v3/auth/tokens", data=Body(b"{}", shut=True))
        assert world.calls["empty_bodies"] == 0
        assert len(world.logins) == 1

    def test_streams_the_answer(self, caller: Caller) -> None:
        answer = caller.css("GET", "es-flavors", stream=True)
        assert answer.raw.read(14) == b'{"versions": ['
        rest = b"".join(answer.iter_content(1_000))
        assert rest.endswith(b"]}")
        assert int(answer.headers["Content-Length"]) == 14 + len(rest)

    def test_gives_every_answer_its_own_request_id(self, caller: Caller) -> None:
        ids = {
            answer.headers["x-request-id"]
            for answer in (
                caller.sign_in(),
                caller.css("GET", "clusters"),
                caller.css("GET", "clusters/unknown"),
                caller.css("DELETE", "clusters/unknown"),
                caller.call("GET", "/nowhere"),
                caller.vpc("vpcs", limit=-1),
            )
        }
        assert len(ids) == 6

    def test_loses_an_answer_as_a_closed_connection(
        self, caller: Caller, world: World
    ) -> None:
        world.arm(next_create="lost_after")
        with pytest.raises(requests.ConnectionError, match="Remote end closed"):
            caller.create(order())
        assert len(world.clusters) == 1

    def test_keeps_the_levers_from_other_host_names(self, caller: Caller) -> None:
        assert caller.call("GET", "/_simulator/calls").status_code == 403
