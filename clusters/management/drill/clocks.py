"""The clock that Python's own code reads in one process, wrapped so that it can jump."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone


class _Offset:
    seconds = 0.0


_offset: Final = _Offset()
_real_time = time.time
_real_now = timezone.now


def wrap() -> None:
    """From now on `time.time` and Django's `timezone.now` are off by what was shifted."""
    time.time = _shifted_time
    timezone.now = _shifted_now


def shift(seconds: float) -> None:
    """Move the wrapped clocks by so much more; the system's own stay as they are."""
    _offset.seconds += seconds


def _shifted_time() -> float:
    return _real_time() + _offset.seconds


def _shifted_now() -> datetime:
    return _real_now().astimezone(UTC) + timedelta(seconds=_offset.seconds)
