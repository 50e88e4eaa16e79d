"""The result of a create call as the data of an event, and as an exception."""

from typing import Any

from clusters.cloud.errors import CloudRefused
from clusters.cloud.types import CreateResult


def result_details(result: CreateResult) -> dict[str, Any]:
    """
    Return the keys `code`, `message`, `status` and `request_id`, for an event.

    A value that the answer did not have is left out.
    """
    details = {
        "code": result.code,
        "message": result.message,
        "status": result.status,
        "request_id": result.request_id,
    }
    return {key: value for key, value in details.items() if value}


def as_error(result: CreateResult) -> CloudRefused:
    """Return the exception that another call would have raised for this answer."""
    return CloudRefused(
        result.message,
        code=result.code,
        status=result.status,
        request_id=result.request_id,
    )
