"""How a value lies in a shared cache: as JSON text."""

import json
import logging
from typing import Any, Final

UNREADABLE: Final = object()
"""What `read` returns for text that is no JSON; a backend treats it as a miss."""

log = logging.getLogger(__name__)


def write(value: Any) -> str:
    """
    Return the text to store; a whole number is its digits, which Redis can count with.

    :raises TypeError: if JSON has no such value
    """
    return json.dumps(value)


def read(text: str | bytes, *, key: str) -> Any:
    """
    Return the value, or UNREADABLE.

    Others can write to the store, and older versions of the portal wrote pickles there.
    RecursionError: JSON that is nested too deeply.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        log.warning("cache.unreadable", extra={"key": key})
        return UNREADABLE
