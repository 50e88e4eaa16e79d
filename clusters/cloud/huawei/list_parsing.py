"""Taking from a list what can be read: one bad item does not spoil the others."""

from collections.abc import Callable, Hashable
from operator import eq
from typing import Generic, TypeVar

from clusters.cloud.huawei.json_object import Item, JsonObject, UnexpectedShape
from clusters.cloud.unreadable import LeftOut

T = TypeVar("T")


class Readable(Generic[T]):
    """
    The readable items of one list, in their order, and those that are left out.

    `what` is the list in the cloud's word. Of two items under one key the first one
    counts; unless they are the `same`, the other one is left out: nobody could tell which
    of them is meant. Their place in the order is that of the last of them.
    """

    def __init__(
        self,
        what: str,
        key: Callable[[T], Hashable],
        same: Callable[[T, T], bool] = eq,
    ) -> None:
        self.left_out: list[LeftOut] = []
        self._what = what
        self._key = key
        self._same = same
        self._found: dict[Hashable, T] = {}
        self._first: UnexpectedShape | None = None

    def take(self, item: Item, read: Callable[[JsonObject], T]) -> bool:
        """
        Keep what `read` makes of the item, or note why it makes nothing of it.

        :return: whether something can be found under its key now
        """
        try:
            value = read(item.as_object())
        except UnexpectedShape as error:
            self.leave_out(item, error)
            return False
        key = self._key(value)
        first = self._found[key] = self._found.pop(key, value)
        if not self._same(first, value):
            self.leave_out(item, item.wrong("there only once"))
        return True

    def leave_out(self, item: Item, error: UnexpectedShape) -> None:
        """Note why this item is not among the others."""
        self._first = self._first or error
        why = item.told(error.sentence)
        self.left_out.append(LeftOut(what=self._what, why=why))

    @property
    def found(self) -> tuple[T, ...]:
        """Return what could be read."""
        return tuple(self._found.values())

    def refuse_none(self) -> None:
        """
        Refuse a list of which nothing could be read.

        :raises UnexpectedShape: what was wrong with its first item
        """
        if self._first and not self._found:
            raise self._first
