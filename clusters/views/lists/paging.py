"""Pages of a long list by keyset: cheap on page one and on page a thousand."""

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
    """A row, and on which side of it the page lies."""

    direction: str
    created_at: datetime
    request_id: UUID


@dataclass(frozen=True)
class Page:
    """Rows to show; `previous` and `next` are links, empty where nothing follows."""

    rows: list[ClusterRequest]
    previous: str = ""
    next: str = ""


def paginate(
    rows: ClusterRequestQuerySet, query: QueryDict, *, oldest_first: bool = False
) -> Page:
    """
    Return the page that `cursor` in the query names, with links that keep the query.

    A cursor that is not ours, or that leads to no row, is the first page.
    """
    cursor = read_cursor(query.get("cursor", ""))
    page = _page(rows, query, cursor, oldest_first=oldest_first)
    if page is None:
        page = _page(rows, query, None, oldest_first=oldest_first)
    return page or Page(rows=[])


def read_cursor(text: str) -> Cursor | None:
    """Read what `_write` wrote; None for anything else."""
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
    """Fetch one row more than fits: it says whether there is more that way."""
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
