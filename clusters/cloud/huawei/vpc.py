"""What VPC v1 answers, as frozen values, and its paging by marker."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from clusters.cloud.huawei.fields import Fields
from clusters.cloud.types import CloudSecurityGroup, CloudSubnet, CloudVpc

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


def read_all(
    read_page: Callable[[Mapping[str, str | int]], tuple[Row, ...]],
) -> tuple[Row, ...]:
    """
    Read page after page; `read_page` is handed limit and marker.

    The last page is a short one. A server that repeats itself brings nothing new, which
    ends it as well, and so does a number of pages that nobody has.
    """
    found: dict[str, Row] = {}
    query: dict[str, str | int] = {"limit": PAGE_SIZE}
    for _ in range(MOST_PAGES):
        page = read_page(query)
        known = len(found)
        found.update((row.id, row) for row in page)
        if len(page) < PAGE_SIZE or len(found) == known:
            break
        query["marker"] = page[-1].id
    return tuple(found.values())


def vpcs(answer: Fields) -> tuple[CloudVpc, ...]:
    """Read one page of VPCs."""
    return tuple(
        CloudVpc(
            id=row.required_text("id"),
            name=row.text("name"),
            cidr=row.text("cidr"),
            status=row.text("status"),
        )
        for row in answer.required_objects("vpcs")
    )


def subnets(answer: Fields) -> tuple[CloudSubnet, ...]:
    """Read one page of subnets; the id, not neutron_subnet_id, is what a create takes."""
    return tuple(
        CloudSubnet(
            id=row.required_text("id"),
            name=row.text("name"),
            vpc_id=row.required_text("vpc_id"),
            cidr=row.text("cidr"),
            status=row.text("status"),
            free_addresses=row.integer("available_ip_address_count"),
        )
        for row in answer.required_objects("subnets")
    )


def security_groups(answer: Fields) -> tuple[CloudSecurityGroup, ...]:
    """Read one page of security groups with their rules."""
    return tuple(
        CloudSecurityGroup(
            id=row.required_text("id"),
            name=row.text("name"),
            opens_9200=any(
                _opens_9200(rule) for rule in row.objects("security_group_rules")
            ),
        )
        for row in answer.required_objects("security_groups")
    )


def _opens_9200(rule: Fields) -> bool:
    """Whether this rule lets TCP 9200 in; a missing protocol or port means any."""
    first = rule.integer("port_range_min")
    last = rule.integer("port_range_max")
    return (
        rule.text("direction") == "ingress"
        and rule.text("protocol").lower() in _TCP_NAMES
        and (first is None or first <= HTTP_PORT)
        and (last is None or last >= HTTP_PORT)
    )
