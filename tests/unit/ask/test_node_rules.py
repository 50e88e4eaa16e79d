"""The rules about master, client and cold nodes, and about the number of data nodes."""

from dataclasses import replace
from typing import Any

import pytest

from clusters import rules
from clusters.cloud.types import ClusterSpec, CreateApi, NodeGroup, Volume, ZoneDisks
from clusters.domain.catalog import Catalog
from tests.factories import spec as valid_spec
from tests.unit.ask.made import WIDE_SUBNET, WIDE_VPC, ZONES, catalog, flavor

SMALL = Volume(type="HIGH", size_gb=40)
MASTERS = NodeGroup(flavor="ess.spec-4u16g", instance_num=3, volume=SMALL)
CLIENTS = NodeGroup(flavor="ess.spec-4u16g", instance_num=1, volume=SMALL)
COLD = NodeGroup(
    flavor="ess.spec-4u32g",
    instance_num=1,
    volume=Volume(type="COMMON", size_gb=100),
)


def messages(offered: Catalog | None = None, **changes: Any) -> list[tuple[str, str]]:
    """Return field and sentence of each problem of a valid v2.0 spec with changes."""
    spec = replace(
        valid_spec(backup=None, vpc_id=WIDE_VPC, subnet_id=WIDE_SUBNET), **changes
    )
    found = rules.problems(spec, offered or catalog(), api=CreateApi.V2)
    return [(each.field, str(each.message)) for each in found]


def fields(**changes: Any) -> list[str]:
    return [field for field, _sentence in messages(**changes)]


class TestOtherNodes:
    def test_are_valid(self) -> None:
        assert messages(masters=MASTERS, clients=CLIENTS, cold=COLD) == []

    @pytest.mark.parametrize("count", [3, 5, 7, 9])
    def test_are_3_5_7_or_9_masters(self, count: int) -> None:
        assert messages(masters=replace(MASTERS, instance_num=count)) == []

    @pytest.mark.parametrize("count", [0, 1, 2, 4, 8, 10, 11, 1_000])
    def test_are_no_other_number_of_masters(self, count: int) -> None:
        assert messages(masters=replace(MASTERS, instance_num=count)) == [
            (
                "master_instance_num",
                f"{count:,} master nodes are not possible. Choose one of 3, 5, 7, 9.",
            )
        ]

    @pytest.mark.parametrize(
        ("part", "group", "field"),
        [("clients", CLIENTS, "client"), ("cold", COLD, "cold")],
    )
    def test_are_1_to_32_clients_and_cold_nodes(
        self, part: str, group: NodeGroup, field: str
    ) -> None:
        for count in (1, 32):
            assert messages(**{part: replace(group, instance_num=count)}) == []
        for count in (0, 33):
            assert messages(**{part: replace(group, instance_num=count)}) == [
                (
                    f"{field}_instance_num",
                    f"{count} nodes are not possible. Choose 1 to 32.",
                )
            ]

    @pytest.mark.parametrize(
        ("named", "part"),
        [
            ("ess.spec-4u8g", "is not offered here"),
            ("ess.spec-32u64g", "No zone sells “ess.spec-32u64g” now."),
            (
                "ess.spec-16u64g",
                "“ess.spec-16u64g” takes disks of 100 to 1,600 GB, and these nodes have"
                " 40 GB. Choose another flavor.",
            ),
        ],
    )
    def test_need_a_flavor_that_is_sold_for_them(self, named: str, part: str) -> None:
        [(field, sentence)] = messages(masters=replace(MASTERS, flavor=named))
        assert field == "master_flavor"
        assert part in sentence

    def test_need_a_flavor_that_is_sold_with_the_engine(self) -> None:
        old = catalog(
            flavors=[
                flavor("ess.spec-4u16g"),
                flavor("ess.spec-4u16g", role="ess-client", version="7.6.2"),
            ]
        )
        assert messages(old, clients=CLIENTS) == [
            (
                "client_flavor",
                "“ess.spec-4u16g” is not sold with elasticsearch:7.10.2 now, but with"
                " elasticsearch:7.6.2.",
            )
        ]

    def test_need_a_flavor_that_each_chosen_zone_sells(self) -> None:
        chosen = replace(CLIENTS, flavor="ess.spec-4u8g")
        assert messages(clients=chosen, availability_zones=ZONES[1:2]) == []
        assert messages(clients=chosen) == [
            (
                "client_flavor",
                "Zone cn-north-4a does not sell “ess.spec-4u8g” for these nodes;"
                " cn-north-4b, cn-north-4c do. Choose another flavor, or other zones.",
            )
        ]

    def test_need_a_disk_that_each_chosen_zone_sells(self) -> None:
        disks = catalog(disks=[ZoneDisks(zone=ZONES[0], volume_types=("HIGH",))])
        common = replace(SMALL, type="COMMON")
        assert messages(disks, masters=MASTERS) == []
        [(field, _)] = messages(disks, masters=replace(MASTERS, volume=common))
        assert field == "master_volume_type"
        assert [field for field, _ in messages(disks, cold=COLD)] == [
            "cold_volume_type"
        ]

    @pytest.mark.parametrize("volume", [None, Volume(type="HIGH", size_gb=100)])
    def test_have_a_disk_of_40_gb_if_they_hold_no_data(
        self, volume: Volume | None
    ) -> None:
        assert fields(masters=replace(MASTERS, volume=volume)) == ["master_volume_type"]
        assert fields(clients=replace(CLIENTS, volume=volume)) == ["client_volume_type"]

    @pytest.mark.parametrize(
        ("size", "part"),
        [
            (80, "80 GB does not fit ess.spec-4u32g. Choose 100 to 2,560 GB."),
            (2580, "2,580 GB does not fit"),
            (110, "110 GB is not a multiple of 20. Choose 100 or 120."),
        ],
    )
    def test_have_a_disk_in_the_range_if_they_are_cold(
        self, size: int, part: str
    ) -> None:
        chosen = replace(COLD, volume=Volume(type="COMMON", size_gb=size))
        [(field, sentence)] = messages(cold=chosen)
        assert field == "cold_volume_size"
        assert part in sentence

    def test_have_no_disk_with_local_disks(self) -> None:
        local = replace(COLD, flavor="ess.spec-i3small")
        assert messages(cold=replace(local, volume=None)) == []
        assert fields(cold=local) == ["cold_volume_size"]
        assert fields(cold=replace(COLD, volume=None)) == ["cold_volume_size"]

    def test_count_for_the_free_addresses(self) -> None:
        narrow = {
            "vpc_id": valid_spec().vpc_id,
            "subnet_id": valid_spec().subnet_id,
            "instance_num": 1,
        }
        assert messages(**narrow, masters=MASTERS, clients=CLIENTS) == []
        [(field, sentence)] = messages(
            **narrow, masters=MASTERS, clients=CLIENTS, cold=COLD
        )
        assert field == "subnet_id"
        assert "has 5 free addresses, 6 nodes need 6." in sentence

    def test_need_not_be_one_for_each_zone(self) -> None:
        two = {"availability_zones": ZONES[:2], "instance_num": 2}
        assert messages(**two, clients=CLIENTS, cold=COLD) == []


class TestDataNodes:
    @pytest.mark.parametrize(
        ("count", "has_masters", "is_possible"),
        [
            (32, False, True),
            (33, False, False),
            (200, False, False),
            (33, True, True),
            (200, True, True),
            (201, True, False),
            (0, True, False),
        ],
    )
    def test_are_up_to_200_with_masters(
        self, count: int, has_masters: bool, is_possible: bool
    ) -> None:
        found = fields(instance_num=count, masters=MASTERS if has_masters else None)
        assert found == ([] if is_possible else ["instance_num"])

    def test_of_more_than_32_are_told_of_masters(self) -> None:
        assert messages(instance_num=33) == [
            (
                "instance_num",
                "33 nodes are not possible. Choose 1 to 32. Only with master nodes there"
                " may be 200.",
            )
        ]


class TestV1:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"masters": MASTERS}, "master_flavor"),
            ({"clients": CLIENTS}, "client_flavor"),
            ({"cold": COLD}, "cold_flavor"),
            (
                {"encryption_key_id": "4c5d6e7f-8091-42a3-b4c5-d6e7f8091a2b"},
                "encryption_key_id",
            ),
        ],
    )
    def test_cannot_say_it(self, changes: dict[str, Any], field: str) -> None:
        spec = replace(valid_spec(vpc_id=WIDE_VPC, subnet_id=WIDE_SUBNET), **changes)
        assert _of(spec, CreateApi.V1) == [
            (
                field,
                "This cloud project uses the v1.0 call, and this needs the v2.0 call; ask an"
                " operator, or leave it out.",
            )
        ]
        assert messages(**changes) == []

    def test_keeps_a_description_in_the_portal(self) -> None:
        assert _of(valid_spec(description="Logs"), CreateApi.V1) == []

    def test_needs_no_catalog_to_refuse(self) -> None:
        found = rules.call_problems(valid_spec(masters=MASTERS), api=CreateApi.V1)
        assert [each.field for each in found] == ["master_flavor"]


def _of(spec: ClusterSpec, api: CreateApi) -> list[tuple[str, str]]:
    found = rules.problems(spec, catalog(), api=api)
    return [(each.field, str(each.message)) for each in found]
