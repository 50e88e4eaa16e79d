"""Typed looks into JSON that may hold anything."""

from typing import Any, TypeAlias

from clusters.cloud.huawei.answers import clean


class WrongShape(ValueError):
    """A value that is not what the documents promise; says where it stands."""

    def __init__(self, where: str, promised: str) -> None:
        super().__init__(f"{where} is not {promised}")


_Where: TypeAlias = "str | tuple[_Where, str, int | None]"
"""A place in the JSON: its words, or the place it stands in, its name and its position."""


class Fields:
    """
    One JSON object, asked by name and type.

    Of several names the first one that is there counts; null counts as not there. What
    is there with a wrong type raises WrongShape, which names its place.
    """

    # A list of a thousand clusters makes some thousands of these: so no dictionary for
    # each, and the words of a place only when something is wrong with it.
    __slots__ = ("_values", "_where")

    def __init__(self, value: Any, where: _Where) -> None:
        if not isinstance(value, dict):
            raise WrongShape(_words_for(where), "an object")
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
            raise self._wrong(names[0], "there")
        return found

    def integer(self, *names: str) -> int | None:
        """Return a whole number, which may stand in a string."""
        name, value = self._first(names)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:18])
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "a whole number")
        return value

    def object(self, *names: str) -> "Fields | None":
        """Return an object."""
        name, value = self._first(names)
        return None if value is None else Fields(value, (self._where, name, None))

    def objects(self, *names: str) -> tuple["Fields", ...]:
        """Return a list of objects; empty where there is none."""
        name, items = self._list(names)
        return tuple(
            Fields(item, (self._where, name, position))
            for position, item in enumerate(items)
        )

    def required_objects(self, name: str) -> tuple["Fields", ...]:
        """Return a list of objects that may be empty but must not be missing."""
        if self._values.get(name) is None:
            raise self._wrong(name, "there")
        return self.objects(name)

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return a list of texts; empty where there is none."""
        name, items = self._list(names)
        if not all(isinstance(item, str) for item in items):
            raise self._wrong(name, "a list of texts")
        return tuple(clean(item) for item in items)

    def pairs(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return an object of any values as pairs of texts."""
        found = self.object(*names)
        if found is None:
            return ()
        return tuple(
            (clean(name), clean(str(value))) for name, value in found._values.items()
        )

    def is_text(self, *names: str) -> bool:
        """Whether the value is a text."""
        return isinstance(self._first(names)[1], str)

    def _whole_number_as_text(self, name: str, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "a text")
        return str(value)

    def _list(self, names: tuple[str, ...]) -> tuple[str, list[Any]]:
        name, value = self._first(names)
        if value is None:
            return name, []
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return name, value

    def _first(self, names: tuple[str, ...]) -> tuple[str, Any]:
        for name in names:
            value = self._values.get(name)
            if value is not None:
                return name, value
        return names[0], None

    def _wrong(self, name: str, promised: str) -> WrongShape:
        return WrongShape(_words_for((self._where, name, None)), promised)


def _words_for(where: _Where) -> str:
    if isinstance(where, str):
        return where
    within, name, position = where
    return f"{_words_for(within)}.{name}" + (
        "" if position is None else f"[{position}]"
    )
