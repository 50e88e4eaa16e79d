"""Values of a shared cache, stored as JSON text."""

import json
import logging
from typing import Any, Final

UNREADABLE: Final = object()
"""Returned by `read` for text that is not JSON; a cache miss for the backends."""

log = logging.getLogger(__name__)


def write(value: Any) -> str:
    """
    Return the JSON text; an integer is its digits, so that Redis can increment it.

    :raises TypeError: if the value cannot be serialized
    """
    return json.dumps(value)


def read(text: str | bytes, *, key: str) -> Any:
    """
    Return the value, or UNREADABLE.

    Other programs can write to the store, and older versions of the portal wrote pickles.
    Deeply nested JSON raises RecursionError.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        log.warning("cache.unreadable", extra={"key": key})
        return UNREADABLE
