"""What can go wrong with one create, by name."""

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
    too_many_calls,
)
from clusters.simulator.wire import SILENCE, Answer, Call, Ending, json_answer

CREATION_FAILED = Failure(code="CSS.6000", message="Failed to create the cluster.")

Instead = Callable[[Call], Answer]
Afterwards = Callable[[Answer], Answer]


class UnknownFault(Exception):
    """There is no such switch, or it has no such position."""


@dataclass(frozen=True, kw_only=True)
class CreateFault:
    """
    One way for a create to go wrong.

    ``instead`` answers without looking at the order; ``afterwards`` changes the answer
    on its way back, when all is done; ``failure`` is how the build is going to end.
    """

    written: str = ""
    instead: Instead | None = None
    afterwards: Afterwards | None = None
    failure: Failure | None = None


def read_create_fault(wanted: object) -> CreateFault:
    """
    Return the fault that is written ``name`` or ``name:argument``.

    :raises UnknownFault: with a sentence
    """
    if not isinstance(wanted, str):
        raise UnknownFault(f"A fault of a create is written, not {wanted!r:.80}.")
    name, _, argument = wanted.partition(":")
    if name in _PLAIN and not argument:
        return replace(_PLAIN[name], written=wanted)
    if name in _WITH_ARGUMENT:
        default, read = _WITH_ARGUMENT[name]
        return replace(read(argument or default), written=wanted)
    known = ", ".join(KNOWN_FAULTS)
    raise UnknownFault(f"A fault of a create is one of {known}, not {wanted!r:.80}.")


def seconds_of(text: str) -> float:
    """
    Return a number of seconds, not negative.

    :raises UnknownFault: if it is none
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not (math.isfinite(seconds) and seconds >= 0):
        raise UnknownFault(f"{text!r:.80} is no number of seconds.")
    return seconds


def html_page(status: int) -> Answer:
    """Return a page for a person where JSON was due."""
    words = "Welcome" if status < 400 else f"HTTP Status {status}"
    page = f"<html><body><h1>{words}</h1></body></html>"
    return Answer(
        status=status, headers={"Content-Type": "text/html"}, body=page.encode()
    )


def _silent(ending: Ending) -> CreateFault:
    return CreateFault(instead=lambda _: replace(SILENCE, ending=ending))


def _ends(ending: Ending) -> CreateFault:
    return CreateFault(afterwards=partial(replace, ending=ending))


def _says(answer: Answer) -> CreateFault:
    return CreateFault(instead=lambda _: answer)


def _replaced_by(answer: Answer) -> CreateFault:
    return CreateFault(afterwards=lambda _: answer)


def _unauthorized(call: Call) -> Answer:
    words = "Incorrect IAM authentication information: decrypt token fail"
    return GatewayRefusal(401, "APIGW.0301", words).answer(call.request_id)


def _without_id(call: Call) -> Answer:
    try:
        name = json.loads(call.body)["cluster"]["name"]
    except (ValueError, TypeError, KeyError, RecursionError):
        name = ""
    return json_answer(200, {"cluster": {"name": name}})


_WORDS: Final = {
    "CSS.0045": "The token is wrong.",
    "CSS.0068": "The flavor is sold out.",
    "CSS.1112": "The number of clusters exceeds the quota.",
    "CSS.5050": "The cluster name already exists.",
}
_BUSY: Final = {
    "errCode": "CSS.0011",
    "externalMessage": "CSS.0011 : Another operation is running.",
}

_PLAIN: Final[Mapping[str, CreateFault]] = {
    "close": _silent(Ending.CLOSED),
    "reset": _silent(Ending.RESET),
    "hang": _silent(Ending.HANGING),
    "close_after": _ends(Ending.CLOSED),
    "reset_after": _ends(Ending.RESET),
    "truncate_after": _ends(Ending.TRUNCATED),
    "hang_after": _ends(Ending.HANGING),
    "tls_broken_after": _ends(Ending.GARBLED),
    "html200": _replaced_by(html_page(200)),
    "html502": _replaced_by(html_page(502)),
    "noid200": CreateFault(instead=_without_id),
    "empty200": _says(Answer(status=200)),
    "list200": _says(json_answer(200, [])),
    "busy202": _says(json_answer(202, _BUSY)),
    "unauthorized": CreateFault(instead=_unauthorized),
    "fails_303": CreateFault(failure=CREATION_FAILED),
}


def _status(text: str) -> int:
    if re.fullmatch(r"[45][0-9]{2}", text):
        return int(text)
    raise UnknownFault(f"{text!r:.80} is no HTTP status from 400 to 599.")


def _broken(text: str) -> CreateFault:
    return _says(html_page(_status(text)))


def _broken_after(text: str) -> CreateFault:
    return _replaced_by(html_page(_status(text)))


def _dripping(text: str) -> CreateFault:
    pause = seconds_of(text)
    return CreateFault(
        afterwards=partial(replace, ending=Ending.DRIPPED, drip_seconds=pause),
    )


def _redirecting(text: str) -> CreateFault:
    if urlsplit(text).scheme not in ("http", "https"):
        raise UnknownFault(f"redirect is followed by a URL, not {text!r:.80}.")
    return _says(Answer(status=307, headers={"Location": text}))


def _refusing(code: str) -> CreateFault:
    if not re.fullmatch(r"CSS\.[0-9]{4}", code):
        raise UnknownFault(f"refuse is followed by a code of CSS, not {code!r:.80}.")
    refusal = css_refusal(code, _WORDS.get(code, "The request was refused."))
    return CreateFault(instead=lambda call: refusal.answer(call.request_id))


def _throttling(text: str) -> CreateFault:
    refusal = too_many_calls(seconds_of(text))
    return CreateFault(instead=lambda call: refusal.answer(call.request_id))


_WITH_ARGUMENT: Final[Mapping[str, tuple[str, Callable[[str], CreateFault]]]] = {
    "status": ("502", _broken),
    "status_after": ("504", _broken_after),
    "drip": ("0.5", _dripping),
    "redirect": ("", _redirecting),
    "refuse": ("CSS.1112", _refusing),
    "throttled": ("5", _throttling),
}
"""By name: the argument where none is written, and who reads it."""

KNOWN_FAULTS: Final = (*_PLAIN, *_WITH_ARGUMENT)
