"""
Rules about automatic snapshots: parameter ``backupStrategy`` of the create call.

Source: CSS API Reference, Creating a Cluster (v1.0 and v2.0; addresses in
`clusters.rules`), table CreateClusterBackupStrategyBody. The presence of the block
switches automatic snapshots on.
"""

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import BackupPolicy, ClusterSpec
from clusters.domain.catalog import Catalog
from clusters.rules.problem import Problem, listed, problem, spelled

KEPT: Final = (1, 90)
"""Parameter ``keepday``: 1 to 90 days; newer pages speak of a number of snapshots."""
MAX_BASE_PATH: Final = 512
"""Parameter ``basePath``: maximum length in characters."""
HOURLY: Final = "HOUR"
DAILY: Final = "DAY"
"""What CSS does where nothing is said, so a spec does not say it."""
FREQUENCIES: Final = (DAILY, HOURLY, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

_HOUR: Final = re.compile(r"([01][0-9]|2[0-3]):00")
_ZONE: Final = re.compile(r"GMT[+-](0[0-9]|1[0-4]):[0-5][0-9]")
_PREFIX: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_BUCKET: Final = re.compile(r"[a-z0-9.-]{3,63}")
_AGENCY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_IN_PATH: Final = re.compile(r"[:*?\"<>|'{}]")


def is_zone(text: str) -> bool:
    """
    Whether the text is a time zone for parameter ``period``, such as ``GMT+08:00``.

    The vendor gives examples only (``16:00 GMT+08:00``); the pattern is derived from
    them.
    """
    return bool(_ZONE.fullmatch(text))


def policy(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """
    Check every part of the snapshot policy, if the spec has one.

    ``period`` may be left out only if ``frequency`` is HOUR. ``frequency`` is one of
    HOUR, DAY and the days of the week as SUN to SAT.
    """
    if not spec.backup:
        return
    if spec.backup.period or spec.backup.frequency != HOURLY:
        yield from _period(spec.backup.period)
    yield from _prefix(spec.backup.prefix)
    yield from _keepday(spec.backup.keepday)
    yield from _frequency(spec.backup.frequency)
    yield from _storage_is_complete(spec.backup)
    yield from _bucket(spec.backup.bucket)
    yield from _base_path(spec.backup.base_path)
    yield from _agency(spec.backup.agency)


def _period(value: str) -> Iterator[Problem]:
    hour, _space, zone = value.partition(" ")
    if not _HOUR.fullmatch(hour):
        yield problem(
            "backup_hour",
            _("“{value}” is not a full hour of the day. Choose 0 to 23."),
            value=hour.removesuffix(":00"),
        )
    if not is_zone(zone):
        yield problem(
            "backup_timezone",
            _(
                "“{value}” is not a time zone in the cloud's notation. Use GMT-14:59 to"
                " GMT+14:59, such as GMT+08:00."
            ),
            value=zone,
        )


def _prefix(value: str) -> Iterator[Problem]:
    if not _PREFIX.fullmatch(value):
        yield problem(
            "backup_prefix",
            _(
                "“{value}” is not a valid prefix. Use 1 to 32 small letters, digits, - and _,"
                " beginning with a letter."
            ),
            value=value,
        )


def _keepday(value: int) -> Iterator[Problem]:
    fewest, most = KEPT
    if not fewest <= value <= most:
        yield problem(
            "backup_keepday",
            _("{value} cannot be kept. Keep {fewest} to {most}."),
            value=value,
            fewest=fewest,
            most=most,
        )


def _frequency(value: str) -> Iterator[Problem]:
    if value and value not in FREQUENCIES:
        yield problem(
            "backup_frequency",
            _("“{value}” is not a valid frequency. Choose one of {offered}."),
            value=value,
            offered=listed(FREQUENCIES),
        )


def _storage_is_complete(backup: BackupPolicy) -> Iterator[Problem]:
    parts = {
        "backup_bucket": backup.bucket,
        "backup_base_path": backup.base_path,
        "backup_agency": backup.agency,
    }
    if any(parts.values()):
        for field in (field for field, value in parts.items() if not value):
            yield problem(
                field,
                _("Bucket, path and agency go together. Fill in all three or none."),
            )


def _bucket(value: str) -> Iterator[Problem]:
    # OBS API Reference, Creating a Bucket: 3 to 63 lower-case letters, digits, hyphens
    # and periods. The CSS page sets no rule for the name.
    if value and not _BUCKET.fullmatch(value):
        yield problem(
            "backup_bucket",
            _(
                "“{value}” is not a valid bucket name. Use 3 to 63 small letters, digits,"
                " hyphens and periods."
            ),
            value=value,
        )


def _base_path(value: str) -> Iterator[Problem]:
    # Parameter basePath: at most 512 characters; none of :*?"<>|'{}; no "/" or "." at
    # the start, no "." at the end, at most two of "/" or "." in a row.
    strange = _NOT_IN_PATH.search(value)
    if len(value) > MAX_BASE_PATH:
        yield problem(
            "backup_base_path",
            _("This has {count} characters. Use at most {longest}."),
            count=len(value),
            longest=MAX_BASE_PATH,
        )
    elif strange:
        yield problem(
            "backup_base_path",
            _("“{value}” contains {strange}, which is not allowed in a path."),
            value=value,
            strange=spelled(strange[0]),
        )
    else:
        yield from _base_path_shape(value)


def _base_path_shape(value: str) -> Iterator[Problem]:
    if value.startswith(("/", ".")) or value.endswith("."):
        yield problem(
            "backup_base_path",
            _("“{value}” cannot begin with / or ., nor end with a period."),
            value=value,
        )
    elif "///" in value or "..." in value:
        yield problem(
            "backup_base_path",
            _("“{value}” has more than two / or . in a row. Use two at most."),
            value=value,
        )


def _agency(value: str) -> Iterator[Problem]:
    if value and not _AGENCY.fullmatch(value):
        yield problem(
            "backup_agency",
            _(
                "“{value}” is not a valid agency name. Use up to 64 letters a to z, digits, _ and -."
            ),
            value=value,
        )
