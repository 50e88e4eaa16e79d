"""The simulated cloud under a requests session, without a network."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from http.client import RemoteDisconnected
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError

from clusters.cloud.simulator.wire import Answer, Call, Ending
from clusters.cloud.simulator.world import World

_BLOCK_BYTES = 16_384


class SimulatorAdapter(HTTPAdapter):
    """
    Carries calls to a `World` as HTTP would.

    The body is asked for only once the "connection" stands, block by block, as urllib3
    does; what the body raises comes out unwrapped and leaves a head without a body.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def send(  # the transport's own arguments mean nothing without a wire
        self, request: PreparedRequest, *_args: Any, **_kwargs: Any
    ) -> Response:
        """
        Return the answer, with its body still to be read.

        :raises requests.exceptions.ConnectionError: if the answer is lost
        """
        try:
            body = _read(request.body)
        except BaseException:
            self._world.handle(_call(request, b"", complete=False))
            raise
        declared = int(request.headers.get("Content-Length", len(body)))
        complete = declared == len(body)
        answer = self._world.handle(_call(request, body, complete=complete))
        if answer.ending is Ending.CLOSED:
            raise _lost(request)
        return self.build_response(request, _response(answer, request.method))


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
    )


def _lower_case(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    return {
        name.lower(): value.decode("latin-1") if isinstance(value, bytes) else value
        for name, value in headers.items()
    }


def _response(answer: Answer, method: str | None) -> HTTPResponse:
    return HTTPResponse(
        body=BytesIO(answer.body),
        headers={**answer.headers, "Content-Length": str(len(answer.body))},
        status=answer.status,
        reason=HTTPStatus(answer.status).phrase,
        preload_content=False,
        request_method=method,
    )


def _lost(request: PreparedRequest) -> RequestsConnectionError:
    words = "Remote end closed connection without response"
    cause = ProtocolError("Connection aborted.", RemoteDisconnected(words))
    return RequestsConnectionError(cause, request=request)
