"""
Reads values of the documented type from JSON that may hold anything.

A value of another type raises `UnexpectedShape`, which says where it is, such as
`answer.clusters[3].id`.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from clusters.cloud.huawei.responses import clean


class UnexpectedShape(ValueError):
    """
    A value does not have the documented type.

    :param where: its location, such as `answer.clusters[3].id`
    :param promised: what should be there, such as "a text"
    :ivar found: the value as JSON text; it may be long, or hold a secret
    """

    def __init__(self, where: str, promised: str, found: Any = None) -> None:
        super().__init__(f"{where} is not {promised}")
        self.found = "" if found is None else as_json(found)

    @property
    def sentence(self) -> str:
        """The error with the value that was found."""
        return f"{self}: {self.found}" if self.found else str(self)


class Location(NamedTuple):
    """
    A location in the JSON of a response: a name within another location.

    :ivar position: index of an item in the list of this name; None for the value itself
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
    A JSON object whose values are read by name and type.

    Methods that take several names return the value of the first one that is present,
    for fields with more than one spelling; null counts as absent.

    :raises UnexpectedShape: from each method, if the value has another type
    """

    # A list of a thousand clusters creates thousands of these: hence slots, and a
    # location that becomes text only in an error.
    __slots__ = ("_location", "_values")

    def __init__(self, value: Any, location: Location = RESPONSE) -> None:
        if not isinstance(value, dict):
            raise UnexpectedShape(str(location), "an object", value)
        self._values: dict[str, Any] = value
        self._location = location

    def text(self, *names: str) -> str:
        """Return a text, or an integer as text; empty if absent."""
        for name in names:
            value = self._values.get(name)
            if isinstance(value, str):
                return clean(value)
            if value is not None:
                return self._whole_number_as_text(name, value)
        return ""

    def required_text(self, *names: str) -> str:
        """Return a text that must be present and not empty."""
        found = self.text(*names)
        if not found:
            raise self.shape_error(names[0], "there")
        return found

    def integer(self, *names: str) -> int | None:
        """Return an integer, or a string of digits as one; None if absent."""
        name, value = self._first(names)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:18])
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.shape_error(name, "a whole number")
        return value

    def flag(self, *names: str) -> bool | None:
        """Return a boolean, or "true" and "false" as one; None if absent."""
        name, value = self._first(names)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is None or isinstance(value, bool):
            return value
        raise self.shape_error(name, "true or false")

    def object(self, *names: str) -> "JsonObject | None":
        """Return an object; None if absent."""
        name, value = self._first(names)
        return (
            None if value is None else JsonObject(value, Location(name, self._location))
        )

    def objects(self, *names: str) -> tuple["JsonObject", ...]:
        """Return a list of objects; empty if absent."""
        return tuple(item.as_object() for item in self.items(*names))

    def items(self, *names: str) -> tuple["Item", ...]:
        """Return a list of items of any type; empty if absent."""
        name, items = self._list(names)
        return tuple(
            Item(item, Location(name, self._location, position))
            for position, item in enumerate(items)
        )

    def required_items(self, name: str) -> tuple["Item", ...]:
        """
        Return a list of items of any type that must be present; it may be empty.

        The locations of the items have no index: one row of a paginated list would have
        another one on each page, and errors about it could not be recognised as equal.
        """
        if self._values.get(name) is None:
            raise self.shape_error(name, "there")
        return tuple(
            Item(item.value, Location(name, self._location))
            for item in self.items(name)
        )

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return a list of texts; empty if absent."""
        name, items = self._list(names)
        if not all(isinstance(item, str) for item in items):
            raise self.shape_error(name, "a list of texts")
        return tuple(clean(item) for item in items)

    def pairs(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return an object with values of any type as pairs of texts; () if absent."""
        found = self.object(*names)
        if found is None:
            return ()
        return tuple(
            (clean(name), clean(str(value))) for name, value in found._values.items()
        )

    def as_json(self, *names: str) -> str:
        """Return a value of any type as JSON text; empty if absent."""
        value = self._first(names)[1]
        return "" if value is None else as_json(value)

    def is_text(self, *names: str) -> bool:
        """Whether the value is a text."""
        return isinstance(self._first(names)[1], str)

    def _whole_number_as_text(self, name: str, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.shape_error(name, "a text")
        return str(value)

    def _list(self, names: tuple[str, ...]) -> tuple[str, list[Any]]:
        name, value = self._first(names)
        if value is None:
            return name, []
        if not isinstance(value, list):
            raise self.shape_error(name, "a list")
        return name, value

    def _first(self, names: tuple[str, ...]) -> tuple[str, Any]:
        for name in names:
            value = self._values.get(name)
            if value is not None:
                return name, value
        return names[0], None

    def shape_error(self, name: str, promised: str) -> UnexpectedShape:
        """Return the error for the value of this name."""
        where = str(Location(name, self._location))
        return UnexpectedShape(where, promised, self._values.get(name))


@dataclass(frozen=True)
class Item:
    """One item of a list, of any type, and its location."""

    value: Any
    location: Location

    def as_object(self) -> JsonObject:
        """
        Return the item as an object.

        :raises UnexpectedShape: if it is of another type
        """
        return JsonObject(self.value, self.location)

    def text(self, *names: str) -> str:
        """Return the first text of these names that is not empty; "" if there is none."""
        values = self.value if isinstance(self.value, dict) else {}
        for name in names:
            if isinstance(value := values.get(name), str) and value:
                return clean(value)
        return ""

    def shape_error(self, promised: str) -> UnexpectedShape:
        """Return the error for the item as a whole."""
        return UnexpectedShape(str(self.location), promised)

    def describe(self, sentence: str) -> str:
        """Return the sentence with the name and id of the item before it."""
        names = (self.text("name"), self.text("id", "availabilityZone"))
        label = ", ".join(filter(None, names))
        return f"{label}: {sentence}" if label else sentence


def as_json(value: Any) -> str:
    """Return a value as JSON text; an ellipsis if it is nested too deeply."""
    try:
        return clean(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return "\u2026"
