"""The error of one request: the portal's explanation and the cloud's message. Pure."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from clusters.explanations import GAVE_UP, Explanation, explain
from clusters.models import ClusterRequest


@dataclass(frozen=True, kw_only=True)
class ErrorCard:
    """
    The portal's explanation of an error, and what the cloud sent.

    `code` is empty if the message begins with it. `status` is the HTTP status, 0 without
    one. `raw` is the text of the response, if it was kept. `all_words` is one line with
    all of it for the clipboard, such as ``CSS.0001 · message · HTTP 400 · request id x``.
    """

    explanation: Explanation
    code: str
    message: str
    status: int
    request_id: str
    raw: str
    all_words: str


def error_card_of(cluster_request: ClusterRequest) -> ErrorCard | None:
    """Return the card; None if the request has no error."""
    row = cluster_request
    if row.error_code or row.error_message or row.error_status or row.error_raw:
        return _card(row, explain(row.error_code, row.error_status))
    if row.is_failed and row.cluster:
        return _card(row, GAVE_UP)
    return None


_OWN: Final = "portal."
"""The prefix of the portal's own codes, which are not shown as codes of the cloud."""


def _card(row: ClusterRequest, explanation: Explanation) -> ErrorCard:
    is_own = row.error_code.startswith(_OWN)
    is_said = bool(row.error_code) and row.error_message.startswith(row.error_code)
    code = "" if is_own or is_said else row.error_code
    return ErrorCard(
        explanation=explanation,
        code=code,
        message=row.error_message,
        status=row.error_status,
        request_id=row.error_request_id,
        raw=row.error_raw,
        all_words=_all_words(row, code),
    )


def _all_words(row: ClusterRequest, code: str) -> str:
    request_id = _("request id %(id)s") % {"id": row.error_request_id}
    parts = (
        code,
        row.error_message,
        f"HTTP {row.error_status}" if row.error_status else "",
        request_id if row.error_request_id else "",
    )
    return " · ".join(part for part in parts if part)
