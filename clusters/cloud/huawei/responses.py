"""
A response of the cloud, and the error that it stands for.

Errors have one of five shapes, by who sends them:

=================  ==========================================================
sender             body
=================  ==========================================================
CSS (observed)     `{"errCode": "CSS.0001", "externalMessage": "..."}`
API gateway; CSS   `{"error_code": "...", "error_msg": "...", "request_id": "..."}`
by its reference
IAM                `{"error": {"code": 401, "message": "...", "title": "..."}}`
VPC                `{"code": "VPC.0101", "message": "..."}`
proxies, Tomcat    HTML, or nothing
=================  ==========================================================
"""

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
"""How much of an unreadable body (bytes) or of a message (characters) is kept."""

# In the order in which they are tried.
_CODE_NAMES = ("errCode", "error_code", "errorCode", "code")
_MESSAGE_NAMES = ("externalMessage", "error_msg", "errorMsg", "message")
_ERROR_MARKERS = ("errCode", "error_code")

_ARREARS = "VPC.0005"
"""A 401 because the account is in arrears; a new token does not help."""


@dataclass(frozen=True, kw_only=True)
class CloudResponse:
    """
    One HTTP response.

    Headers and body are not in its `repr`: the response to a login contains the token.

    :ivar headers: names in any case
    :ivar body: the decompressed body, or the part of it that arrived
    :ivar fault: why the body is incomplete; empty if it is complete
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    fault: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx; the body may be an error nevertheless."""
        return 200 <= self.status < 300

    @cached_property
    def json(self) -> Any:
        """The JSON value of the body; None if it is incomplete or not JSON."""
        if self.fault:
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class CloudErrorDetails:
    """Code, message and request id of an error, as the cloud sent them; each may be empty."""

    code: str = ""
    message: str = ""
    request_id: str = ""

    def without(self, secrets: tuple[str, ...]) -> "CloudErrorDetails":
        """Return the details with the secrets removed."""
        return CloudErrorDetails(
            code=redacted(self.code, secrets),
            message=redacted(self.message, secrets),
            request_id=redacted(self.request_id, secrets),
        )


def error_details(response: CloudResponse) -> CloudErrorDetails:
    """
    Return code, message and request id of a response of any of the five shapes.

    Code and message are empty for HTML or an empty body. A code of more than 64
    characters is dropped.
    """
    data = response.json if isinstance(response.json, dict) else {}
    request_id = response.headers.get("X-Request-Id") or _text(data, "request_id")
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


def raw_text(response: CloudResponse, secrets: tuple[str, ...]) -> str:
    """Return the body as text for the database: up to 4,096 bytes, without secrets."""
    text = redacted(clean(response.body.decode("utf-8", "replace")), secrets)
    return text.encode()[:KEPT_BYTES].decode("utf-8", "ignore")


def clean(text: str) -> str:
    """Return the text without NUL and lone surrogates, which PostgreSQL refuses."""
    # Fast path: a long list has ten thousand texts, nearly all of them ASCII.
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def marks_an_error(data: Any) -> bool:
    """Whether a body is an error whatever the status; CSS.0011 has HTTP 202."""
    return isinstance(data, dict) and bool(_text(data, *_ERROR_MARKERS))


def retry_after_of(response: CloudResponse, *, now: datetime) -> float | None:
    """Return the header Retry-After in seconds, None without a valid one."""
    return retry_after_seconds(response.headers.get("Retry-After", ""), now=now)


def error_of(
    response: CloudResponse, *, secrets: tuple[str, ...], now: datetime
) -> CloudError:
    """
    Return the error for the response to a read or a deletion.

    :param secrets: texts that are removed from everything that the cloud says
    :param now: the current time, for a date in Retry-After
    """
    details = error_details(response)
    safe_details = details.without(secrets)
    fields: dict[str, Any] = {
        "code": safe_details.code,
        "status": response.status,
        "request_id": safe_details.request_id,
    }
    if response.status == 429:
        pause = retry_after_of(response, now=now)
        return Throttled(safe_details.message, retry_after=pause, **fields)
    if is_token_trouble(response.status, details.code):
        return TokenRefused(safe_details.message, **fields)
    if response.status // 100 in (1, 3) or not (details.code or details.message):
        return unreadable(response, secrets=secrets)
    if 400 <= response.status < 500 and response.status != 408:
        return CloudRefused(safe_details.message, **fields)
    return CloudUnavailable(safe_details.message, **fields)


def unreadable(
    response: CloudResponse, *, secrets: tuple[str, ...], because: str = ""
) -> AnswerUnreadable:
    """Return the error for a response that does not have the documented shape."""
    reason = response.fault or because or "The answer could not be read"
    return AnswerUnreadable(
        redacted(clean(reason), secrets),
        status=response.status,
        request_id=error_details(response).without(secrets).request_id,
        raw=raw_text(response, secrets),
    )


def is_token_trouble(status: int, code: str) -> bool:
    """Whether the cloud refused the token: by a code, or by a 401 without a known one."""
    if is_token_code(code):
        return 400 <= status < 500
    has_another_reason = (
        code == _ARREARS or is_gateway_code(code) or class_of(code) is not None
    )
    return status == 401 and not has_another_reason


def _candidates(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the body, then the objects in it, except `cluster` of a successful create."""
    yield data
    for name, value in data.items():
        if isinstance(value, dict) and name != "cluster":
            yield value


def _text(data: Mapping[str, Any], *names: str) -> str:
    """Return the first value of these names that is a text or an integer, as text."""
    for name in names:
        value = data.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return clean(value)
    return ""
