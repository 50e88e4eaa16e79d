"""
The outcome of a create, from its response or from the error instead of one.

Pure functions. docs/architecture.md has the table; a cluster that may exist must never
get an outcome by which the request would be sent again.
"""

import re
from datetime import datetime
from typing import Any

from clusters.cloud.errors import CloudError, Throttled
from clusters.cloud.huawei.codes import (
    CodeClass,
    class_of,
    is_gateway_code,
    is_gateway_token_code,
)
from clusters.cloud.huawei.redaction import redacted
from clusters.cloud.huawei.responses import (
    CloudResponse,
    error_details,
    is_token_trouble,
    raw_text,
    retry_after_of,
)
from clusters.cloud.types import CreateResult, Outcome, Token

_STILL_BEING_CREATED = "CSS.0029"
"""Of the class BUSY, but the resource that is being created holds the name."""

_CLUSTER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def classify_response(
    response: CloudResponse, *, token: Token, secrets: tuple[str, ...], now: datetime
) -> CreateResult:
    """
    Return the result of a create whose body was read and which got this response.

    :param token: the token that was sent
    :param secrets: texts that are removed from everything that the cloud says
    :param now: the current time, for a date in Retry-After
    """
    outcome = outcome_of(response)
    details = error_details(response)
    details_without_secrets = details.without(secrets)
    has_details = bool(details.code or details.message)
    keeps_raw = outcome is Outcome.UNKNOWN or not has_details
    is_accepted = outcome is Outcome.ACCEPTED
    return CreateResult(
        outcome=outcome,
        cluster_id=_cluster_id(response.json) if is_accepted else "",
        status=response.status,
        code=details_without_secrets.code,
        message=details_without_secrets.message or response.fault,
        request_id=details_without_secrets.request_id,
        raw=raw_text(response, secrets) if keeps_raw and not is_accepted else "",
        retry_after=retry_after_of(response, now=now),
        token_trouble=is_token_trouble(response.status, details.code),
        token=token,
    )


def not_sent(because: Exception, *, secrets: tuple[str, ...]) -> CreateResult:
    """
    Return the result of a create whose body was not read.

    :param because: what the gate raised, or the error of the login or the connection
    """
    known = because if isinstance(because, CloudError) else CloudError(str(because))
    return CreateResult(
        outcome=Outcome.NOT_SENT,
        status=known.status,
        code=known.code,
        message=redacted(known.message, secrets),
        request_id=known.request_id,
        retry_after=known.retry_after if isinstance(known, Throttled) else None,
        not_sent_because=because,
    )


def unknown(
    error: Exception, *, token: Token, secrets: tuple[str, ...]
) -> CreateResult:
    """Return the result of a create whose body was read and which got no response."""
    message = error.message if isinstance(error, CloudError) else repr(error)
    return CreateResult(
        outcome=Outcome.UNKNOWN, message=redacted(message, secrets), token=token
    )


def outcome_of(response: CloudResponse) -> Outcome:
    """
    Classify a response: by the code in its body first, then by the HTTP status.

    UNKNOWN unless the response proves something. That nothing was created is proved by
    a 401 or 429 of the API gateway, and by a 4xx with a complete body and an error code.
    A 2xx with an error code proves nothing: CSS.0011 is documented with HTTP 202.
    """
    code = error_details(response).code
    if response.is_success:
        is_created = bool(_cluster_id(response.json)) and not code
        return Outcome.ACCEPTED if is_created else Outcome.UNKNOWN
    if class_of(code) is CodeClass.EXISTS or code == _STILL_BEING_CREATED:
        return Outcome.NAME_HELD
    if response.status == 429:
        return Outcome.THROTTLED if is_gateway_code(code) else Outcome.UNKNOWN
    if not 400 <= response.status < 500 or response.status == 408:
        return Outcome.UNKNOWN
    return (
        _outcome_of_refusal(response, code)
        if _is_complete(response)
        else Outcome.UNKNOWN
    )


def _outcome_of_refusal(response: CloudResponse, code: str) -> Outcome:
    if response.status == 401 and is_gateway_token_code(code):
        return Outcome.UNAUTHORISED
    if class_of(code) is CodeClass.BUSY or is_token_trouble(response.status, code):
        return Outcome.BUSY
    if response.status == 409 and class_of(code) is None and not is_gateway_code(code):
        # A conflict with a code that is not documented: maybe with our own cluster.
        return Outcome.NAME_HELD
    return Outcome.REFUSED if _is_code(code) else Outcome.UNKNOWN


def _is_complete(response: CloudResponse) -> bool:
    is_empty = not response.body and not response.fault
    return is_empty or isinstance(response.json, dict)


def _is_code(code: str) -> bool:
    """Whether it is an error code, not the number of an HTTP status from a proxy."""
    return any(character.isalpha() for character in code)


def _cluster_id(data: Any) -> str:
    """Return `cluster.id` of the body if it is a valid id, else an empty string."""
    cluster = data.get("cluster") if isinstance(data, dict) else None
    found = cluster.get("id") if isinstance(cluster, dict) else None
    is_id = isinstance(found, str) and _CLUSTER_ID.fullmatch(found)
    return str(found) if is_id else ""
