"""Taking from a list what can be read: one bad item does not spoil the others."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from clusters.cloud.huawei.fields import Fields, Item, WrongShape
from clusters.cloud.left_out import LeftOut

T = TypeVar("T")


class Readable(Generic[T]):
    """
    The readable items of one list, in their order, and those that are left out.

    `what` is the list in the cloud's word. Of two items that differ under one key the
    first one counts: nobody could tell which of them is meant.
    """

    def __init__(self, what: str, key: Callable[[T], Hashable]) -> None:
        self.left_out: list[LeftOut] = []
        self._what = what
        self._key = key
        self._found: dict[Hashable, T] = {}
        self._first: WrongShape | None = None

    def take(self, item: Item, read: Callable[[Fields], T]) -> None:
        """Keep what `read` makes of the item, or note why it makes nothing of it."""
        try:
            value = read(item.fields())
            if self._found.setdefault(self._key(value), value) != value:
                raise item.wrong("there only once")
        except WrongShape as error:
            self.leave_out(item, error)

    def leave_out(self, item: Item, error: WrongShape) -> None:
        """Note why this item is not among the others."""
        self._first = self._first or error
        why = item.told(error.sentence)
        self.left_out.append(LeftOut(what=self._what, why=why))

    def __len__(self) -> int:
        """Return how many could be read."""
        return len(self._found)

    @property
    def found(self) -> tuple[T, ...]:
        """Return what could be read."""
        return tuple(self._found.values())

    def refuse_none(self) -> None:
        """
        Refuse a list of which nothing could be read.

        :raises WrongShape: what was wrong with its first item
        """
        if self._first and not self._found:
            raise self._first
