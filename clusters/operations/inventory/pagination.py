"""Walk through the whole cluster list of a cloud project, however it pages."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_noop

from clusters.cloud.errors import AnswerUnreadable
from clusters.cloud.types import Cloud, CloudCluster, ClusterPage, LeftOut

PAGE: Final = 1000
MAX_RESTARTS: Final = 5
MAX_PAGES: Final = 1000

_RESTLESS: Final = gettext_noop("The cluster list changed under every reading of it.")


class ListChanged(Exception):
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

    `place` is the position of the last row that brought a cluster, counted from 1, as
    long as nobody adds or deletes one.
    """

    clusters: dict[str, CloudCluster] = field(default_factory=dict)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    place: int = 0
    last_id: str = ""
    total: int | None = None

    def take(self, page: ClusterPage, *, start: int) -> bool:
        """Keep the page that begins there; whether it brought anything new."""
        new = [each for each in page.clusters if each.id not in self.clusters]
        self.clusters.update((each.id, each) for each in page.clusters)
        if page.clusters:
            self.last_id = page.clusters[-1].id
            self.place = start + page.rows - 1
        # Those after the last cluster stand on the next page once more.
        self.left_out |= Counter(page.left_out)
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


def list_all_clusters(cloud: Cloud) -> Walked:
    """
    Return every cluster that the list shows; only a page without news is the end.

    Neither a short page is, nor the cloud's own total: it may be that of a page. Each page
    repeats the last row of the one before: where it is missing, somebody deleted a cluster
    meanwhile, and the walk begins again. The first page is read twice, however short the
    list is: a single false answer shall not hide a cluster.

    :raises CloudError: if a page could not be read, or the list did not hold still
    """
    for _ in range(MAX_RESTARTS):
        try:
            return _walk_once(cloud)
        except ListChanged:
            continue
    raise AnswerUnreadable(_RESTLESS)


def _walk_once(cloud: Cloud) -> Walked:
    seen = _Walk()
    page = cloud.list_page(start=1, limit=PAGE)
    longest, fresh = page.rows, seen.take(page, start=1)
    for _ in range(MAX_PAGES):
        if not fresh:
            break
        start = seen.place
        page = cloud.list_page(start=start, limit=PAGE)
        _refuse_gap(seen.last_id, page.clusters)
        longest, fresh = max(longest, page.rows), seen.take(page, start=start)
    else:
        raise AnswerUnreadable(_RESTLESS)
    if longest == 1:
        _refuse_pages_of_one(cloud, seen)
    _refuse_moved_top(cloud, seen, page, is_whole=1 < longest == page.rows)
    return seen.walked()


def _refuse_pages_of_one(cloud: Cloud, seen: _Walk) -> None:
    """Look behind the only row: where a page has no more, each one repeats just that."""
    # A row that brings no cluster keeps the look from counting anyway.
    if seen.left_out:
        return
    behind = cloud.list_page(start=seen.place + 1, limit=PAGE)
    if any(each.id not in seen.clusters for each in behind.clusters):
        raise ListChanged


def _refuse_moved_top(
    cloud: Cloud, seen: _Walk, page: ClusterPage, *, is_whole: bool
) -> None:
    """
    Read the top once more: new clusters come in there and push rows down.

    They hide none, as long as one that we knew comes right after them. `page`, the last
    one, brought no news. Where it `is_whole`, it was pushed down by its own length, and
    what we have not seen may come after it; but not where it is still the top, and all
    that there is: then the cloud does not heed where a page is to begin.
    """
    known = set(seen.clusters)
    top = cloud.list_page(start=1, limit=PAGE)
    seen.take(top, start=1)
    newest = _ids(top)
    if seen.is_short or (seen.clusters and not known & newest):
        raise ListChanged
    if is_whole and (newest != _ids(page) or seen.total != len(seen.clusters)):
        raise ListChanged


def _ids(page: ClusterPage) -> set[str]:
    return {each.id for each in page.clusters}


def _told(cluster: CloudCluster) -> str:
    """Say what is garbled first, and how much more is."""
    _part, sentence = cluster.garbled[0]
    more = len(cluster.garbled) - 1
    also = f", and {more} more" if more else ""
    called = ", ".join(filter(None, (cluster.name, cluster.id)))
    return f"{called}: {sentence}{also}"


def _refuse_gap(last_id: str, clusters: Iterable[CloudCluster]) -> None:
    if last_id not in {each.id for each in clusters}:
        raise ListChanged
