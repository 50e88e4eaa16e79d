"""The header Retry-After: seconds, or a date (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_SECONDS: Final = 86_400.0
"""The longest wait, one day, whatever the header says."""

_SECONDS = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)


def retry_after_seconds(value: str, *, now: datetime) -> float | None:
    """
    Return how many seconds to wait, 0 to `LONGEST_SECONDS`; None if it is not valid.

    :param value: the header's value
    :param now: the current time, which a date is compared with
    """
    text = value.strip()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
    else:
        date = _date(text)
        if date is None:
            return None
        seconds = (date - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_SECONDS)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
