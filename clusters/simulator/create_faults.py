"""The faults of a create request, by name."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from clusters.simulator.clusters import Failure
from clusters.simulator.refusals import (
    GatewayRefusal,
    css_refusal,
    too_many_requests,
)
from clusters.simulator.wire import (
    NO_RESPONSE,
    SimulatedRequest,
    SimulatedResponse,
    Termination,
    json_response,
)

CREATION_FAILED = Failure(code="CSS.6000", message="Failed to create the cluster.")

RequestHook = Callable[[SimulatedRequest], SimulatedResponse]
ResponseHook = Callable[[SimulatedResponse], SimulatedResponse]


class UnknownFault(Exception):
    """A switch, fault or action does not exist or does not take the given value."""


@dataclass(frozen=True, kw_only=True)
class CreateFault:
    """
    One fault of a create request.

    ``written`` is its text in JSON, for example ``drip:0.5``. ``before_create`` returns
    a response instead of processing the request; ``after_create`` changes the response
    once the cluster is created; ``failure`` makes the creation end with status 303.
    """

    written: str = ""
    before_create: RequestHook | None = None
    after_create: ResponseHook | None = None
    failure: Failure | None = None


def read_create_fault(wanted: object) -> CreateFault:
    """
    Return the fault for ``name`` or ``name:argument``.

    :raises UnknownFault: with a message for a person
    """
    if not isinstance(wanted, str):
        raise UnknownFault(f"A fault of a create is written, not {wanted!r:.80}.")
    name, _, argument = wanted.partition(":")
    if name in _WITHOUT_ARGUMENT and not argument:
        return replace(_WITHOUT_ARGUMENT[name], written=wanted)
    if name in _WITH_ARGUMENT:
        default, read = _WITH_ARGUMENT[name]
        return replace(read(argument or default), written=wanted)
    known = ", ".join(KNOWN_FAULTS)
    raise UnknownFault(f"A fault of a create is one of {known}, not {wanted!r:.80}.")


def seconds_from_text(text: str) -> float:
    """
    Return a number of seconds, finite and not negative.

    :raises UnknownFault: if the text is anything else
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not (math.isfinite(seconds) and seconds >= 0):
        raise UnknownFault(f"{text!r:.80} is no number of seconds.")
    return seconds


def html_page(status: int) -> SimulatedResponse:
    """Return an HTML page, as a proxy or a failing server sends it instead of JSON."""
    message = "Welcome" if status < 400 else f"HTTP Status {status}"
    page = f"<html><body><h1>{message}</h1></body></html>"
    return SimulatedResponse(
        status=status, headers={"Content-Type": "text/html"}, body=page.encode()
    )


def _abort_before(termination: Termination) -> CreateFault:
    return CreateFault(
        before_create=lambda _: replace(NO_RESPONSE, termination=termination)
    )


def _abort_after(termination: Termination) -> CreateFault:
    return CreateFault(after_create=partial(replace, termination=termination))


def _respond_before(response: SimulatedResponse) -> CreateFault:
    return CreateFault(before_create=lambda _: response)


def _respond_after(response: SimulatedResponse) -> CreateFault:
    return CreateFault(after_create=lambda _: response)


def _unauthorized(request: SimulatedRequest) -> SimulatedResponse:
    message = "Incorrect IAM authentication information: decrypt token fail"
    return GatewayRefusal(401, "APIGW.0301", message).to_response(request.request_id)


def _without_id(request: SimulatedRequest) -> SimulatedResponse:
    try:
        name = json.loads(request.body)["cluster"]["name"]
    except (ValueError, TypeError, KeyError, RecursionError):
        name = ""
    return json_response(200, {"cluster": {"name": name}})


_MESSAGES: Final = {
    "CSS.0045": "The token is wrong.",
    "CSS.0068": "The flavor is sold out.",
    "CSS.1112": "The number of clusters exceeds the quota.",
    "CSS.5050": "The cluster name already exists.",
}
_BUSY: Final = {
    "errCode": "CSS.0011",
    "externalMessage": "CSS.0011 : Another operation is running.",
}

_WITHOUT_ARGUMENT: Final[Mapping[str, CreateFault]] = {
    "close": _abort_before(Termination.CLOSED),
    "reset": _abort_before(Termination.RESET),
    "hang": _abort_before(Termination.HANGING),
    "close_after": _abort_after(Termination.CLOSED),
    "reset_after": _abort_after(Termination.RESET),
    "truncate_after": _abort_after(Termination.TRUNCATED),
    "hang_after": _abort_after(Termination.HANGING),
    "tls_broken_after": _abort_after(Termination.GARBLED),
    "html200": _respond_after(html_page(200)),
    "html502": _respond_after(html_page(502)),
    "noid200": CreateFault(before_create=_without_id),
    "empty200": _respond_before(SimulatedResponse(status=200)),
    "list200": _respond_before(json_response(200, [])),
    "busy202": _respond_before(json_response(202, _BUSY)),
    "unauthorized": CreateFault(before_create=_unauthorized),
    "fails_303": CreateFault(failure=CREATION_FAILED),
}


def _status(text: str) -> int:
    if re.fullmatch(r"[45][0-9]{2}", text):
        return int(text)
    raise UnknownFault(f"{text!r:.80} is no HTTP status from 400 to 599.")


def _status_before(text: str) -> CreateFault:
    return _respond_before(html_page(_status(text)))


def _status_after(text: str) -> CreateFault:
    return _respond_after(html_page(_status(text)))


def _drip(text: str) -> CreateFault:
    pause = seconds_from_text(text)
    return CreateFault(
        after_create=partial(
            replace, termination=Termination.DRIPPED, drip_seconds=pause
        ),
    )


def _redirect(text: str) -> CreateFault:
    if urlsplit(text).scheme not in ("http", "https"):
        raise UnknownFault(f"redirect is followed by a URL, not {text!r:.80}.")
    return _respond_before(SimulatedResponse(status=307, headers={"Location": text}))


def _refuse(code: str) -> CreateFault:
    if not re.fullmatch(r"CSS\.[0-9]{4}", code):
        raise UnknownFault(f"refuse is followed by a code of CSS, not {code!r:.80}.")
    refusal = css_refusal(code, _MESSAGES.get(code, "The request was refused."))
    return CreateFault(
        before_create=lambda request: refusal.to_response(request.request_id)
    )


def _throttle(text: str) -> CreateFault:
    refusal = too_many_requests(seconds_from_text(text))
    return CreateFault(
        before_create=lambda request: refusal.to_response(request.request_id)
    )


_WITH_ARGUMENT: Final[Mapping[str, tuple[str, Callable[[str], CreateFault]]]] = {
    "status": ("502", _status_before),
    "status_after": ("504", _status_after),
    "drip": ("0.5", _drip),
    "redirect": ("", _redirect),
    "refuse": ("CSS.1112", _refuse),
    "throttled": ("5", _throttle),
}
"""By name: the default of the argument, and the function that parses it."""

KNOWN_FAULTS: Final = (*_WITHOUT_ARGUMENT, *_WITH_ARGUMENT)
