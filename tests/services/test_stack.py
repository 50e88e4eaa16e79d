"""What the tests of real processes rely on: their callers and their ports."""

from types import SimpleNamespace

from portal.run.simulator_port import FIRST, LAST
from tests.services.ports import free_port
from tests.services.stack import Person
from tests.unit.cloud.wire import ScriptedServer, reply


class TestPerson:
    def test_opens_a_connection_for_each_call(self) -> None:
        signed_in = reply(200, {}, set_cookie="sessionid=a; Path=/")
        with ScriptedServer(signed_in, signed_in, signed_in) as wire:
            alice = Person(SimpleNamespace(url=wire.url), "alice", "pass")
            alice.get("/")
            assert wire.connections == len(wire.received) == 3


class TestFreePort:
    def test_is_none_that_outgoing_connections_get_and_is_given_once(self) -> None:
        given = [free_port() for _ in range(200)]
        assert len(set(given)) == len(given)
        assert all(FIRST <= port <= LAST for port in given)
