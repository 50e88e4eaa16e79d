"""
Keyset pagination of lists of requests.

A page costs the same however far down the list it is. The cursor is signed, so that only
values which the portal itself wrote are read back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from clusters.models import ClusterRequest
from clusters.models.request import ClusterRequestQuerySet

PAGE_SIZE: Final = 50
_NEXT: Final = "n"
_PREVIOUS: Final = "p"
_SIGNER: Final = Signer(salt="clusters.cursor")


@dataclass(frozen=True)
class Cursor:
    """A row, and whether the page is before (`p`) or after it (`n`)."""

    direction: str
    created_at: datetime
    request_id: UUID


@dataclass(frozen=True)
class Page:
    """Rows to show; `previous` and `next` are relative URLs, empty if there is no page."""

    rows: list[ClusterRequest]
    previous: str = ""
    next: str = ""


def paginate(
    rows: ClusterRequestQuerySet, query: QueryDict, *, oldest_first: bool = False
) -> Page:
    """
    Return the page that `cursor` in the query names, with links that keep the query.

    An invalid cursor, or one that leads to no row, gives the first page.
    """
    cursor = read_cursor(query.get("cursor", ""))
    page = _page(rows, query, cursor, oldest_first=oldest_first)
    if page is None:
        page = _page(rows, query, None, oldest_first=oldest_first)
    return page or Page(rows=[])


def read_cursor(text: str) -> Cursor | None:
    """Return the cursor that `_link` wrote; None for any other text."""
    try:
        direction, created_at, request_id = _SIGNER.unsign_object(text)
        return Cursor(direction, datetime.fromisoformat(created_at), UUID(request_id))
    except (BadSignature, ValueError, TypeError):
        return None


def _page(
    rows: ClusterRequestQuerySet,
    query: QueryDict,
    cursor: Cursor | None,
    *,
    oldest_first: bool,
) -> Page | None:
    """
    Return the page at the cursor; None if it has no rows, or if it is the first page.

    Fetches one row more than a page holds, to know whether another page follows.
    """
    backwards = cursor is not None and cursor.direction == _PREVIOUS
    ordered = _from(rows, cursor, ascending=oldest_first != backwards)
    found = list(ordered[: PAGE_SIZE + 1])
    shown, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    if cursor and (not shown or (backwards and not more)):
        return None
    if backwards:
        shown.reverse()
    before, after = (more, True) if backwards else (cursor is not None, more)
    return Page(
        rows=shown,
        previous=_link(query, _PREVIOUS, shown[0]) if before else "",
        next=_link(query, _NEXT, shown[-1]) if after else "",
    )


def _from(
    rows: ClusterRequestQuerySet, cursor: Cursor | None, *, ascending: bool
) -> ClusterRequestQuerySet:
    ordered = rows.newest_first().reverse() if ascending else rows.newest_first()
    if cursor is None:
        return ordered
    place = (cursor.created_at, cursor.request_id)
    return ordered.after(*place) if ascending else ordered.before(*place)


def _link(query: QueryDict, direction: str, row: ClusterRequest) -> str:
    changed = query.copy()
    changed["cursor"] = _SIGNER.sign_object(
        [direction, row.created_at.isoformat(), row.id.hex], compress=True
    )
    return f"?{changed.urlencode()}"
