"""What a page says: its rows, its links, and many rows at once."""

import re
import uuid
from datetime import timedelta
from html import unescape

from django.http import HttpResponse

from clusters.models import ClusterRequest
from tests.factories import NOON, cluster_request


def names(page: HttpResponse) -> list[str]:
    """Return the names of the requests that a list shows, in its order."""
    rows = r'data-request-id="[^"]+".*?<a[^>]*>([^<]+)</a>'
    return re.findall(rows, page.content.decode(), re.S)


def link(page: HttpResponse, rel: str) -> str:
    """Return where Next or Previous leads, or an empty string."""
    found = re.search(rf'rel="{rel}"\s+href="([^"]+)"', page.content.decode())
    return unescape(found[1]) if found else ""


def many(count: int) -> list[str]:
    """Make this many requests, a minute apart, and return their names, newest first."""
    first = cluster_request("many-000")
    rows = [_copy(first, number) for number in range(1, count)]
    ClusterRequest.objects.bulk_create(rows)
    return [first.name, *(row.name for row in rows)]


def _copy(first: ClusterRequest, number: int) -> ClusterRequest:
    row = ClusterRequest.objects.get(id=first.id)
    row.id, row.submission_key = uuid.uuid4(), uuid.uuid4()
    row.name = f"many-{number:03}"
    row.created_at = NOON - timedelta(minutes=number)
    return row
