"""
Paths of VPC, its responses parsed to values, and its pagination.

Source: VPC API Reference v1, Querying VPCs, Querying Subnets, Querying Security Groups.
A list is paginated by `limit` and `marker`, the id of the last row of the page before.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from clusters.cloud.errors import AnswerUnreadable, CloudRefused, TokenRefused
from clusters.cloud.huawei.json_object import JsonObject
from clusters.cloud.huawei.list_parsing import ItemCollector
from clusters.cloud.types import CloudSecurityGroup, CloudSubnet, CloudVpc
from clusters.cloud.unreadable import LONGEST, LeftOut, Note, unnoted

VPCS_PATH = "/v1/{project_id}/vpcs"
SUBNETS_PATH = "/v1/{project_id}/subnets"
SECURITY_GROUPS_PATH = "/v1/{project_id}/security-groups"

PAGE_SIZE: Final = 500
"""
Value of `limit`. The cloud allows 2,000, but so many security groups with all their rules
may exceed the size limit of a response (`http.READ_LIMIT`).
"""
MAX_PAGES: Final = 200
"""A list is not read beyond so many pages."""

HTTP_PORT: Final = 9200
"""
Port of the clusters' HTTP API.

If the security group does not let it in, the creation is accepted and fails later (CSS
User Guide, Creating a Cluster).
"""

_TCP_NAMES = frozenset({"", "tcp", "any", "all", "6", "-1"})

Row = TypeVar("Row", CloudVpc, CloudSubnet, CloudSecurityGroup)


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """
    One page of a list.

    :ivar last_id: the last readable id, which is the marker of the next page
    :ivar left_out: the rows that could not be read
    """

    rows: tuple[Row, ...]
    last_id: str = ""
    left_out: tuple[LeftOut, ...] = ()


ReadPage = Callable[[Mapping[str, str | int]], Page[Row]]


def read_all(
    read_page: ReadPage[Row], *, note: Note = unnoted, what: str = ""
) -> tuple[Row, ...]:
    """
    Return all rows of a list, page by page.

    The list ends at a page without new rows, not at a short page: a cloud may return
    fewer rows than `limit`. A server that repeats a page therefore ends it, too.

    :param read_page: returns one page for a query of `limit` and `marker`
    :param note: called with each row that is left out, and with a `LeftOut.more_than`
        if the list has more than `MAX_PAGES` pages
    :param what: name of the list in the API
    :raises AnswerUnreadable: if the list has rows of which none could be read
    :raises CloudError: what `read_page` raises
    """
    found: dict[str, Row] = {}
    left_out: Counter[LeftOut] = Counter()
    query: dict[str, str | int] = {"limit": PAGE_SIZE}
    for _ in range(MAX_PAGES):
        page = _next_page(read_page, query, found, note, what)
        known = len(found) + left_out.total()
        for row in page.rows:
            found.setdefault(row.id, row)
        # Union, not sum: a row without an id cannot be the marker, so the next page
        # contains it again.
        left_out |= Counter(page.left_out)
        if not page.last_id or len(found) + left_out.total() == known:
            break
        query["marker"] = page.last_id
    else:
        note(LeftOut(what=what, why="", more_than=len(found)))
    if left_out and not found:
        raise AnswerUnreadable(next(iter(left_out)).why[:LONGEST])
    for each in left_out.elements():
        note(each)
    return tuple(found.values())


def _next_page(
    read_page: ReadPage[Row],
    query: Mapping[str, str | int],
    found: Collection[str],
    note: Note,
    what: str,
) -> Page[Row]:
    """
    Return the next page; an empty one if the marker of a short list is refused.

    That happens if the marker's row was deleted meanwhile, or if the cloud does not know
    markers. After a full page the refusal is raised, since rows would be missing.
    """
    try:
        return read_page(query)
    except CloudRefused as refusal:
        is_about_marker = "marker" in query and refusal.status in (400, 404)
        if not is_about_marker or isinstance(refusal, TokenRefused):
            raise
        if len(found) % PAGE_SIZE == 0:
            raise
        note(LeftOut(what=what, why=str(refusal)))
        return Page(rows=())


def vpcs(response: JsonObject) -> Page[CloudVpc]:
    """Parse one page of VPCs."""
    return _page(response, "vpcs", _vpc)


def subnets(response: JsonObject) -> Page[CloudSubnet]:
    """Parse one page of subnets; a create takes their id, not neutron_subnet_id."""
    return _page(response, "subnets", _subnet)


def security_groups(response: JsonObject) -> Page[CloudSecurityGroup]:
    """Parse one page of security groups with their rules."""
    return _page(response, "security_groups", _security_group)


def _page(
    response: JsonObject, what: str, read: Callable[[JsonObject], Row]
) -> Page[Row]:
    items = response.required_items(what)
    rows: ItemCollector[Row] = ItemCollector(what, lambda each: each.id)
    for item in items:
        rows.add(item, read)
    ids = [found for item in items if (found := item.text("id"))]
    return Page(
        rows=rows.found,
        last_id=ids[-1] if ids else "",
        left_out=tuple(rows.left_out),
    )


def _vpc(row: JsonObject) -> CloudVpc:
    return CloudVpc(
        id=row.required_text("id"),
        name=row.text("name"),
        cidr=row.text("cidr"),
        status=row.text("status"),
    )


def _subnet(row: JsonObject) -> CloudSubnet:
    return CloudSubnet(
        id=row.required_text("id"),
        name=row.text("name"),
        vpc_id=row.required_text("vpc_id"),
        cidr=row.text("cidr"),
        status=row.text("status"),
        free_addresses=row.integer("available_ip_address_count"),
    )


def _security_group(row: JsonObject) -> CloudSecurityGroup:
    return CloudSecurityGroup(
        id=row.required_text("id"),
        name=row.text("name"),
        opens_9200=any(
            _opens_9200(rule) for rule in row.objects("security_group_rules")
        ),
    )


def _opens_9200(rule: JsonObject) -> bool:
    """Whether the rule lets TCP 9200 in; a missing protocol or port means any."""
    first = rule.integer("port_range_min")
    last = rule.integer("port_range_max")
    return (
        rule.text("direction") == "ingress"
        and rule.text("protocol").lower() in _TCP_NAMES
        and (first is None or first <= HTTP_PORT)
        and (last is None or last >= HTTP_PORT)
    )
