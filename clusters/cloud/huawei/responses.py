"""A response of the cloud: its body, its error details in five shapes, and the error."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from clusters.cloud.errors import (
    AnswerUnreadable,
    CloudError,
    CloudRefused,
    CloudUnavailable,
    Throttled,
    TokenRefused,
)
from clusters.cloud.huawei.codes import class_of, is_gateway_code, is_token_code
from clusters.cloud.huawei.redaction import redacted
from clusters.cloud.huawei.retry_after import retry_after_seconds

KEPT_BYTES: Final = 4096
"""So much of an unreadable body, or of a message, is kept."""

# In the order in which they are believed; the first pair is what CSS really sends.
_CODE_NAMES = ("errCode", "error_code", "errorCode", "code")
_MESSAGE_NAMES = ("externalMessage", "error_msg", "errorMsg", "message")
_MARKS_OF_AN_ERROR = ("errCode", "error_code")

_ARREARS = "VPC.0005"
"""Comes with a 401 too, but no new token helps."""


@dataclass(frozen=True, kw_only=True)
class CloudResponse:
    """
    One HTTP response. `fault` says why the body is not whole, and is empty if it is.

    Neither headers nor body are in its repr: the response to a login carries the token.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    fault: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx, which alone proves nothing."""
        return 200 <= self.status < 300

    @cached_property
    def json(self) -> Any:
        """The JSON value of the body, or None where it is cut or something else."""
        if self.fault:
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class CloudErrorDetails:
    """What the cloud says of an error, each part as it wrote it; each may be empty."""

    code: str = ""
    message: str = ""
    request_id: str = ""

    def without(self, secrets: tuple[str, ...]) -> "CloudErrorDetails":
        """Return them with the secrets taken out."""
        return CloudErrorDetails(
            code=redacted(self.code, secrets),
            message=redacted(self.message, secrets),
            request_id=redacted(self.request_id, secrets),
        )


def error_details(answer: CloudResponse) -> CloudErrorDetails:
    """
    Return code, message and request id, whichever of the five shapes it is.

    The shapes: errCode of CSS, error_code of the gateway, the nested error of IAM with
    a number as its code, code of VPC, and HTML or nothing, which gives no details.
    """
    data = answer.json if isinstance(answer.json, dict) else {}
    request_id = answer.headers.get("X-Request-Id") or _text(data, "request_id")
    for candidate in _candidates(data):
        code, message = (
            _text(candidate, *_CODE_NAMES),
            _text(candidate, *_MESSAGE_NAMES),
        )
        if code or message:
            return CloudErrorDetails(
                code=code if len(code) <= 64 else "",
                message=message[:KEPT_BYTES],
                request_id=clean(request_id)[:128],
            )
    return CloudErrorDetails(request_id=clean(request_id)[:128])


def raw_text(answer: CloudResponse, secrets: tuple[str, ...]) -> str:
    """Return up to 4 kB of the body as text that a database takes, without secrets."""
    text = redacted(clean(answer.body.decode("utf-8", "replace")), secrets)
    return text.encode()[:KEPT_BYTES].decode("utf-8", "ignore")


def clean(text: str) -> str:
    """Return the text without NUL and half characters, which PostgreSQL refuses."""
    # Nearly every text is plain, and a long list has some ten thousand of them.
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def marks_an_error(data: Any) -> bool:
    """Whether a body is an error whatever its status is; CSS.0011 comes with a 202."""
    return isinstance(data, dict) and bool(_text(data, *_MARKS_OF_AN_ERROR))


def retry_after_of(answer: CloudResponse, *, now: datetime) -> float | None:
    """Return the seconds of the header Retry-After, None where there is none."""
    return retry_after_seconds(answer.headers.get("Retry-After", ""), now=now)


def error_of(
    answer: CloudResponse, *, secrets: tuple[str, ...], now: datetime
) -> CloudError:
    """Return the error that the answer to a read stands for."""
    details = error_details(answer)
    told = details.without(secrets)
    facts: dict[str, Any] = {
        "code": told.code,
        "status": answer.status,
        "request_id": told.request_id,
    }
    if answer.status == 429:
        pause = retry_after_of(answer, now=now)
        return Throttled(told.message, retry_after=pause, **facts)
    if is_token_trouble(answer.status, details.code):
        return TokenRefused(told.message, **facts)
    if answer.status // 100 in (1, 3) or not (details.code or details.message):
        return unreadable(answer, secrets=secrets)
    if 400 <= answer.status < 500 and answer.status != 408:
        return CloudRefused(told.message, **facts)
    return CloudUnavailable(told.message, **facts)


def unreadable(
    answer: CloudResponse, *, secrets: tuple[str, ...], because: str = ""
) -> AnswerUnreadable:
    """Return the error for an answer that no document promises."""
    reason = answer.fault or because or "The answer could not be read"
    return AnswerUnreadable(
        redacted(clean(reason), secrets),
        status=answer.status,
        request_id=error_details(answer).without(secrets).request_id,
        raw=raw_text(answer, secrets),
    )


def is_token_trouble(status: int, code: str) -> bool:
    """Whether the cloud blames the token: by a code, or by a bare 401."""
    if is_token_code(code):
        return 400 <= status < 500
    speaks_of_something_else = (
        code == _ARREARS or is_gateway_code(code) or class_of(code) is not None
    )
    return status == 401 and not speaks_of_something_else


def _candidates(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the body and then what is nested in it, save the cluster of a success."""
    yield data
    for name, value in data.items():
        if isinstance(value, dict) and name != "cluster":
            yield value


def _text(data: Mapping[str, Any], *names: str) -> str:
    """Return the first of these that is a text or a whole number, as text."""
    for name in names:
        value = data.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return clean(value)
    return ""
