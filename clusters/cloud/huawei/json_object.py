"""Typed looks into JSON that may hold anything."""

import json
from dataclasses import dataclass
from typing import Any, TypeAlias

from clusters.cloud.huawei.responses import clean


class UnexpectedShape(ValueError):
    """
    A value that is not what the documents promise; says where it stands.

    `found` is what stands there, as the cloud wrote it; it may be long, or a secret.
    """

    def __init__(self, where: str, promised: str, found: Any = None) -> None:
        super().__init__(f"{where} is not {promised}")
        self.found = "" if found is None else spelled(found)

    @property
    def sentence(self) -> str:
        """Say what is wrong, with what stands there."""
        return f"{self}: {self.found}" if self.found else str(self)


_Where: TypeAlias = "str | tuple[_Where, str, int | None]"
"""A place in the JSON: its words, or the place it stands in, its name and its position."""


class JsonObject:
    """
    One JSON object, asked by name and type.

    Of several names the first one that is there counts; null counts as not there. What
    is there with a wrong type raises UnexpectedShape, which names its place.
    """

    # A list of a thousand clusters makes some thousands of these: so no dictionary for
    # each, and the words of a place only when something is wrong with it.
    __slots__ = ("_values", "_where")

    def __init__(self, value: Any, where: _Where) -> None:
        if not isinstance(value, dict):
            raise UnexpectedShape(_words_for(where), "an object", value)
        self._values: dict[str, Any] = value
        self._where = where

    def text(self, *names: str) -> str:
        """Return a text, or a whole number as text; empty where there is none."""
        for name in names:
            value = self._values.get(name)
            if isinstance(value, str):
                return clean(value)
            if value is not None:
                return self._whole_number_as_text(name, value)
        return ""

    def required_text(self, *names: str) -> str:
        """Return a text that must not be missing or empty."""
        found = self.text(*names)
        if not found:
            raise self.wrong(names[0], "there")
        return found

    def integer(self, *names: str) -> int | None:
        """Return a whole number, which may stand in a string."""
        name, value = self._first(names)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:18])
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(name, "a whole number")
        return value

    def object(self, *names: str) -> "JsonObject | None":
        """Return an object."""
        name, value = self._first(names)
        return None if value is None else JsonObject(value, (self._where, name, None))

    def objects(self, *names: str) -> tuple["JsonObject", ...]:
        """Return a list of objects; empty where there is none."""
        return tuple(item.as_object() for item in self.items(*names))

    def items(self, *names: str) -> tuple["Item", ...]:
        """Return a list of anything; empty where there is none."""
        name, items = self._list(names)
        return tuple(
            Item(item, (self._where, name, position))
            for position, item in enumerate(items)
        )

    def required_items(self, name: str) -> tuple["Item", ...]:
        """
        Return a list of anything that may be empty but must not be missing.

        Their places have no numbers: those of a page would differ from page to page.
        """
        if self._values.get(name) is None:
            raise self.wrong(name, "there")
        return tuple(
            Item(item.value, (self._where, name, None)) for item in self.items(name)
        )

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return a list of texts; empty where there is none."""
        name, items = self._list(names)
        if not all(isinstance(item, str) for item in items):
            raise self.wrong(name, "a list of texts")
        return tuple(clean(item) for item in items)

    def pairs(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return an object of any values as pairs of texts."""
        found = self.object(*names)
        if found is None:
            return ()
        return tuple(
            (clean(name), clean(str(value))) for name, value in found._values.items()
        )

    def spelled(self, *names: str) -> str:
        """Return a value of any type as the cloud wrote it; empty where there is none."""
        value = self._first(names)[1]
        return "" if value is None else spelled(value)

    def is_text(self, *names: str) -> bool:
        """Whether the value is a text."""
        return isinstance(self._first(names)[1], str)

    def _whole_number_as_text(self, name: str, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(name, "a text")
        return str(value)

    def _list(self, names: tuple[str, ...]) -> tuple[str, list[Any]]:
        name, value = self._first(names)
        if value is None:
            return name, []
        if not isinstance(value, list):
            raise self.wrong(name, "a list")
        return name, value

    def _first(self, names: tuple[str, ...]) -> tuple[str, Any]:
        for name in names:
            value = self._values.get(name)
            if value is not None:
                return name, value
        return names[0], None

    def wrong(self, name: str, promised: str) -> UnexpectedShape:
        """Return the error for what stands under this name."""
        where = _words_for((self._where, name, None))
        return UnexpectedShape(where, promised, self._values.get(name))


@dataclass(frozen=True)
class Item:
    """One item of a list, which may be anything, and its place."""

    value: Any
    where: _Where

    def as_object(self) -> JsonObject:
        """
        Return it as an object.

        :raises UnexpectedShape: if it is none
        """
        return JsonObject(self.value, self.where)

    def text(self, *names: str) -> str:
        """Return the first text under one of these names; empty where none is."""
        values = self.value if isinstance(self.value, dict) else {}
        for name in names:
            if isinstance(value := values.get(name), str) and value:
                return clean(value)
        return ""

    def wrong(self, promised: str) -> UnexpectedShape:
        """Return the error for the whole of it."""
        return UnexpectedShape(_words_for(self.where), promised)

    def told(self, sentence: str) -> str:
        """Return the sentence after the name and id of the item that it is about."""
        names = (self.text("name"), self.text("id", "availabilityZone"))
        called = ", ".join(filter(None, names))
        return f"{called}: {sentence}" if called else sentence


def spelled(value: Any) -> str:
    """Return a JSON value as the cloud wrote it."""
    try:
        return clean(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return "\u2026"


def _words_for(where: _Where) -> str:
    if isinstance(where, str):
        return where
    within, name, position = where
    return f"{_words_for(within)}.{name}" + (
        "" if position is None else f"[{position}]"
    )
