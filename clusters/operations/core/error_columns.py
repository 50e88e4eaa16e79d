"""What a create's answer says, as an event, a row and an error keep it."""

from typing import Any

from clusters.cloud.errors import CloudRefused
from clusters.cloud.types import CreateResult


def error_data(answer: CreateResult) -> dict[str, Any]:
    """Return the cloud's words for an event, those that there are."""
    words = {
        "code": answer.code,
        "message": answer.message,
        "status": answer.status,
        "request_id": answer.request_id,
    }
    return {key: value for key, value in words.items() if value}


def error_columns(answer: CreateResult) -> dict[str, Any]:
    """Return the columns of a request that keep them, cut to what they hold."""
    return {
        "error_code": answer.code[:64],
        "error_message": answer.message,
        "error_status": answer.status,
        "error_request_id": answer.request_id[:128],
        "error_raw": answer.raw,
        "waits_because": "",
    }


def as_error(answer: CreateResult) -> CloudRefused:
    """Return the error that a read with this answer would have raised."""
    return CloudRefused(
        answer.message,
        code=answer.code,
        status=answer.status,
        request_id=answer.request_id,
    )
