"""
List all clusters of a cloud project, page by page.

https://support.huaweicloud.com/intl/en-us/api-css/ListClustersDetails.html: a page begins
at a row number from 1 and has at most `limit` rows, at most 1000, the newest cluster
first. `totalSize` is a "number of clusters"; whether that of the page or of the list, and
what the pages show while clusters are created or deleted, the vendor does not say.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_noop

from clusters.cloud.errors import AnswerUnreadable
from clusters.cloud.types import Cloud, CloudCluster, ClusterPage, LeftOut

PAGE: Final = 1000
"""The `limit` of each call, in rows; the cloud may return fewer."""

MAX_RESTARTS: Final = 5
"""How many readings of the list are begun before the scan fails."""

MAX_PAGES: Final = 1000
"""How many pages one reading may have."""

_UNSTABLE: Final = gettext_noop("The cluster list changed under every reading of it.")


class ListChanged(Exception):
    """Clusters were added or deleted while the list was read; the reading restarts."""


@dataclass(frozen=True, kw_only=True)
class CompleteList:
    """Every cluster of the list, and the rows or parts that could not be read."""

    clusters: tuple[CloudCluster, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass
class _PagesRead:
    """
    What the pages have shown since the last restart.

    `left_out` counts the rows that could not be read as a cluster. `position` is that of
    the last row that could, in the cloud's list, counted from 1; it is right as long as
    nobody adds or deletes a cluster. `total` is the cloud's own number of rows, None where
    it is unknown or cannot be right. `longest` is the number of rows of the longest page.
    """

    clusters: dict[str, CloudCluster] = field(default_factory=dict)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    pages: int = 0
    position: int = 0
    last_id: str = ""
    total: int | None = None
    longest: int = 0

    def add_page(self, page: ClusterPage, *, start: int) -> bool:
        """Keep the page that begins at `start`; return whether it had a new cluster."""
        known = len(self.clusters)
        self.clusters.update((each.id, each) for each in page.clusters)
        if page.clusters:
            self.last_id = page.clusters[-1].id
            self.position = start + page.rows - 1
        # The larger count of each, not the sum: unreadable rows after the last cluster
        # are on the next page again.
        self.left_out |= Counter(page.left_out)
        self.total = self._plausible(page.total)
        self.pages += 1
        self.longest = max(self.longest, page.rows)
        return len(self.clusters) > known

    def _plausible(self, total: int | None) -> int | None:
        """Ignore a total below the rows seen, or one that may count unreadable rows."""
        if total is None or total < len(self.clusters) or self.left_out:
            return None
        return total

    @property
    def is_short(self) -> bool:
        """Whether the cloud says that there are more clusters than were seen."""
        return self.total is not None and len(self.clusters) < self.total

    def complete(self) -> CompleteList:
        """Return what was read as the whole list."""
        garbled = (
            LeftOut(
                what="clusters", why=_garbled_parts(each), may_be_ours=each.may_be_ours
            )
            for each in self.clusters.values()
            if each.garbled
        )
        return CompleteList(
            clusters=tuple(self.clusters.values()),
            left_out=(*self.left_out.elements(), *garbled),
        )


def list_all_clusters(cloud: Cloud) -> CompleteList:
    """
    Read the list page by page until a page shows no cluster that is new.

    Neither a short page nor the cloud's own total is taken for the end: the total may be
    that of one page. Two checks notice a list that changes meanwhile, and start again:

    * Each page begins with the last row of the one before. Where that row is missing, a
      cluster was deleted, and another one may have moved to a page that was read before.
    * The first page is read once more at the end, however short the list is: new clusters
      come in there, and a single wrong answer must not hide a cluster.

    :raises CloudError: if a page could not be read
    :raises AnswerUnreadable: if the list changed during each of `MAX_RESTARTS` readings, or
        has more than `MAX_PAGES` pages
    """
    for _ in range(MAX_RESTARTS):
        try:
            return _list_once(cloud)
        except ListChanged:
            continue
    raise AnswerUnreadable(_UNSTABLE)


def _list_once(cloud: Cloud) -> CompleteList:
    seen = _PagesRead()
    last_page = _read_pages(cloud, seen)
    is_full = seen.longest > 1 and last_page.rows == seen.longest
    if seen.longest == 1:
        _require_no_more_pages(cloud, seen)
    _require_unchanged_top(cloud, seen, last_page, is_full=is_full)
    return seen.complete()


def _read_pages(cloud: Cloud, seen: _PagesRead) -> ClusterPage:
    """Add page after page to `seen`; return the last one, which has nothing new."""
    page = cloud.list_page(start=1, limit=PAGE)
    has_new = seen.add_page(page, start=1)
    while has_new:
        if seen.pages > MAX_PAGES:
            raise AnswerUnreadable(_UNSTABLE)
        start = seen.position
        page = cloud.list_page(start=start, limit=PAGE)
        _require_overlap(seen, page)
        has_new = seen.add_page(page, start=start)
    return page


def _require_overlap(seen: _PagesRead, page: ClusterPage) -> None:
    if seen.last_id not in _ids(page):
        raise ListChanged


def _require_no_more_pages(cloud: Cloud, seen: _PagesRead) -> None:
    """
    Read the row after the only one that was shown.

    Where the cloud returns one row a page, a page that begins with the last row of the
    one before never shows another row.
    """
    # With an unreadable row the scan is incomplete in any case.
    if seen.left_out:
        return
    next_page = cloud.list_page(start=seen.position + 1, limit=PAGE)
    if any(each.id not in seen.clusters for each in next_page.clusters):
        raise ListChanged


def _require_unchanged_top(
    cloud: Cloud, seen: _PagesRead, last_page: ClusterPage, *, is_full: bool
) -> None:
    """
    Read the first page again: new clusters are listed there and shift all others down.

    No cluster was missed if the first page still shows one that was seen before.

    `is_full` says that `last_page`, which had nothing new, has as many rows as the longest
    page. Then new clusters may have shifted the list by one page, with unseen ones behind
    it: restart. Except where it is still the first page and the cloud's total says that
    there are no more: that cloud returns the same page for every `start`.

    :raises ListChanged: if a cluster may have been missed
    """
    known = set(seen.clusters)
    top = cloud.list_page(start=1, limit=PAGE)
    seen.add_page(top, start=1)
    if seen.is_short or (seen.clusters and not known & _ids(top)):
        raise ListChanged
    if is_full and (_ids(top) != _ids(last_page) or seen.total != len(seen.clusters)):
        raise ListChanged


def _ids(page: ClusterPage) -> set[str]:
    return {each.id for each in page.clusters}


def _garbled_parts(cluster: CloudCluster) -> str:
    """Return the first part that could not be read, and how many more there are."""
    _part, sentence = cluster.garbled[0]
    more = len(cluster.garbled) - 1
    also = f", and {more} more" if more else ""
    called = ", ".join(filter(None, (cluster.name, cluster.id)))
    return f"{called}: {sentence}{also}"
