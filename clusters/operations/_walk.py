"""Walk through the whole cluster list of a cloud project, however it pages."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_noop

from clusters.cloud.errors import AnswerUnreadable
from clusters.cloud.types import Cloud, CloudCluster, ClusterPage, LeftOut

PAGE: Final = 1000
MAX_BEGINNINGS: Final = 5
MAX_PAGES: Final = 1000

_RESTLESS: Final = gettext_noop("The cluster list changed under every reading of it.")


class ListMoved(Exception):
    """A row that we had seen is gone from under the walk: somebody deleted."""


@dataclass(frozen=True, kw_only=True)
class Walked:
    """Every cluster that the list shows, and what of the list could not be read."""

    clusters: tuple[CloudCluster, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass
class _Walk:
    """
    What one beginning has seen: clusters by id, and the rows that brought none.

    `place` is the position of the last cluster, counted from 1, as long as nobody adds
    or deletes one.
    """

    clusters: dict[str, CloudCluster] = field(default_factory=dict)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    skipped: int = 0
    last_id: str = ""
    total: int | None = None

    @property
    def place(self) -> int:
        return len(self.clusters) + self.skipped

    def take(self, page: ClusterPage) -> bool:
        """Keep a page; whether it brought anything new."""
        new = [each for each in page.clusters if each.id not in self.clusters]
        self.clusters.update((each.id, each) for each in page.clusters)
        if page.clusters:
            self.last_id = page.clusters[-1].id
        # Those after the last cluster stand on the next page once more.
        self.left_out |= Counter(page.left_out)
        self.skipped += page.skipped
        # A total below what is seen is none, and it may count rows that bring nothing.
        is_total = page.total is not None and page.total >= len(self.clusters)
        self.total = page.total if is_total and not self.left_out else None
        return bool(new)

    def walked(self) -> Walked:
        """Return all of it."""
        garbled = (
            LeftOut(what="clusters", why=_told(each), may_be_ours=each.may_be_ours)
            for each in self.clusters.values()
            if each.garbled
        )
        return Walked(
            clusters=tuple(self.clusters.values()),
            left_out=(*self.left_out.elements(), *garbled),
        )

    @property
    def is_short(self) -> bool:
        """Whether the cloud says that there is more than we have."""
        return self.total is not None and len(self.clusters) < self.total


def walk(cloud: Cloud) -> Walked:
    """
    Return every cluster that the list shows; only a page without news is the end.

    Neither a short page is, nor the cloud's own total: it may be that of a page. Each page repeats the last row of the one before: where it is missing, somebody
    deleted a cluster meanwhile, and the walk begins again. The first page is read twice,
    however short the list is: a single false answer shall not hide a cluster.

    :raises CloudError: if a page could not be read, or the list did not hold still
    """
    for _ in range(MAX_BEGINNINGS):
        try:
            return _walk_once(cloud)
        except ListMoved:
            continue
    raise AnswerUnreadable(_RESTLESS)


def _walk_once(cloud: Cloud) -> Walked:
    seen = _Walk()
    page = cloud.list_page(start=1, limit=PAGE)
    longest, fresh = len(page.clusters), seen.take(page)
    for _ in range(MAX_PAGES):
        if not fresh:
            break
        page = cloud.list_page(start=seen.place, limit=PAGE)
        _refuse_gap(seen.last_id, page.clusters)
        longest, fresh = max(longest, len(page.clusters)), seen.take(page)
        if not fresh and 1 < longest == len(page.clusters):
            # Pushed down by a whole page: what we have not seen may come after it.
            raise ListMoved
    else:
        raise AnswerUnreadable(_RESTLESS)
    # New clusters come in on top and push rows down, so the top is read once more. They
    # hide none, as long as one that we knew comes right after them.
    known = set(seen.clusters)
    top = cloud.list_page(start=1, limit=PAGE)
    seen.take(top)
    if seen.is_short or (known and not known & {each.id for each in top.clusters}):
        raise ListMoved
    return seen.walked()


def _told(cluster: CloudCluster) -> str:
    """Say what is garbled first, and how much more is."""
    _part, sentence = cluster.garbled[0]
    more = len(cluster.garbled) - 1
    also = f", and {more} more" if more else ""
    called = ", ".join(filter(None, (cluster.name, cluster.id)))
    return f"{called}: {sentence}{also}"


def _refuse_gap(last_id: str, clusters: Iterable[CloudCluster]) -> None:
    if last_id not in {each.id for each in clusters}:
        raise ListMoved
