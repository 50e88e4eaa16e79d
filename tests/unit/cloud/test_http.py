"""The HTTP sessions: what is repeated, what is limited, what is never followed."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from requests import PreparedRequest
from requests.auth import AuthBase

from clusters.cloud.errors import CloudUnavailable
from clusters.cloud.hosts import AllowedHosts
from clusters.cloud.huawei import http as http_module
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.huawei.responses import CloudResponse
from tests.unit.cloud.wire import (
    LOOPBACK,
    Behaviour,
    ScriptedServer,
    ServerConnection,
    close,
    reply,
    reset,
)

CSS = AllowedHosts.of(["css.test"])


class NoToken(AuthBase):
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["X-Auth-Token"] = "MIItoken"
        return r


@contextmanager
def http(**options: Any) -> Iterator[CloudHttp]:
    usual = {"connect_timeout": 2.0, "read_timeout": 2.0, "hosts": LOOPBACK}
    made = CloudHttp(**{**usual, **options})
    yield made
    made.close()


def read(wire: ScriptedServer, **options: Any) -> CloudResponse:
    with http(**options) as client:
        return client.get(f"{wire.url}/v1?secret=1", auth=NoToken(), params={"a": 1})


def write(wire: ScriptedServer, body: bytes = b"{}", **options: Any) -> CloudResponse:
    with http(**options) as client:
        return client.post(f"{wire.url}/v1", body=body, auth=NoToken())


class TestRead:
    def test_sends_the_token_and_asks_for_english(self) -> None:
        with ScriptedServer(reply(200, {"a": 1})) as wire:
            answer = read(wire)

        (request,) = wire.received
        assert answer.json == {"a": 1}
        assert request.target == "/v1?secret=1&a=1"
        assert request.headers["x-auth-token"] == "MIItoken"
        assert request.headers["x-language"] == "en-us"

    @pytest.mark.parametrize(
        "trouble", [close, reset, reply(503, text="busy"), reply(502), reply(504)]
    )
    def test_is_repeated_after_trouble(self, trouble: Behaviour) -> None:
        with ScriptedServer(trouble, reply(200, {"a": 1})) as wire:
            assert read(wire).json == {"a": 1}

        assert len(wire.received) == 2

    @pytest.mark.parametrize("status", [400, 401, 404, 408, 429, 500])
    def test_is_not_repeated_after_an_answer(self, status: int) -> None:
        with ScriptedServer(reply(status, {}, retry_after="1")) as wire:
            assert read(wire).status == status

        assert len(wire.received) == 1

    def test_does_not_wait_for_a_retry_after_beyond_the_call(self) -> None:
        with ScriptedServer(reply(503, {}, retry_after="120")) as wire:
            answer = read(wire, read_timeout=0.3, connect_timeout=0.3)

        assert answer.status == 503
        assert len(wire.received) == 1

    def test_stops_repeating_when_the_call_is_nearly_over(self) -> None:
        with ScriptedServer(close) as wire, pytest.raises(CloudUnavailable):
            read(wire, read_timeout=0.3, connect_timeout=0.3)

        # The second pause would be a second long.
        assert len(wire.received) == 2

    def test_names_the_error_when_the_connection_is_refused(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with (
            http(read_timeout=0.2, connect_timeout=0.2) as client,
            pytest.raises(CloudUnavailable, match="refused"),
        ):
            client.get(url, auth=NoToken(), params={})

    @pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b"])
    def test_names_the_error_when_the_name_does_not_resolve(self, host: str) -> None:
        with (
            http(
                read_timeout=0.2,
                connect_timeout=0.2,
                hosts=AllowedHosts(names=frozenset({host})),
            ) as client,
            pytest.raises(CloudUnavailable),
        ):
            client.get(f"http://{host}/", auth=NoToken(), params={})

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_does_not_follow_a_redirect(self, status: int) -> None:
        with (
            ScriptedServer(reply(200, {})) as other,
            ScriptedServer(
                reply(status, text="x" * 100, location=f"{other.url}/v1")
            ) as wire,
        ):
            answer = read(wire)

        # `requests` would read the whole body of a redirect, to look for the next one.
        assert (answer.status, len(answer.body)) == (status, 100)
        assert other.connections == 0

    def test_keeps_no_cookie(self) -> None:
        with (
            ScriptedServer(reply(200, {}, set_cookie="a=b; Path=/")) as wire,
            http() as client,
        ):
            for _ in range(2):
                client.get(wire.url, auth=NoToken(), params={})

        assert len(wire.received) == 2
        assert all("cookie" not in request.headers for request in wire.received)

    def test_keeps_its_connection(self) -> None:
        with ScriptedServer(reply(200, {})) as wire, http() as client:
            for _ in range(3):
                client.get(wire.url, auth=NoToken(), params={})

        assert wire.connections == 1

    def test_ignores_the_proxy_of_the_system(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", "")
        with ScriptedServer(reply(200, {})) as wire:
            assert read(wire).status == 200

    def test_ignores_the_passwords_of_the_system(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login olga password secret\n")
        monkeypatch.setenv("NETRC", str(netrc))
        with ScriptedServer(reply(200, {})) as wire, http() as client:
            client.post(wire.url, body=b"{}")

        assert "authorization" not in wire.received[0].headers

    def test_goes_through_its_own_proxy(self) -> None:
        with (
            ScriptedServer(reply(200, {"a": 1})) as proxy,
            http(proxy=proxy.url, hosts=CSS) as client,
        ):
            answer = client.get("http://css.test/v1", auth=NoToken(), params={})

        assert answer.json == {"a": 1}
        assert proxy.received[0].target == "http://css.test/v1"

    def test_never_shows_the_password_of_the_proxy(self) -> None:
        with (
            http(
                proxy="http://olga:s3cr%40t-word@no-such-host.invalid:1",
                connect_timeout=0.2,
                read_timeout=0.2,
                hosts=CSS,
            ) as client,
            pytest.raises(CloudUnavailable) as failed,
        ):
            client.get("http://css.test/", auth=NoToken(), params={})

        assert "s3cr" not in str(failed.value)


class TestWrite:
    @pytest.mark.parametrize(
        "trouble",
        [close, reset, reply(503, {}, retry_after="0"), reply(429, {}), reply(502)],
    )
    def test_is_sent_once_whatever_happens(self, trouble: Behaviour) -> None:
        with ScriptedServer(trouble) as wire, suppress(CloudUnavailable):
            write(wire)

        assert len(wire.posts) == 1

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_takes_neither_body_nor_token_to_another_host(self, status: int) -> None:
        with (
            ScriptedServer(reply(200, {})) as other,
            ScriptedServer(reply(status, text="", location=f"{other.url}/v1")) as wire,
        ):
            assert write(wire).status == status

        assert len(wire.posts) == 1
        assert other.connections == 0

    def test_goes_nowhere_else_even_where_requests_looks_for_a_redirect(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Two guards prevent it, and each has to suffice alone.
        original = requests.Session.get_redirect_target
        monkeypatch.setattr(http_module._Session, "get_redirect_target", original)
        with (
            ScriptedServer(reply(200, {})) as other,
            ScriptedServer(reply(307, text="", location=f"{other.url}/v1")) as wire,
        ):
            assert write(wire).status == 307

        assert other.connections == 0

    def test_works_after_the_server_closed_an_idle_connection(self) -> None:
        def answer_and_close(connection: ServerConnection) -> bool:
            reply(200, {})(connection)
            return False

        with ScriptedServer(answer_and_close) as wire, http() as client:
            for count in range(1, 4):
                assert client.post(wire.url, body=b"{}").status == 200
                wire.wait_for_ends(count)

        assert len(wire.posts) == 3
        assert wire.connections == 3


class TestLog:
    def test_has_one_line_a_call_and_no_secret(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, logger="clusters.cloud")
        with ScriptedServer(reply(200, {"b": "body"}, x_request_id="r-1")) as wire:
            read(wire)

        (record,) = caplog.records
        facts = vars(record)
        assert record.getMessage() == "cloud.called"
        assert (facts["method"], facts["path"], facts["status"]) == ("GET", "/v1", 200)
        assert facts["cloud_request_id"] == "r-1"
        assert facts["duration_ms"] >= 0
        assert not any(word in str(facts) for word in ("MIItoken", "secret", "body"))

    def test_tells_of_a_call_without_an_answer(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, logger="clusters.cloud")
        with ScriptedServer(close) as wire, pytest.raises(CloudUnavailable):
            write(wire)

        (record,) = caplog.records
        assert record.getMessage() == "cloud.unanswered"


class TestDescriptors:
    @pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs Linux")  # noqa: PTH112 - runs at import
    def test_do_not_leak(self) -> None:
        with (
            ScriptedServer(reply(200, {}), close) as wire,
            http() as client,
        ):
            client.get(wire.url, auth=NoToken(), params={})
            before = _open_descriptors()
            for count in range(1, 21):
                with pytest.raises(CloudUnavailable):
                    client.post(wire.url, body=b"{}")
                wire.wait_for_ends(count)
            after = _open_descriptors()

        assert after <= before + 1


def _open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counts, nothing more
