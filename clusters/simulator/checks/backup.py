"""The automatic snapshots of a create."""

import re

from clusters.simulator.checks.body_parsing import (
    Block,
    block_of,
    is_whole_number,
    only,
    text_of,
)
from clusters.simulator.refusals import (
    BrokenPage,
    CssRefusal,
    css_refusal,
    incorrect,
)

_KNOWN = frozenset(
    {
        "period",
        "prefix",
        "keepday",
        "frequency",
        "bucket",
        "basePath",
        "agency",
        "maxSnapshotBytesPerSeconds",
        "maxRestoreBytesPerSeconds",
    }
)
_FREQUENCIES = ("HOUR", "DAY", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LONGEST_PERIOD = 40
_LONGEST_PATH = 512
_BAD_PATH = re.compile(r"""^[/.]|\.$|[:*?"<>|'{}]|/{3}|\.{3}""")


def check_backup(cluster: Block, buckets: tuple[str, ...]) -> bool:
    """Return whether snapshots are on; the block being there switches them on."""
    backup = block_of(cluster, "backupStrategy")
    if backup is None:
        return False
    only(backup, _KNOWN)
    _check_period(backup)
    _check_retention(backup)
    _check_place(backup, buckets)
    return True


def check_placed_backup(cluster: Block, buckets: tuple[str, ...]) -> bool:
    """
    Return whether snapshots are on, as v2.0 wants them: with bucket and path.

    A null for the bucket brings down the server behind it, as seen on the wire.
    """
    backup = block_of(cluster, "backupStrategy")
    if backup is None:
        return False
    if "bucket" in backup and backup["bucket"] is None:
        raise BrokenPage
    for key in ("bucket", "basePath"):
        if key not in backup:
            raise incorrect(key)
    return check_backup(cluster, buckets)


def _check_period(backup: Block) -> None:
    frequency = backup.get("frequency", "DAY")
    if frequency not in _FREQUENCIES:
        raise incorrect("frequency")
    if frequency == "HOUR" and "period" not in backup:
        return
    period = backup.get("period")
    if not isinstance(period, str) or len(period) > _LONGEST_PERIOD:
        raise _bad_period()
    time, _, zone = period.partition(" ")
    if not zone or not re.fullmatch(r"([01][0-9]|2[0-3]):00", time):
        raise _bad_period()
    if not re.fullmatch(r"GMT[+-](0[0-9]|1[0-4]):[0-5][0-9]", zone):
        raise css_refusal("CSS.5178", "The time zone of the period is incorrect.")


def _check_retention(backup: Block) -> None:
    prefix, keepday = backup.get("prefix"), backup.get("keepday")
    if not isinstance(prefix, str) or not re.fullmatch(
        r"[a-z][a-z0-9_-]{0,31}", prefix
    ):
        raise css_refusal("CSS.5044", "The snapshot name prefix is incorrect.")
    if not is_whole_number(keepday) or not 1 <= int(keepday or 0) <= 90:
        raise css_refusal("CSS.3011", "keepday must be an integer within 1-90.")


def _check_place(backup: Block, buckets: tuple[str, ...]) -> None:
    agency = text_of(backup, "agency", "-")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", agency):
        raise css_refusal("CSS.5130", "The agency name is invalid.")
    if "bucket" in backup and text_of(backup, "bucket") not in buckets:
        raise css_refusal("CSS.0048", "The OBS bucket does not exist.")
    path = text_of(backup, "basePath", "snapshots")
    if not path or len(path) > _LONGEST_PATH or _BAD_PATH.search(path):
        raise incorrect("basePath")


def _bad_period() -> CssRefusal:
    words = "The backup period is not a whole hour with a time zone."
    return css_refusal("CSS.5018", words)
