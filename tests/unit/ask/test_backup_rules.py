"""Rules about snapshots."""

from dataclasses import replace
from typing import Any

import pytest

from clusters import rules
from clusters.cloud.types import BackupPolicy, CreateApi
from tests.factories import spec as right
from tests.unit.ask.made import catalog

BACKUP = BackupPolicy(period="16:00 GMT+08:00", prefix="snapshot", keepday=7)


def fields(backup: BackupPolicy | None) -> list[str]:
    """Return the field of every problem of a right spec with this policy."""
    found = rules.problems(replace(right(), backup=backup), catalog(), api=CreateApi.V1)
    return [each.field for each in found]


class TestBackup:
    def test_is_not_needed(self) -> None:
        assert fields(None) == []

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"period": "16:30 GMT+08:00"}, "backup_hour"),
            ({"period": "24:00 GMT+08:00"}, "backup_hour"),
            ({"period": "16:00 XYZ"}, "backup_timezone"),
            ({"period": "16:00 GMT+15:00"}, "backup_timezone"),
            ({"period": "16:00"}, "backup_timezone"),
            ({"prefix": "Snapshot"}, "backup_prefix"),
            ({"prefix": "s" * 33}, "backup_prefix"),
            ({"prefix": ""}, "backup_prefix"),
            ({"keepday": 0}, "backup_keepday"),
            ({"keepday": 91}, "backup_keepday"),
            ({"frequency": "TUR"}, "backup_hour"),
        ],
    )
    def test_is_refused_part_by_part(self, changes: dict[str, Any], field: str) -> None:
        assert fields(replace(BACKUP, **changes)) == [field]

    def test_needs_no_hour_when_it_is_hourly(self) -> None:
        assert fields(replace(BACKUP, frequency="HOUR", period="")) == []
        assert fields(replace(BACKUP, period="")) == ["backup_hour", "backup_timezone"]

    def test_keeps_its_storage_whole(self) -> None:
        assert fields(replace(BACKUP, bucket="css-backup")) == [
            "backup_base_path",
            "backup_agency",
        ]
        whole = replace(BACKUP, bucket="css-backup", base_path="a/b", agency="css")
        assert fields(whole) == []

    @pytest.mark.parametrize(
        "path", ["/a", ".a", "a.", "a///b", "a...b", "a:b", "a'b", "p" * 513]
    )
    def test_has_a_path_as_the_cloud_takes_it(self, path: str) -> None:
        policy = replace(BACKUP, bucket="css-backup", base_path=path, agency="css")
        assert fields(policy) == ["backup_base_path"]

    @pytest.mark.parametrize(("part", "value"), [("bucket", "No"), ("agency", "a b")])
    def test_has_names_as_the_cloud_takes_them(self, part: str, value: str) -> None:
        whole = replace(BACKUP, bucket="css-backup", base_path="a", agency="css")
        assert fields(replace(whole, **{part: value})) == [f"backup_{part}"]

    def test_warns_when_the_cloud_has_to_find_a_bucket(self) -> None:
        [warning] = rules.warnings(right(), api=CreateApi.V1)
        assert warning.field == "backup_bucket"
        whole = replace(BACKUP, bucket="css-backup", base_path="a", agency="css")
        assert rules.warnings(right(backup=whole), api=CreateApi.V1) == ()
        assert rules.warnings(right(backup=None), api=CreateApi.V1) == ()

    def test_does_not_warn_where_it_refuses(self) -> None:
        assert rules.warnings(right(), api=CreateApi.V2) == ()
        found = rules.problems(right(), catalog(), api=CreateApi.V2)
        assert [each.field for each in found] == [
            "backup_bucket",
            "backup_base_path",
            "backup_agency",
        ]
