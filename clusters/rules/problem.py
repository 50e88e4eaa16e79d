"""The result of a violated rule, and the formatting of values inside its message."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_LARGEST: Final = 10**15
"""Integers in messages are clamped to this absolute value."""
_SHOWN: Final = 60
"""A message repeats at most this many characters of a submitted value."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """
    A violated rule.

    `field` is the name of a field of the request form; `message` is a translated
    sentence for the requester.
    """

    field: str
    message: "str | _StrPromise"


def problem(field: str, message: "str | _StrPromise", **values: object) -> Problem:
    """
    Return a problem; the message is translated and formatted when it is rendered.

    :param message: a lazy translation with ``str.format`` placeholders
    :param values: the values of the placeholders
    """
    shown = {key: _shown(value) for key, value in values.items()}
    return Problem(field=field, message=format_lazy(message, **shown))


def listed(values: Iterable[object]) -> "str | _StrPromise":
    """Return values joined by commas, or a translated "none"."""
    return ", ".join(str(value) for value in values) or _("none")


def spelled(character: str) -> "str | _StrPromise":
    """Return a printable name for one character: the character in quotes or words."""
    if character == " ":
        return _("a space")
    return f"“{character}”" if character.isprintable() else _("an invisible character")


def _shown(value: object) -> object:
    if isinstance(value, Promise):
        return value
    if isinstance(value, int):
        # Python raises ValueError when it converts an integer of over 4,300 digits.
        return f"{max(-_LARGEST, min(value, _LARGEST)):,}"
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
