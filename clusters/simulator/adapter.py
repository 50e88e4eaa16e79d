"""A transport adapter for requests that calls the simulated cloud in memory."""

import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from http.client import RemoteDisconnected
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ReadTimeout, RequestException, SSLError
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError

from clusters.simulator.wire import (
    SimulatedRequest,
    SimulatedResponse,
    Termination,
)
from clusters.simulator.world import World

_BLOCK_BYTES = 16_384


class SimulatorAdapter(HTTPAdapter):
    """
    Sends the requests of a ``requests.Session`` to a `World` without a network.

    As in urllib3, the body is read block by block after the connection is established.
    An exception raised by the body propagates unchanged; the simulated cloud then has
    received a head without a body.
    """

    def __init__(
        self, world: World, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        super().__init__()
        self._world = world
        self._sleep = sleep

    def send(  # the other arguments of the base class have no meaning without a network
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        *_args: Any,
        **_kwargs: Any,
    ) -> Response:
        """
        Return the response; its body is not read yet.

        If the response would arrive after the read timeout, ReadTimeout is raised at
        once, without waiting.

        :raises requests.exceptions.RequestException: as the termination requires
        """
        del stream
        try:
            body = _read(request.body)
        except BaseException:
            self._world.handle(_simulated_request(request, b"", complete=False))
            raise
        declared = int(request.headers.get("Content-Length", len(body)))
        complete = declared == len(body)
        response = self._world.handle(
            _simulated_request(request, body, complete=complete)
        )
        self._wait(response, timeout, request)
        if response.termination in _TRANSPORT_ERRORS:
            raise _TRANSPORT_ERRORS[response.termination](request)
        return self.build_response(request, _response(response, request.method))

    def _wait(
        self, response: SimulatedResponse, timeout: Any, request: PreparedRequest
    ) -> None:
        read_timeout = timeout[1] if isinstance(timeout, tuple) else timeout
        if read_timeout is not None and response.delay_seconds > read_timeout:
            raise _timed_out(request)
        if response.delay_seconds:
            self._sleep(response.delay_seconds)


def _read(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes):
        return body
    return b"".join(_blocks(body))


def _blocks(body: Any) -> Iterable[bytes]:
    if not hasattr(body, "read"):
        yield from body
        return
    while block := body.read(_BLOCK_BYTES):
        yield block


def _simulated_request(
    request: PreparedRequest, body: bytes, *, complete: bool
) -> SimulatedRequest:
    url = urlsplit(request.url or "")
    return SimulatedRequest(
        method=request.method or "",
        path=unquote(url.path),
        query=dict(parse_qsl(url.query, keep_blank_values=True)),
        headers={"host": url.netloc, **_lower_case(request.headers)},
        body=body,
        complete=complete,
        address=f"{url.scheme}://{url.netloc}",
    )


def _lower_case(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    return {
        name.lower(): value.decode("latin-1") if isinstance(value, bytes) else value
        for name, value in headers.items()
    }


def _response(response: SimulatedResponse, method: str | None) -> HTTPResponse:
    return HTTPResponse(
        body=BytesIO(response.body[: _sent_bytes(response)]),
        headers={**response.headers, "Content-Length": str(len(response.body))},
        status=response.status,
        reason=HTTPStatus(response.status).phrase,
        preload_content=False,
        request_method=method,
    )


def _sent_bytes(response: SimulatedResponse) -> int:
    whole = len(response.body)
    return whole // 2 if response.termination is Termination.TRUNCATED else whole


def _closed(request: PreparedRequest) -> RequestException:
    message = "Remote end closed connection without response"
    return _aborted(RemoteDisconnected(message), request)


def _connection_reset(request: PreparedRequest) -> RequestException:
    return _aborted(ConnectionResetError(104, "Connection reset by peer"), request)


def _aborted(error: Exception, request: PreparedRequest) -> RequestException:
    cause = ProtocolError("Connection aborted.", error)
    return RequestsConnectionError(cause, request=request)


def _timed_out(request: PreparedRequest) -> RequestException:
    return ReadTimeout("Read timed out.", request=request)


def _garbled(request: PreparedRequest) -> RequestException:
    return SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number", request=request)


_TRANSPORT_ERRORS: Mapping[
    Termination, Callable[[PreparedRequest], RequestException]
] = {
    Termination.CLOSED: _closed,
    Termination.RESET: _connection_reset,
    Termination.HANGING: _timed_out,
    Termination.DRIPPED: _timed_out,
    Termination.GARBLED: _garbled,
}
