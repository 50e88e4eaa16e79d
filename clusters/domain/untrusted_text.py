"""
What people and clouds wrote, made safe to show beside the portal's own words. Pure.

Kept and hashed as it was written; only what is shown changes.
"""

import re
import unicodedata
from functools import cache
from typing import Final

_KEPT: Final = frozenset("\n\t")
_MARKED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, formats (directions, zero widths, tags), halves of pairs, separators."""

_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164"
    "\ufe00-\ufe0d\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Of other categories, and drawn as nothing: Default_Ignorable_Code_Point, and blanks."""

_DOT_OF_A_HOST: Final = re.compile(
    r"(?<=\w)\.(?=[^\W\d_]{2})|(?<=\bwww)\."
    r"|(?<=[A-Za-z0-9])[\u3002\uff0e\uff61](?=[A-Za-z]{2})",
    re.IGNORECASE,
)
"""Not that of a version (7.10.2), nor that of a sentence."""


def marked(text: str) -> str:
    """
    Return the text with everything that cannot be seen named, as in `[U+202E]`.

    Bidirectional controls among it: they would let a text read other than it is.
    """
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """Return the text marked, in one line: for a name, or the subject of a mail."""
    return " ".join(marked(text).split())


def defused(text: str) -> str:
    """Return the text with no link in it that a mail program would make clickable."""
    return _DOT_OF_A_HOST.sub("[.]", text.replace("://", "[:]//"))


def name_in_mail(text: str) -> str:
    """Return what somebody is called, or called something: one line, without a link."""
    return defused(one_line(text))


def quoted(text: str) -> str:
    """
    Return the text as a mail quotes it: each line begins with "> ".

    So no line of it can stand for one of the portal's own, and no link in it is one.
    """
    return "\n".join(f"> {line}" for line in defused(marked(text)).split("\n"))


@cache
def _shown(character: str) -> str:
    if character in _KEPT:
        return character
    hidden = unicodedata.category(character) in _MARKED_CATEGORIES
    if hidden or _BLANK.match(character):
        return f"[U+{ord(character):04X}]"
    return character
