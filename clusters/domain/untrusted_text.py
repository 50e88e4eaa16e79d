"""
Make text of people and clouds safe to show beside the portal's own text. Pure.

Stored and hashed text stays as it was written; only what is shown is changed.
"""

import re
import unicodedata
from functools import cache
from typing import Final

_KEPT: Final = frozenset("\n\t")
_MARKED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""
General categories of Unicode that are shown as code points: controls, format characters
(such as bidirectional controls and zero-width ones), surrogates, separators.
"""

_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164"
    "\ufe00-\ufe0d\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""
Invisible characters of other categories: Default_Ignorable_Code_Point (Unicode,
DerivedCoreProperties.txt) and blanks such as U+2800.
"""

_DOT_OF_A_HOST: Final = re.compile(
    r"(?<=\w)\.(?=[^\W\d_]{2})|(?<=\bwww)\."
    r"|(?<=[A-Za-z0-9])[\u3002\uff0e\uff61](?=[A-Za-z]{2})",
    re.IGNORECASE,
)
"""The dot of a host name, but not that of a version (7.10.2) or of a sentence."""


def marked(text: str) -> str:
    """
    Return the text with each invisible character as its code point, such as `[U+202E]`.

    Bidirectional controls, for example, would make a text look different from what it is
    (https://www.unicode.org/reports/tr36/).
    """
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """Return the `marked` text in one line, for a name or the subject of a mail."""
    return " ".join(marked(text).split())


def defused(text: str) -> str:
    """Return the text with its URLs and host names changed so that no mail links them."""
    return _DOT_OF_A_HOST.sub("[.]", text.replace("://", "[:]//"))


def name_in_mail(text: str) -> str:
    """Return a name of a person or a thing for a mail: one line, without links."""
    return defused(one_line(text))


def quoted(text: str) -> str:
    """
    Return the text as a mail quotes it: each line begins with "> ".

    So no line of it can be taken for the portal's own, and it has no links.
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
