"""What VPC v1 answers, as frozen values, and its paging by marker."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from clusters.cloud.errors import AnswerUnreadable, CloudRefused, TokenRefused
from clusters.cloud.huawei.json_object import JsonObject
from clusters.cloud.huawei.list_parsing import Readable
from clusters.cloud.types import CloudSecurityGroup, CloudSubnet, CloudVpc
from clusters.cloud.unreadable import LONGEST, LeftOut, Note, unnoted

VPCS_PATH = "/v1/{project_id}/vpcs"
SUBNETS_PATH = "/v1/{project_id}/subnets"
SECURITY_GROUPS_PATH = "/v1/{project_id}/security-groups"

PAGE_SIZE: Final = 500
"""VPC gives up to 2,000 rows, but groups of many rules would be too long an answer."""
MOST_PAGES: Final = 200

HTTP_PORT: Final = 9200
"""Where clusters answer; a group that keeps it shut makes a creation fail later."""

_TCP_NAMES = frozenset({"", "tcp", "any", "all", "6", "-1"})

Row = TypeVar("Row", CloudVpc, CloudSubnet, CloudSecurityGroup)


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """One page: its rows, its last readable id, and what of it could not be read."""

    rows: tuple[Row, ...]
    last_id: str = ""
    left_out: tuple[LeftOut, ...] = ()


ReadPage = Callable[[Mapping[str, str | int]], Page[Row]]


def read_all(
    read_page: ReadPage[Row], *, note: Note = unnoted, what: str = ""
) -> tuple[Row, ...]:
    """
    Read page after page; `read_page` is handed limit and marker.

    The last page is one that brings nothing new, not a short one: a cloud may give less
    than it was asked for. So a server that repeats itself ends, too, and a number of
    pages that nobody has is told to `note`.

    :raises AnswerUnreadable: if nothing of it could be read
    """
    found: dict[str, Row] = {}
    left_out: Counter[LeftOut] = Counter()
    query: dict[str, str | int] = {"limit": PAGE_SIZE}
    for _ in range(MOST_PAGES):
        page = _next(read_page, query, found, note, what)
        known = len(found) + left_out.total()
        for row in page.rows:
            found.setdefault(row.id, row)
        # A row without an id can be no marker, so the next page shows it once more.
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


def _next(
    read_page: ReadPage[Row],
    query: Mapping[str, str | int],
    found: Collection[str],
    note: Note,
    what: str,
) -> Page[Row]:
    """
    Return the next page; an empty one where a short list has no place to go on from.

    So it is where the last row was deleted meanwhile, or markers are not understood.
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


def vpcs(answer: JsonObject) -> Page[CloudVpc]:
    """Read one page of VPCs."""
    return _page(answer, "vpcs", _vpc)


def subnets(answer: JsonObject) -> Page[CloudSubnet]:
    """Read one page of subnets; the id, not neutron_subnet_id, is what a create takes."""
    return _page(answer, "subnets", _subnet)


def security_groups(answer: JsonObject) -> Page[CloudSecurityGroup]:
    """Read one page of security groups with their rules."""
    return _page(answer, "security_groups", _security_group)


def _page(
    answer: JsonObject, what: str, read: Callable[[JsonObject], Row]
) -> Page[Row]:
    items = answer.required_items(what)
    rows: Readable[Row] = Readable(what, lambda each: each.id)
    for item in items:
        rows.take(item, read)
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
    """Whether this rule lets TCP 9200 in; a missing protocol or port means any."""
    first = rule.integer("port_range_min")
    last = rule.integer("port_range_max")
    return (
        rule.text("direction") == "ingress"
        and rule.text("protocol").lower() in _TCP_NAMES
        and (first is None or first <= HTTP_PORT)
        and (last is None or last >= HTTP_PORT)
    )
