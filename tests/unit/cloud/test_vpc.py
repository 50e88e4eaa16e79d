"""What VPC answers, as frozen values, and its paging."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from clusters.cloud.huawei import vpc
from clusters.cloud.huawei.fields import Fields, WrongShape
from clusters.cloud.huawei.http import READ_LIMIT
from clusters.cloud.types import CloudVpc
from tests.unit.cloud.samples import sample

Query = Mapping[str, str | int]


def rows(first: int, last: int) -> tuple[CloudVpc, ...]:
    return tuple(CloudVpc(id=str(n), name=f"vpc-{n}") for n in range(first, last))


class Server:
    """Pages that a test hands out; keeps what it was asked."""

    def __init__(self, *pages: tuple[CloudVpc, ...]) -> None:
        self.asked: list[dict[str, Any]] = []
        self._pages = pages

    def __call__(self, query: Query) -> tuple[CloudVpc, ...]:
        self.asked.append(dict(query))
        return self._pages[min(len(self.asked), len(self._pages)) - 1]


class TestReadAll:
    def test_stops_at_a_short_page(self) -> None:
        server = Server(rows(0, 3))

        assert vpc.read_all(server) == rows(0, 3)
        assert server.asked == [{"limit": 500}]

    def test_asks_on_with_the_last_id_as_marker(self) -> None:
        server = Server(rows(0, 500), rows(500, 501))

        assert len(vpc.read_all(server)) == 501
        assert server.asked[1] == {"limit": 500, "marker": "499"}

    def test_stops_at_an_empty_page(self) -> None:
        server = Server(rows(0, 500), ())

        assert len(vpc.read_all(server)) == 500

    def test_ends_on_a_server_that_repeats_itself(self) -> None:
        server = Server(rows(0, 500))

        assert len(vpc.read_all(server)) == 500
        assert len(server.asked) == 2

    def test_ends_on_a_server_that_never_ends(self) -> None:
        endless = Server(*(rows(n * 500, (n + 1) * 500) for n in range(210)))

        vpc.read_all(endless)

        assert len(endless.asked) == vpc.MOST_PAGES

    def test_asks_for_pages_that_fit_into_an_answer(self) -> None:
        [group] = sample("security-groups-v1")["security_groups"]
        rules = group["security_group_rules"] * 60
        longest = json.dumps({**group, "security_group_rules": rules})

        assert vpc.PAGE_SIZE * len(longest) < READ_LIMIT


class TestVpcs:
    def test_reads_the_sample(self) -> None:
        (found,) = vpc.vpcs(Fields(sample("vpcs-v1"), "answer"))

        assert found.id == "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"
        assert (found.name, found.cidr, found.status) == (
            "vpc-default",
            "192.168.0.0/16",
            "OK",
        )

    @pytest.mark.parametrize("data", [{}, {"vpcs": {}}, {"vpcs": [{"name": "x"}]}])
    def test_refuses_other_shapes(self, data: Any) -> None:
        with pytest.raises(WrongShape):
            vpc.vpcs(Fields(data, "answer"))


class TestSubnets:
    def test_reads_the_sample_and_takes_its_id_not_neutrons(self) -> None:
        (found,) = vpc.subnets(Fields(sample("subnets-v1"), "answer"))

        assert found.id == "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809"
        assert found.vpc_id == "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"
        assert (found.status, found.cidr) == ("ACTIVE", "192.168.0.0/24")
        assert found.free_addresses is None

    def test_reads_the_free_addresses_where_the_cloud_tells_them(self) -> None:
        row = {"id": "a", "vpc_id": "v", "available_ip_address_count": 7}
        (found,) = vpc.subnets(Fields({"subnets": [row]}, "answer"))

        assert found.free_addresses == 7


def opens_9200(**rule: Any) -> bool:
    base = {
        "direction": "ingress",
        "protocol": "tcp",
        "port_range_min": 9200,
        "port_range_max": 9200,
    }
    group = {"id": "g", "name": "g", "security_group_rules": [{**base, **rule}]}
    answer = Fields({"security_groups": [group]}, "answer")
    return vpc.security_groups(answer)[0].opens_9200


class TestSecurityGroups:
    def test_reads_the_sample(self) -> None:
        answer = Fields(sample("security-groups-v1"), "answer")
        (found,) = vpc.security_groups(answer)

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
        answer = Fields({"security_groups": [{"id": "g", "name": "g"}]}, "answer")

        assert not vpc.security_groups(answer)[0].opens_9200
