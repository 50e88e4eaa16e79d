"""
Columns of a request that are written together, for the UPDATE of a move.

The two constants empty what an earlier attempt, or an earlier search, left behind.
"""

from typing import Any, Final

from clusters.cloud.types import CreateResult

CLEARED_ERROR: Final[dict[str, Any]] = {
    "error_code": "",
    "error_message": "",
    "error_status": 0,
    "error_request_id": "",
    "error_raw": "",
    "waits_because": "",
}
"""No error, and no reason to wait."""

CLEARED_ABSENCE: Final[dict[str, Any]] = {"absent_scans": 0, "last_absent_at": None}
"""No listing has missed the cluster of this request yet."""


def error_columns(result: CreateResult) -> dict[str, Any]:
    """Return the cloud's error of this result, cut to what the columns hold."""
    return {
        "error_code": result.code[:64],
        "error_message": result.message,
        "error_status": result.status,
        "error_request_id": result.request_id[:128],
        "error_raw": result.raw,
        "waits_because": "",
    }
