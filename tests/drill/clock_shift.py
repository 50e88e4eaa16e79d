"""A shifted clock for the Python code of one process; the system clock stays."""

import sys
import time
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Final

from django.utils import timezone


class _Offset:
    seconds = 0.0


_offset: Final = _Offset()
_real_time = time.time
_real_now = timezone.now


def wrap() -> None:
    """
    Replace `time.time` and Django's `timezone.now` by clocks that `shift` moves.

    Also in modules that imported the functions by name, because no real process reads
    two clocks that are an hour apart.
    """
    shifted = {_real_time: _shifted_time, _real_now: _shifted_now}
    for module in list(sys.modules.values()):
        if not isinstance(module, ModuleType) or module.__name__ == __name__:
            continue
        for name, value in list(vars(module).items()):
            if value is _real_time or value is _real_now:
                setattr(module, name, shifted[value])


def shift(seconds: float) -> None:
    """Shift the replaced clocks further by so many seconds."""
    _offset.seconds += seconds


def _shifted_time() -> float:
    return _real_time() + _offset.seconds


def _shifted_now() -> datetime:
    return _real_now().astimezone(UTC) + timedelta(seconds=_offset.seconds)
