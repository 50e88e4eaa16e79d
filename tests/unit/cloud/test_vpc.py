"""The lists of VPC, parsed to values, and their pagination."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from clusters.cloud.errors import (
    AnswerUnreadable,
    CloudRefused,
    CloudUnavailable,
    TokenRefused,
)
from clusters.cloud.huawei import vpc
from clusters.cloud.huawei.http import READ_LIMIT
from clusters.cloud.huawei.json_object import JsonObject, UnexpectedShape
from clusters.cloud.types import CloudVpc, LeftOut
from tests.unit.cloud.samples import sample

Query = Mapping[str, str | int]


def rows(first: int, last: int) -> tuple[CloudVpc, ...]:
    return tuple(CloudVpc(id=str(n), name=f"vpc-{n}") for n in range(first, last))


class Server:
    """Returns prepared pages, and records the queries."""

    def __init__(self, *pages: tuple[CloudVpc, ...]) -> None:
        self.asked: list[dict[str, Any]] = []
        self._pages = pages

    def __call__(self, query: Query) -> vpc.Page[CloudVpc]:
        self.asked.append(dict(query))
        page = self._pages[min(len(self.asked), len(self._pages)) - 1]
        return vpc.Page(rows=page, last_id=page[-1].id if page else "")


class PaginatedRows:
    """Returns at most `cap` of these JSON rows after the marker, whatever the limit."""

    def __init__(self, *table: Any, cap: int) -> None:
        self.calls = 0
        self._table, self._cap = table, cap

    def __call__(self, query: Query) -> vpc.Page[CloudVpc]:
        self.calls += 1
        ids = [row.get("id") if isinstance(row, dict) else None for row in self._table]
        after = ids.index(query["marker"]) + 1 if "marker" in query else 0
        page = list(self._table[after : after + self._cap])
        return vpc.vpcs(JsonObject({"vpcs": page}))


class TestReadAll:
    def test_does_not_take_a_short_page_for_the_last(self) -> None:
        server = Server(rows(0, 100), rows(100, 200), rows(200, 203), ())

        assert vpc.read_all(server) == rows(0, 203)
        assert [each.get("marker") for each in server.asked] == [
            None,
            "99",
            "199",
            "202",
        ]

    def test_requests_the_next_page_with_the_last_id_as_marker(self) -> None:
        server = Server(rows(0, 500), rows(500, 501), ())

        assert len(vpc.read_all(server)) == 501
        assert server.asked[1] == {"limit": 500, "marker": "499"}

    def test_stops_at_an_empty_page(self) -> None:
        server = Server((), rows(0, 1))

        assert vpc.read_all(server) == ()
        assert len(server.asked) == 1

    def test_ends_on_a_server_that_repeats_itself(self) -> None:
        server = Server(rows(0, 500))

        assert len(vpc.read_all(server)) == 500
        assert len(server.asked) == 2

    def test_notes_a_list_that_is_longer_than_the_page_limit(self) -> None:
        endless = Server(*(rows(n * 5, (n + 1) * 5) for n in range(210)))
        noted: list[LeftOut] = []

        vpc.read_all(endless, note=noted.append, what="vpcs")

        assert len(endless.asked) == vpc.MAX_PAGES
        assert noted == [LeftOut(what="vpcs", why="", more_than=5 * vpc.MAX_PAGES)]

    def test_notes_nothing_of_a_list_that_it_read_to_its_end(self) -> None:
        noted: list[LeftOut] = []

        vpc.read_all(Server(rows(0, 100), ()), note=noted.append, what="vpcs")

        assert noted == []

    @pytest.mark.parametrize("cap", [1, 2, 3, 9])
    def test_leaves_out_what_it_cannot_read_and_reads_on(self, cap: int) -> None:
        bad = {"id": "b", "name": ["no name"]}
        server = PaginatedRows({"id": "a"}, bad, {"id": "c"}, {"id": "d"}, cap=cap)
        noted: list[LeftOut] = []

        found = vpc.read_all(server, note=noted.append, what="vpcs")

        assert [each.id for each in found] == ["a", "c", "d"]
        [left_out] = noted
        assert left_out.why == 'b: answer.vpcs.name is not a text: ["no name"]'

    def test_counts_one_without_an_id_once_though_it_ends_two_pages(self) -> None:
        noted: list[LeftOut] = []

        vpc.read_all(
            PaginatedRows({"id": "a"}, {"name": "x"}, cap=9), note=noted.append
        )

        assert [each.why for each in noted] == ["x: answer.vpcs.id is not there"]

    def test_takes_the_first_of_two_that_differ_under_one_id(self) -> None:
        noted: list[LeftOut] = []
        server = PaginatedRows(
            {"id": "a", "name": "1"}, {"id": "a", "name": "2"}, cap=9
        )

        [found] = vpc.read_all(server, note=noted.append)

        assert found.name == "1"
        assert [each.why for each in noted] == [
            "2, a: answer.vpcs is not there only once"
        ]

    @pytest.mark.parametrize("status", [400, 404])
    def test_ends_with_a_note_where_the_cloud_refuses_the_marker(
        self, status: int
    ) -> None:
        server, noted = Server(rows(0, 3)), list[LeftOut]()

        def read_page(query: Query) -> vpc.Page[CloudVpc]:
            if "marker" in query:
                raise CloudRefused("no marker", code="VPC.0101", status=status)
            return server(query)

        assert vpc.read_all(read_page, note=noted.append, what="vpcs") == rows(0, 3)
        assert [each.why for each in noted] == [f"VPC.0101 HTTP {status}: no marker"]

    @pytest.mark.parametrize(
        ("first", "error"),
        [
            (500, CloudRefused("no marker", status=400)),
            (3, CloudRefused("no right", status=403)),
            (3, TokenRefused("token", status=400)),
            (3, CloudUnavailable("down", status=500)),
        ],
    )
    def test_fails_where_a_page_is_refused_for_another_reason(
        self, first: int, error: Exception
    ) -> None:
        def read_page(query: Query) -> vpc.Page[CloudVpc]:
            if "marker" in query:
                raise error
            return vpc.Page(rows=rows(0, first), last_id="x")

        with pytest.raises(type(error)):
            vpc.read_all(read_page)

    def test_refuses_a_list_of_which_it_can_read_nothing(self) -> None:
        with pytest.raises(AnswerUnreadable, match=r"answer\.vpcs is not an object: 7"):
            vpc.read_all(PaginatedRows(7, {"name": "x"}, cap=9))

    def test_asks_for_pages_that_fit_into_an_answer(self) -> None:
        [group] = sample("security-groups-v1")["security_groups"]
        rules = group["security_group_rules"] * 60
        longest = json.dumps({**group, "security_group_rules": rules})

        assert vpc.PAGE_SIZE * len(longest) < READ_LIMIT


class TestVpcs:
    def test_reads_the_sample(self) -> None:
        (found,) = vpc.vpcs(JsonObject(sample("vpcs-v1"))).rows

        assert found.id == "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"
        assert (found.name, found.cidr, found.status) == (
            "vpc-default",
            "192.168.0.0/16",
            "OK",
        )

    @pytest.mark.parametrize("data", [{}, {"vpcs": {}}, {"vpcs": None}])
    def test_refuses_other_shapes(self, data: Any) -> None:
        with pytest.raises(UnexpectedShape):
            vpc.vpcs(JsonObject(data))


class TestSubnets:
    def test_reads_the_sample_and_takes_its_id_not_neutrons(self) -> None:
        (found,) = vpc.subnets(JsonObject(sample("subnets-v1"))).rows

        assert found.id == "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809"
        assert found.vpc_id == "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"
        assert (found.status, found.cidr) == ("ACTIVE", "192.168.0.0/24")
        assert found.free_addresses is None

    def test_reads_the_free_addresses_where_the_cloud_tells_them(self) -> None:
        row = {"id": "a", "vpc_id": "v", "available_ip_address_count": 7}
        (found,) = vpc.subnets(JsonObject({"subnets": [row]})).rows

        assert found.free_addresses == 7


def opens_9200(**rule: Any) -> bool:
    base = {
        "direction": "ingress",
        "protocol": "tcp",
        "port_range_min": 9200,
        "port_range_max": 9200,
    }
    group = {"id": "g", "name": "g", "security_group_rules": [{**base, **rule}]}
    answer = JsonObject({"security_groups": [group]})
    return vpc.security_groups(answer).rows[0].opens_9200


class TestSecurityGroups:
    def test_reads_the_sample(self) -> None:
        answer = JsonObject(sample("security-groups-v1"))
        (found,) = vpc.security_groups(answer).rows

        assert (found.name, found.opens_9200) == ("css-sg", True)

    @pytest.mark.parametrize(
        "rule",
        [
            {},
            {"protocol": "TCP"},
            {"protocol": None},
            {"protocol": "any"},
            {"port_range_min": None, "port_range_max": None},
            {"port_range_min": 1, "port_range_max": 65535},
            {"port_range_min": "9000", "port_range_max": "9300"},
        ],
    )
    def test_open_9200_by_a_rule_that_covers_it(self, rule: dict[str, Any]) -> None:
        assert opens_9200(**rule)

    @pytest.mark.parametrize(
        "rule",
        [
            {"direction": "egress"},
            {"direction": None},
            {"protocol": "udp"},
            {"protocol": "icmp", "port_range_min": None, "port_range_max": None},
            {"port_range_min": 22, "port_range_max": 22},
            {"port_range_min": 9201, "port_range_max": 9300},
            {"port_range_min": 9000, "port_range_max": 9199},
        ],
    )
    def test_stay_shut_by_any_other(self, rule: dict[str, Any]) -> None:
        assert not opens_9200(**rule)

    def test_stay_shut_without_rules(self) -> None:
        answer = JsonObject({"security_groups": [{"id": "g", "name": "g"}]})

        assert not vpc.security_groups(answer).rows[0].opens_9200
