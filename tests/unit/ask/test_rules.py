"""The rules: each violation is reported at its field with a helpful message."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters import rules
from clusters.cloud.types import (
    ClusterSpec,
    CreateApi,
    Datastore,
    Volume,
    ZoneDisks,
)
from tests.factories import spec as valid_spec
from tests.unit.ask.made import ZONES, catalog, flavor


def messages(**changes: Any) -> list[tuple[str, str]]:
    """Return field and message of every problem of a valid spec with changes."""
    found = rules.problems(
        replace(valid_spec(), **changes), catalog(), api=CreateApi.V1
    )
    return [(each.field, str(each.message)) for each in found]


def fields(**changes: Any) -> list[str]:
    return [field for field, _sentence in messages(**changes)]


class TestRules:
    def test_accept_a_valid_spec(self) -> None:
        assert messages() == []

    def test_accept_a_spec_without_engine_and_zone(self) -> None:
        assert messages(datastore=None, availability_zones=()) == []

    @given(st.from_type(ClusterSpec))
    def test_handle_any_spec(self, spec: ClusterSpec) -> None:
        for problem in rules.problems(spec, catalog(), api=CreateApi.V1):
            assert str(problem.message)

    @given(
        st.builds(
            lambda **changes: replace(valid_spec(), **changes),
            instance_num=st.integers(),
            flavor=st.sampled_from(["ess.spec-4u16g", "ess.spec-i3small", "x"]),
            volume=st.none() | st.builds(Volume, type=st.text(), size_gb=st.integers()),
            availability_zones=st.lists(st.sampled_from(ZONES)).map(tuple),
        )
    )
    def test_report_each_field_at_most_once(self, spec: ClusterSpec) -> None:
        found = [
            each.field for each in rules.problems(spec, catalog(), api=CreateApi.V1)
        ]
        assert len([name for name in found if name != "volume_size"]) == len(
            {name for name in found if name != "volume_size"}
        )


class TestName:
    @pytest.mark.parametrize("name", ["abcd", "A" * 32, "a-1_", "logs-search"])
    def test_may_have_4_to_32_characters(self, name: str) -> None:
        assert messages(name=name) == []

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("7-logs", "“7-logs” begins with a digit. Begin with a letter."),
            ("_logs", "“_logs” begins with “_”. Begin with a letter."),
            ("abc", "“abc” has 3 characters. Use 4 to 32."),
            ("a" * 33, f"“{'a' * 33}” has 33 characters. Use 4 to 32."),
            (
                "my logs",
                "“my logs” contains a space. Use letters a to z, digits, - and _ only.",
            ),
            (
                "löggs",
                "“löggs” contains “ö”. Use letters a to z, digits, - and _ only.",
            ),
            (
                "lo.gs",
                "“lo.gs” contains “.”. Use letters a to z, digits, - and _ only.",
            ),
        ],
    )
    def test_is_refused_with_its_value_and_the_remedy(
        self, name: str, message: str
    ) -> None:
        assert messages(name=name) == [("name", message)]

    def test_is_truncated_in_the_message(self) -> None:
        [(_field, message)] = messages(name="a" * 1_000_000)
        assert len(message) < 200


class TestEngine:
    def test_has_to_be_offered(self) -> None:
        gone = Datastore(type="elasticsearch", version="6.5.4")
        [(field, message)] = messages(datastore=gone)
        assert field == "datastore"
        assert "“elasticsearch:6.5.4” is not offered here." in message
        assert "elasticsearch:7.10.2" in message


class TestFlavor:
    def test_has_to_be_offered(self) -> None:
        assert fields(flavor="ess.spec-unknown") == ["flavor"]

    def test_has_to_be_sold_by_some_zone(self) -> None:
        assert messages(flavor="ess.spec-32u64g", availability_zones=()) == [
            ("flavor", "No zone sells “ess.spec-32u64g” now. Choose another flavor.")
        ]

    def test_has_to_be_sold_with_the_engine(self) -> None:
        assert messages(flavor="ess.spec-old", availability_zones=()) == [
            (
                "flavor",
                "“ess.spec-old” is not sold with elasticsearch:7.10.2 now,"
                " but with elasticsearch:7.6.2.",
            )
        ]

    def test_is_on_sale_if_the_cloud_lists_no_zones(self) -> None:
        silent = catalog(flavors=[flavor("ess.spec-4u16g", zones=())])
        assert (
            rules.problems(valid_spec(availability_zones=()), silent, api=CreateApi.V1)
            == ()
        )


class TestNodes:
    @pytest.mark.parametrize("count", [0, -1, 33, 10**9])
    def test_are_1_to_32(self, count: int) -> None:
        assert "instance_num" in fields(instance_num=count)

    def test_are_at_least_one_for_each_zone(self) -> None:
        assert messages(instance_num=1, availability_zones=ZONES[:2]) == [
            ("instance_num", "2 zones need 2 nodes or more. Here are 1.")
        ]


class TestZones:
    @pytest.mark.parametrize(
        ("zones", "part"),
        [
            (("cn-north-4z",), "“cn-north-4z” is not a zone"),
            ((ZONES[0], ZONES[0]), "named twice"),
            ((ZONES[0], ZONES[2]), "“cn-north-4c” does not sell ess.spec-4u16g."),
        ],
    )
    def test_have_to_exist_differ_and_sell_the_flavor(
        self, zones: tuple[str, ...], part: str
    ) -> None:
        [(field, message)] = messages(availability_zones=zones)
        assert field == "availability_zones"
        assert part in message

    def test_are_at_most_three(self) -> None:
        four = (*ZONES, "cn-north-4d")
        wide = catalog(flavors=[flavor("ess.spec-4u16g", zones=four)])
        spec = valid_spec(availability_zones=four, instance_num=4)
        [problem] = rules.problems(spec, wide, api=CreateApi.V1)
        assert str(problem.message) == "4 zones are too many. Choose at most 3."


class TestVolume:
    @pytest.mark.parametrize("size", [40, 100, 1600])
    def test_can_be_a_multiple_of_20_in_the_range(self, size: int) -> None:
        assert messages(volume=Volume(type="COMMON", size_gb=size)) == []

    @pytest.mark.parametrize(
        ("size", "message"),
        [
            (50, "50 GB is not a multiple of 20. Choose 40 or 60."),
            (20, "20 GB does not fit ess.spec-4u16g. Choose 40 to 1,600 GB."),
            (1620, "1,620 GB does not fit ess.spec-4u16g. Choose 40 to 1,600 GB."),
            (-20, "-20 GB does not fit ess.spec-4u16g. Choose 40 to 1,600 GB."),
        ],
    )
    def test_is_refused_with_a_valid_size(self, size: int, message: str) -> None:
        assert messages(volume=Volume(type="HIGH", size_gb=size)) == [
            ("volume_size", message)
        ]

    def test_has_to_be_of_a_known_type(self) -> None:
        [(field, message)] = messages(volume=Volume(type="SSD", size_gb=100))
        assert field == "volume_type"
        assert "COMMON, HIGH, ULTRAHIGH, ESSD" in message

    def test_has_to_be_of_a_type_that_every_zone_sells(self) -> None:
        disks = (
            ZoneDisks(zone=ZONES[0], volume_types=("COMMON", "HIGH")),
            ZoneDisks(zone=ZONES[1], volume_types=("COMMON", "ULTRAHIGH")),
        )
        requested = valid_spec(availability_zones=ZONES[:2])
        [found] = rules.problems(requested, catalog(disks=disks), api=CreateApi.V1)
        assert found.field == "volume_type"
        assert str(found.message) == (
            "Zone cn-north-4b sells no “HIGH” disks, but COMMON, ULTRAHIGH."
        )

    def test_is_absent_only_with_local_disks(self) -> None:
        local = {"flavor": "ess.spec-i3small"}
        assert messages(**local, volume=None) == []
        assert fields(**local) == ["volume_size"]
        assert fields(volume=None) == ["volume_size"]
