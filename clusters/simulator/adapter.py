"""The simulated cloud under a requests session, without a network."""

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

from clusters.simulator.wire import Answer, Call, Ending
from clusters.simulator.world import World

_BLOCK_BYTES = 16_384


class SimulatorAdapter(HTTPAdapter):
    """
    Carries calls to a `World` as HTTP would.

    The body is asked for only once the "connection" stands, block by block, as urllib3
    does; what the body raises comes out unwrapped and leaves a head without a body.
    """

    def __init__(
        self, world: World, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        super().__init__()
        self._world = world
        self._sleep = sleep

    def send(  # most of the transport's own arguments mean nothing without a wire
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        *_args: Any,
        **_kwargs: Any,
    ) -> Response:
        """
        Return the answer, with its body still to be read.

        A caller that would wait in vain is told at once that its time is over.

        :raises requests.exceptions.RequestException: if the answer is lost
        """
        del stream
        try:
            body = _read(request.body)
        except BaseException:
            self._world.handle(_call(request, b"", complete=False))
            raise
        declared = int(request.headers.get("Content-Length", len(body)))
        complete = declared == len(body)
        answer = self._world.handle(_call(request, body, complete=complete))
        self._wait(answer, timeout, request)
        if answer.ending in _LOST:
            raise _LOST[answer.ending](request)
        return self.build_response(request, _response(answer, request.method))

    def _wait(self, answer: Answer, timeout: Any, request: PreparedRequest) -> None:
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        if patience is not None and answer.delay_seconds > patience:
            raise _timed_out(request)
        if answer.delay_seconds:
            self._sleep(answer.delay_seconds)


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


def _call(request: PreparedRequest, body: bytes, *, complete: bool) -> Call:
    url = urlsplit(request.url or "")
    return Call(
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


def _response(answer: Answer, method: str | None) -> HTTPResponse:
    return HTTPResponse(
        body=BytesIO(answer.body[: _sent_bytes(answer)]),
        headers={**answer.headers, "Content-Length": str(len(answer.body))},
        status=answer.status,
        reason=HTTPStatus(answer.status).phrase,
        preload_content=False,
        request_method=method,
    )


def _sent_bytes(answer: Answer) -> int:
    whole = len(answer.body)
    return whole // 2 if answer.ending is Ending.TRUNCATED else whole


def _closed(request: PreparedRequest) -> RequestException:
    words = "Remote end closed connection without response"
    return _aborted(RemoteDisconnected(words), request)


def _reset(request: PreparedRequest) -> RequestException:
    return _aborted(ConnectionResetError(104, "Connection reset by peer"), request)


def _aborted(error: Exception, request: PreparedRequest) -> RequestException:
    cause = ProtocolError("Connection aborted.", error)
    return RequestsConnectionError(cause, request=request)


def _timed_out(request: PreparedRequest) -> RequestException:
    return ReadTimeout("Read timed out.", request=request)


def _garbled(request: PreparedRequest) -> RequestException:
    return SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number", request=request)


_LOST: Mapping[Ending, Callable[[PreparedRequest], RequestException]] = {
    Ending.CLOSED: _closed,
    Ending.RESET: _reset,
    Ending.HANGING: _timed_out,
    Ending.DRIPPED: _timed_out,
    Ending.GARBLED: _garbled,
}
