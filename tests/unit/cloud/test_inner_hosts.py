"""The addresses that connections go to, checked at each connection."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clusters.cloud.errors import CloudUnavailable, HostRefused
from clusters.cloud.hosts import AllowedHosts
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.types import Outcome
from tests.unit.cloud.setups import MADE, setup
from tests.unit.cloud.test_create_over_tls import certificate
from tests.unit.cloud.test_http import NoToken, http
from tests.unit.cloud.wire import LOOPBACK, ScriptedServer, close, reply

OUTER = "93.184.215.14"
"""A public address; no test connects to it."""


class Resolver:
    """Resolves names to scripted addresses, repeating the last; addresses to themselves."""

    def __init__(self) -> None:
        self.script: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self._real = socket.getaddrinfo

    def __call__(self, host: str, port: int, *args: Any, **how: Any) -> Any:
        if host not in self.script:
            return self._real(host, port, *args, **how)
        self.asked.append(host)
        answers = self.script[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in found
        ]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resolver]:
    made = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", made)
    return made


def port_of(wire: ScriptedServer) -> str:
    return wire.url.rpartition(":")[2]


def call(client: CloudHttp, url: str) -> None:
    client.get(url, auth=NoToken(), params={})


class TestConnection:
    @pytest.mark.parametrize(
        "addresses", [["127.0.0.1"], [OUTER, "127.0.0.1"], ["127.0.0.1", OUTER]]
    )
    @pytest.mark.parametrize("way", ["read", "write"])
    def test_is_not_made_to_an_inner_address(
        self, resolver: Resolver, addresses: list[str], way: str
    ) -> None:
        resolver.script["css.test"] = [addresses]
        with (
            ScriptedServer(reply(200, {})) as wire,
            http(hosts=AllowedHosts()) as client,
        ):
            url = f"https://css.test:{port_of(wire)}/v1"
            with pytest.raises(HostRefused):
                if way == "read":
                    call(client, url)
                else:
                    client.post(url, body=b"secret", auth=NoToken())
            assert wire.connections == 0

    def test_is_checked_again_when_the_name_has_moved(self, resolver: Resolver) -> None:
        resolver.script["css.test"] = [["127.0.0.1"], ["127.0.0.2"]]
        # The name's first address is allowed, as a network; the name itself is not.
        hosts = AllowedHosts(names=frozenset(), networks=LOOPBACK.networks)
        with ScriptedServer(close) as wire, http(hosts=hosts) as client:
            url = f"https://css.test:{port_of(wire)}/v1"
            with pytest.raises(CloudUnavailable):
                client.post(url, body=b"{}", auth=NoToken())
            with pytest.raises(HostRefused):
                client.post(url, body=b"{}", auth=NoToken())
            assert wire.connections == 1

    def test_goes_to_the_address_that_was_checked(
        self, resolver: Resolver, tmp_path: Path
    ) -> None:
        resolver.script["css.test"] = [["127.0.0.1"], ["127.0.0.2"]]
        tls, ca_file = certificate(tmp_path)
        with (
            ScriptedServer(reply(200, {}), tls=tls) as wire,
            http(hosts=LOOPBACK, ca_file=ca_file) as client,
        ):
            call(client, f"https://css.test:{port_of(wire)}/v1")
            assert len(wire.received) == 1
        assert resolver.asked == ["css.test"]

    def test_still_verifies_the_name_and_not_the_address(
        self, resolver: Resolver, tmp_path: Path
    ) -> None:
        resolver.script["iam.test"] = [["127.0.0.1"]]
        tls, ca_file = certificate(tmp_path)  # for 127.0.0.1 and css.test
        with (
            ScriptedServer(reply(200, {}), tls=tls) as wire,
            http(hosts=LOOPBACK, ca_file=ca_file) as client,
            pytest.raises(CloudUnavailable, match="certificate"),
        ):
            client.post(
                f"https://iam.test:{port_of(wire)}/v1", body=b"{}", auth=NoToken()
            )
        assert not wire.received

    def test_goes_anywhere_for_a_host_that_is_named(self, resolver: Resolver) -> None:
        resolver.script["css.test"] = [["127.0.0.1"]]
        named = AllowedHosts.of(["css.test"])
        with ScriptedServer(reply(200, {})) as wire, http(hosts=named) as client:
            call(client, f"http://css.test:{port_of(wire)}/v1")
            assert len(wire.received) == 1

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "127.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"]
    )
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_is_not_made_by_an_odd_spelling(self, host: str, scheme: str) -> None:
        with (
            ScriptedServer(reply(200, {})) as wire,
            http(hosts=AllowedHosts()) as client,
        ):
            with pytest.raises(HostRefused):
                call(client, f"{scheme}://{host}:{port_of(wire)}/v1")
            assert wire.connections == 0


class TestProxy:
    def test_is_asked_for_a_public_name_without_resolving_it(
        self, resolver: Resolver
    ) -> None:
        resolver.script["css.test"] = [["127.0.0.1"]]
        with (
            ScriptedServer(close) as proxy,
            http(hosts=AllowedHosts(), proxy=proxy.url) as client,
            pytest.raises(CloudUnavailable),
        ):
            client.post("https://css.test/v1", body=b"{}", auth=NoToken())
        assert proxy.received[0].target == "css.test:443"
        assert not resolver.asked

    @pytest.mark.parametrize(
        "url", ["https://127.0.0.1", "http://css.test", "https://169.254.169.254"]
    )
    def test_is_not_asked_for_what_the_text_forbids(self, url: str) -> None:
        with (
            ScriptedServer(reply(200, {})) as proxy,
            http(hosts=AllowedHosts(), proxy=proxy.url) as client,
        ):
            with pytest.raises(HostRefused):
                call(client, url)
            assert proxy.connections == 0


class TestCreate:
    def test_says_that_nothing_was_sent(self, resolver: Resolver) -> None:
        del resolver
        with setup(MADE, hosts=AllowedHosts()) as its:
            answer = its.create(lambda: pytest.fail("the gate was opened"))
            assert (its.iam.connections, its.css.connections) == (0, 0)
        assert answer.outcome is Outcome.NOT_SENT
        assert isinstance(answer.not_sent_because, HostRefused)
