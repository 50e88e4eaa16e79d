"""
What a page shows that came out of the database, without the words around it.

Words on pages change with each release, what they tell must not. So a page is reduced to

* its *values*: every token of its text, links and data attributes that holds a digit,
  since each value of the rows does (`values.py`), the states in `data-state`, and the
  health of a cluster, each as often as it is shown;
* the *order* in which it lists requests;
* its *wording*: the words that are left. They are compared with other pages of the same
  release only: two pages that said the same must say the same again, and two that did
  not must still differ. Renaming "look" to "scan" everywhere passes; a sentence about a
  broken cluster that is gone from one of five pages does not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_SILENT: Final = frozenset({"head", "script", "style", "svg"})
_LINKS: Final = ("href", "action", "formaction", "value", "title", "datetime")
_SPACE: Final = re.compile(r"[\s“”\"'(){}\[\]<>]+")
_EDGES: Final = ".,;:…!?·\N{EN DASH}-"
_SIGNED: Final = re.compile(r"cursor=|csrf")


@dataclass
class Shown:
    """What one page shows; `values` in the order of the page."""

    values: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def shown_by(html: str, labels: dict[str, str]) -> Shown:
    """Read a page; `labels` gives the value that each label of a health stands for."""
    reader = _Reader()
    reader.feed(html)
    shown = Shown(values=reader.attributes)
    text = " ".join(reader.text)
    for label, value in labels.items():
        count = text.count(label)
        shown.values += [f"health={value}"] * count
    for token in _tokens(text):
        (shown.values if re.search(r"\d", token) else shown.words).append(token)
    return shown


def _tokens(text: str) -> Iterator[str]:
    for token in _SPACE.split(text):
        if stripped := token.strip(_EDGES):
            yield stripped


class _Reader(HTMLParser):
    """Collects text and attributes of what stands in `main`, or of a whole fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.attributes: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag == "main":  # what was before is the frame of every page
            self.text.clear()
            self.attributes.clear()
        found = dict(attrs)
        if self._silent or found.get("name") == "csrfmiddlewaretoken":
            return
        for name, value in attrs:
            self._keep_attribute(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)

    def _keep_attribute(self, name: str, value: str) -> None:
        if name == "data-state":
            self.attributes.append(f"{name}={value}")
        elif name in _LINKS or name.startswith("data-"):
            if _SIGNED.search(value):
                return
            tokens = [each for each in _tokens(value) if re.search(r"\d", each)]
            if tokens:
                self.attributes.append(f"{name}={'-'.join(tokens)}")
