"""
Reading values of a promised type out of JSON that may hold anything.

What is there with another type raises UnexpectedShape, which says where it stands, such
as ``answer.clusters[3].id``.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

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


class Location(NamedTuple):
    """
    A place in the JSON of a response: a name within another place.

    `position` is that of an item in the list of this name; None for the list itself.
    """

    name: str
    within: "Location | None" = None
    position: int | None = None

    def __str__(self) -> str:
        path = f"{self.within}.{self.name}" if self.within else self.name
        return path if self.position is None else f"{path}[{self.position}]"


RESPONSE: Final = Location("answer")
"""The whole body of a response."""


class JsonObject:
    """
    One JSON object, read by name and type.

    Of several names the first one that is there counts; null counts as not there.

    :raises UnexpectedShape: from each method, if what is there has another type
    """

    # A list of a thousand clusters makes some thousands of these: so no dictionary for
    # each, and a location becomes text only when something is wrong there.
    __slots__ = ("_location", "_values")

    def __init__(self, value: Any, location: Location = RESPONSE) -> None:
        if not isinstance(value, dict):
            raise UnexpectedShape(str(location), "an object", value)
        self._values: dict[str, Any] = value
        self._location = location

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
        return (
            None if value is None else JsonObject(value, Location(name, self._location))
        )

    def objects(self, *names: str) -> tuple["JsonObject", ...]:
        """Return a list of objects; empty where there is none."""
        return tuple(item.as_object() for item in self.items(*names))

    def items(self, *names: str) -> tuple["Item", ...]:
        """Return a list of anything; empty where there is none."""
        name, items = self._list(names)
        return tuple(
            Item(item, Location(name, self._location, position))
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
            Item(item.value, Location(name, self._location))
            for item in self.items(name)
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
        where = str(Location(name, self._location))
        return UnexpectedShape(where, promised, self._values.get(name))


@dataclass(frozen=True)
class Item:
    """One item of a list, which may be anything, and its place."""

    value: Any
    location: Location

    def as_object(self) -> JsonObject:
        """
        Return it as an object.

        :raises UnexpectedShape: if it is none
        """
        return JsonObject(self.value, self.location)

    def text(self, *names: str) -> str:
        """Return the first text under one of these names; empty where none is."""
        values = self.value if isinstance(self.value, dict) else {}
        for name in names:
            if isinstance(value := values.get(name), str) and value:
                return clean(value)
        return ""

    def wrong(self, promised: str) -> UnexpectedShape:
        """Return the error for the whole of it."""
        return UnexpectedShape(str(self.location), promised)

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
