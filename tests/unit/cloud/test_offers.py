"""Flavors and volume types of CSS, parsed to values."""

import json
from typing import Any

import pytest

from clusters.cloud.huawei import css
from clusters.cloud.huawei.json_object import JsonObject, UnexpectedShape
from clusters.cloud.types import LeftOut, unnoted
from clusters.cloud.unreadable import LONGEST, summary_of
from tests.unit.cloud.samples import sample


def flavors(*entries: Any, left_out: list[LeftOut] | None = None) -> Any:
    block = {"type": "ess", "version": "7.10.2", "flavors": list(entries)}
    note = left_out.append if left_out is not None else unnoted
    return css.flavors(JsonObject({"versions": [block]}), note)


class TestFlavors:
    def test_reads_the_sample(self) -> None:
        found = css.flavors(JsonObject(sample("flavors")))

        assert len(found) == 8
        first = found[0]
        assert (first.name, first.version, first.role) == (
            "ess.spec-2u16g",
            "7.10.2",
            "ess",
        )
        assert (first.cpu, first.ram_gb) == (2, 16)
        assert (first.disk_min_gb, first.disk_max_gb) == (40, 1280)
        assert first.zones == ("cn-north-4a", "cn-north-4b")

    def test_reads_one_without_zones(self) -> None:
        assert flavors({"name": "a", "diskrange": "40,80"})[0].zones == ()

    def test_trims_the_zones(self) -> None:
        found = flavors({"name": "a", "diskrange": "40,80", "availableAZ": " z1, z2,"})

        assert found[0].zones == ("z1", "z2")

    def test_leaves_out_what_has_no_disk_range(self) -> None:
        left_out: list[LeftOut] = []

        assert (
            flavors({"name": "a"}, {"name": "b", "diskrange": ""}, left_out=left_out)
            == ()
        )
        assert [each.why for each in left_out] == [
            "a: a flavor has no disk range",
            "b: a flavor has no disk range",
        ]

    @pytest.mark.parametrize("diskrange", ["40", "40;80", "a,b", "40,", 7, [40, 80]])
    def test_leaves_out_a_disk_range_of_another_shape(self, diskrange: Any) -> None:
        left_out: list[LeftOut] = []
        good = {"name": "good", "diskrange": "40,80"}
        found = flavors({"name": "a", "diskrange": diskrange}, good, left_out=left_out)

        assert [each.name for each in found] == ["good"]
        [left_out] = left_out
        assert left_out.what == "flavors"
        assert left_out.why.startswith("a: answer.versions.flavors[0].diskrange is not")
        assert left_out.why.endswith(json.dumps(diskrange))

    def test_are_refused_where_none_can_be_read(self) -> None:
        with pytest.raises(UnexpectedShape, match="diskrange"):
            flavors({"name": "a", "diskrange": "40"}, {"name": "b", "diskrange": "9"})

    @pytest.mark.parametrize(
        "bad",
        [
            None,
            {"type": "ess", "flavors": []},
            {"version": "7.10.2", "type": "ess", "flavors": {}},
            {"version": "7.10.2", "type": "ess", "flavors": [None]},
            {"version": ["7"], "type": "ess", "flavors": []},
        ],
    )
    def test_leave_out_a_block_that_cannot_be_read(self, bad: Any) -> None:
        good = {"name": "good", "diskrange": "40,80"}
        block = {"type": "ess", "version": "7.10.2", "flavors": [good]}
        left_out: list[LeftOut] = []
        found = css.flavors(JsonObject({"versions": [bad, block]}), left_out.append)

        assert [each.name for each in found] == ["good"]
        assert len(left_out) == 1

    def test_take_the_first_of_two_that_differ_under_one_name(self) -> None:
        left_out: list[LeftOut] = []
        found = flavors(
            {"name": "a", "diskrange": "40,80"},
            {"name": "a", "diskrange": "40,160"},
            {"name": "a", "diskrange": "40,80"},
            left_out=left_out,
        )

        assert [each.disk_max_gb for each in found] == [80]
        assert len(left_out) == 1

    def test_keep_what_is_said_of_one_that_is_left_out_short(self) -> None:
        left_out: list[LeftOut] = []
        bad = {"name": "n" * 5_000, "diskrange": "x" * 5_000}
        flavors({"name": "a", "diskrange": "40,80"}, bad, left_out=left_out)

        assert len(summary_of(left_out)[0]["first"]) == LONGEST


class TestDisks:
    def test_reads_the_names_of_the_create_call(self) -> None:
        found = css.disks(JsonObject(sample("disktypes")))

        assert [(each.zone, each.volume_types) for each in found] == [
            ("cn-north-4a", ("COMMON", "HIGH", "ULTRAHIGH", "ESSD")),
            ("cn-north-4b", ("COMMON", "HIGH", "ULTRAHIGH", "ESSD")),
            ("cn-north-4c", ("HIGH", "ULTRAHIGH")),
        ]

    def test_leaves_out_what_no_create_can_name(self) -> None:
        row = {"availabilityZone": "z1", "volumeNames": ["GPSSD", "SAS"]}
        (found,) = css.disks(JsonObject({"diskTypes": [row]}))

        assert found.volume_types == ("HIGH",)

    def test_leave_out_a_zone_that_cannot_be_read(self) -> None:
        left_out: list[LeftOut] = []
        bad = {"availabilityZone": "z2", "volumeNames": "SAS"}
        rows = [bad, {"availabilityZone": "z1", "volumeNames": ["SAS"]}]
        (found,) = css.disks(JsonObject({"diskTypes": rows}), left_out.append)

        assert found.zone == "z1"
        assert [each.why for each in left_out] == [
            'z2: answer.diskTypes.volumeNames is not a list: "SAS"'
        ]
