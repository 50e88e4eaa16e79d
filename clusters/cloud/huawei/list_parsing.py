"""
Parses a list item by item, so that an unreadable item does not affect the others.

See docs/adr/0023-one-bad-item-spoils-no-list.md.
"""

from collections.abc import Callable, Hashable
from operator import eq
from typing import Generic, TypeVar

from clusters.cloud.huawei.json_object import Item, JsonObject, UnexpectedShape
from clusters.cloud.unreadable import LeftOut

T = TypeVar("T")


class ItemCollector(Generic[T]):
    """
    The parsed items of one list, in order, and the items that were left out.

    Of two items with one key the first is kept. The second is left out, unless both are
    equal by `is_same`: it is not known which one is right. The kept item moves to the
    position of the second.

    :param what: name of the list in the API
    :param key: returns what identifies an item
    :param is_same: whether two items with one key are the same
    """

    def __init__(
        self,
        what: str,
        key: Callable[[T], Hashable],
        is_same: Callable[[T, T], bool] = eq,
    ) -> None:
        self.left_out: list[LeftOut] = []
        self._what = what
        self._key = key
        self._is_same = is_same
        self._found: dict[Hashable, T] = {}
        self._first_error: UnexpectedShape | None = None

    def add(self, item: Item, read: Callable[[JsonObject], T]) -> bool:
        """
        Parse an item with `read` and keep the result, or record why it is left out.

        :return: whether there is an item with its key now
        """
        try:
            value = read(item.as_object())
        except UnexpectedShape as error:
            self.leave_out(item, error)
            return False
        key = self._key(value)
        first = self._found[key] = self._found.pop(key, value)
        if not self._is_same(first, value):
            self.leave_out(item, item.shape_error("there only once"))
        return True

    def leave_out(self, item: Item, error: UnexpectedShape) -> None:
        """Record that this item is left out, and why."""
        self._first_error = self._first_error or error
        why = item.describe(error.sentence)
        self.left_out.append(LeftOut(what=self._what, why=why))

    @property
    def found(self) -> tuple[T, ...]:
        """The parsed items."""
        return tuple(self._found.values())

    def require_any(self) -> None:
        """
        Refuse a list that has items of which none could be parsed.

        :raises UnexpectedShape: the error of its first item
        """
        if self._first_error and not self._found:
            raise self._first_error
