"""A problem and the small words that its sentences are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_LARGEST: Final = 10**15
_SHOWN: Final = 60
"""Of a value that somebody sent, how many characters a sentence repeats."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What stands in the way, at which field of the form, in words for a person."""

    field: str
    message: "str | _StrPromise"


def problem(field: str, message: "str | _StrPromise", **values: object) -> Problem:
    """Return a problem whose sentence is filled in when it is shown."""
    shown = {key: _shown(value) for key, value in values.items()}
    return Problem(field=field, message=format_lazy(message, **shown))


def listed(values: Iterable[object]) -> "str | _StrPromise":
    """Return values as a list in a sentence."""
    return ", ".join(str(value) for value in values) or _("none")


def spelled(character: str) -> "str | _StrPromise":
    """Return how to name one character in a sentence."""
    if character == " ":
        return _("a space")
    return f"“{character}”" if character.isprintable() else _("an invisible character")


def _shown(value: object) -> object:
    if isinstance(value, Promise):
        return value
    if isinstance(value, int):
        # Clamped: Python refuses to write out integers of thousands of digits.
        return f"{max(-_LARGEST, min(value, _LARGEST)):,}"
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
