"""The rules about automatic snapshots."""

from dataclasses import replace
from typing import Any

import pytest

from clusters import rules
from clusters.cloud.types import BackupPolicy, CreateApi
from tests.factories import spec as valid_spec
from tests.unit.ask.made import catalog

BACKUP = BackupPolicy(period="16:00 GMT+08:00", prefix="snapshot", keepday=7)


def fields(backup: BackupPolicy | None) -> list[str]:
    """Return the field of every problem of a valid spec with this policy."""
    found = rules.problems(
        replace(valid_spec(), backup=backup), catalog(), api=CreateApi.V1
    )
    return [each.field for each in found]


class TestBackup:
    def test_is_optional(self) -> None:
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
            ({"frequency": "TUR"}, "backup_frequency"),
        ],
    )
    def test_is_checked_part_by_part(self, changes: dict[str, Any], field: str) -> None:
        assert fields(replace(BACKUP, **changes)) == [field]

    def test_needs_no_hour_when_it_is_hourly(self) -> None:
        assert fields(replace(BACKUP, frequency="HOUR", period="")) == []
        assert fields(replace(BACKUP, period="")) == ["backup_hour", "backup_timezone"]

    def test_needs_bucket_path_and_agency_together(self) -> None:
        assert fields(replace(BACKUP, bucket="css-backup")) == [
            "backup_base_path",
            "backup_agency",
        ]
        whole = replace(BACKUP, bucket="css-backup", base_path="a/b", agency="css")
        assert fields(whole) == []

    @pytest.mark.parametrize(
        "path", ["/a", ".a", "a.", "a///b", "a...b", "a:b", "a'b", "p" * 513]
    )
    def test_refuses_an_invalid_path(self, path: str) -> None:
        policy = replace(BACKUP, bucket="css-backup", base_path=path, agency="css")
        assert fields(policy) == ["backup_base_path"]

    @pytest.mark.parametrize(("part", "value"), [("bucket", "No"), ("agency", "a b")])
    def test_refuses_an_invalid_bucket_or_agency(self, part: str, value: str) -> None:
        whole = replace(BACKUP, bucket="css-backup", base_path="a", agency="css")
        assert fields(replace(whole, **{part: value})) == [f"backup_{part}"]

    def test_warns_if_the_cloud_has_to_create_a_bucket(self) -> None:
        [warning] = rules.warnings(valid_spec(), api=CreateApi.V1)
        assert warning.field == "backup_bucket"
        whole = replace(BACKUP, bucket="css-backup", base_path="a", agency="css")
        assert rules.warnings(valid_spec(backup=whole), api=CreateApi.V1) == ()
        assert rules.warnings(valid_spec(backup=None), api=CreateApi.V1) == ()

    def test_refuses_instead_of_warning_for_v2(self) -> None:
        assert rules.warnings(valid_spec(), api=CreateApi.V2) == ()
        found = rules.problems(valid_spec(), catalog(), api=CreateApi.V2)
        assert [each.field for each in found] == [
            "backup_bucket",
            "backup_base_path",
            "backup_agency",
        ]
