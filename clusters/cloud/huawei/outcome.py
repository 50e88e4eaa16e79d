"""What a create came to, by its answer or without one; pure, see docs/architecture.md."""

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
"""Of the class BUSY, but what is still being created holds the name."""

_CLUSTER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def classify_response(
    answer: CloudResponse, *, token: Token, secrets: tuple[str, ...], now: datetime
) -> CreateResult:
    """Return what this answer to a complete create came to, secrets taken out."""
    outcome = outcome_of(answer)
    details = error_details(answer)
    told = details.without(secrets)
    has_details = bool(details.code or details.message)
    keeps_raw = outcome is Outcome.UNKNOWN or not has_details
    is_accepted = outcome is Outcome.ACCEPTED
    return CreateResult(
        outcome=outcome,
        cluster_id=_cluster_id(answer.json) if is_accepted else "",
        status=answer.status,
        code=told.code,
        message=told.message or answer.fault,
        request_id=told.request_id,
        raw=raw_text(answer, secrets) if keeps_raw and not is_accepted else "",
        retry_after=retry_after_of(answer, now=now),
        token_trouble=is_token_trouble(answer.status, details.code),
        token=token,
    )


def not_sent(because: Exception, *, secrets: tuple[str, ...]) -> CreateResult:
    """Return what it came to where the body was never asked for."""
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
    """Return what it came to where no answer came to a body that was asked for."""
    message = error.message if isinstance(error, CloudError) else repr(error)
    return CreateResult(
        outcome=Outcome.UNKNOWN, message=redacted(message, secrets), token=token
    )


def outcome_of(answer: CloudResponse) -> Outcome:
    """
    Sort by the code in the body first, then by the HTTP status.

    Only what proves that CSS did nothing is more than UNKNOWN: a gateway's 401 or 429,
    or a 4xx whose body is whole and carries a code.
    """
    code = error_details(answer).code
    if answer.is_success:
        is_made = bool(_cluster_id(answer.json)) and not code
        return Outcome.ACCEPTED if is_made else Outcome.UNKNOWN
    if class_of(code) is CodeClass.EXISTS or code == _STILL_BEING_CREATED:
        return Outcome.NAME_HELD
    if answer.status == 429:
        return Outcome.THROTTLED if is_gateway_code(code) else Outcome.UNKNOWN
    if not 400 <= answer.status < 500 or answer.status == 408:
        return Outcome.UNKNOWN
    return _outcome_of_refusal(answer, code) if _is_whole(answer) else Outcome.UNKNOWN


def _outcome_of_refusal(answer: CloudResponse, code: str) -> Outcome:
    if answer.status == 401 and is_gateway_token_code(code):
        return Outcome.UNAUTHORISED
    if class_of(code) is CodeClass.BUSY or is_token_trouble(answer.status, code):
        return Outcome.BUSY
    if answer.status == 409 and class_of(code) is None and not is_gateway_code(code):
        # A conflict in words that nobody has listed: perhaps with our own cluster.
        return Outcome.NAME_HELD
    return Outcome.REFUSED if _is_code(code) else Outcome.UNKNOWN


def _is_whole(answer: CloudResponse) -> bool:
    is_empty = not answer.body and not answer.fault
    return is_empty or isinstance(answer.json, dict)


def _is_code(code: str) -> bool:
    """Whether it is more than the number of an HTTP status in some proxy's envelope."""
    return any(character.isalpha() for character in code)


def _cluster_id(data: Any) -> str:
    """Return the id that the answer carries, or an empty string."""
    cluster = data.get("cluster") if isinstance(data, dict) else None
    found = cluster.get("id") if isinstance(cluster, dict) else None
    is_id = isinstance(found, str) and _CLUSTER_ID.fullmatch(found)
    return str(found) if is_id else ""
