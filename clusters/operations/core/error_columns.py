"""The result of a create call, as the history and a raised error hold it."""

from typing import Any

from clusters.cloud.errors import CloudRefused
from clusters.cloud.types import CreateResult


def result_details(result: CreateResult) -> dict[str, Any]:
    """
    Return the cloud's code, message, HTTP status and request id, for an event.

    What the cloud did not say is left out.
    """
    details = {
        "code": result.code,
        "message": result.message,
        "status": result.status,
        "request_id": result.request_id,
    }
    return {key: value for key, value in details.items() if value}


def as_error(result: CreateResult) -> CloudRefused:
    """Return the error that a read with this answer would have raised."""
    return CloudRefused(
        result.message,
        code=result.code,
        status=result.status,
        request_id=result.request_id,
    )
