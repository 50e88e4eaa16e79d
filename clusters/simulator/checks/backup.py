"""Parameter ``backupStrategy`` of a create: automatic snapshots."""

import re

from clusters.simulator.checks.body_parsing import (
    JsonObject,
    is_integer,
    object_value,
    reject_unknown_keys,
    text_value,
)
from clusters.simulator.refusals import (
    CssRefusal,
    HtmlErrorPage,
    css_refusal,
    invalid_parameter,
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
_MAX_PERIOD_LENGTH = 40
_MAX_PATH_LENGTH = 512
_BAD_PATH = re.compile(r"""^[/.]|\.$|[:*?"<>|'{}]|/{3}|\.{3}""")


def check_backup(cluster: JsonObject, buckets: tuple[str, ...]) -> bool:
    """
    Check the v1.0 rules and return whether snapshots are on: the block is present.

    :raises CssRefusal: the first violation
    """
    backup = object_value(cluster, "backupStrategy")
    if backup is None:
        return False
    reject_unknown_keys(backup, _KNOWN)
    _check_period(backup)
    _check_retention(backup)
    _check_storage(backup, buckets)
    return True


def check_backup_with_storage(cluster: JsonObject, buckets: tuple[str, ...]) -> bool:
    """
    Check the v2.0 rules, where bucket and basePath are mandatory.

    :return: whether snapshots are on
    :raises HtmlErrorPage: if the bucket is null, as observed
    :raises CssRefusal: the first violation
    """
    backup = object_value(cluster, "backupStrategy")
    if backup is None:
        return False
    if "bucket" in backup and backup["bucket"] is None:
        raise HtmlErrorPage
    for key in ("bucket", "basePath"):
        if key not in backup:
            raise invalid_parameter(key)
    return check_backup(cluster, buckets)


def _check_period(backup: JsonObject) -> None:
    frequency = backup.get("frequency", "DAY")
    if frequency not in _FREQUENCIES:
        raise invalid_parameter("frequency")
    if frequency == "HOUR" and "period" not in backup:
        return
    period = backup.get("period")
    if not isinstance(period, str) or len(period) > _MAX_PERIOD_LENGTH:
        raise _invalid_period()
    time, _, zone = period.partition(" ")
    if not zone or not re.fullmatch(r"([01][0-9]|2[0-3]):00", time):
        raise _invalid_period()
    if not re.fullmatch(r"GMT[+-](0[0-9]|1[0-4]):[0-5][0-9]", zone):
        raise css_refusal("CSS.5178", "The time zone of the period is incorrect.")


def _check_retention(backup: JsonObject) -> None:
    prefix, keepday = backup.get("prefix"), backup.get("keepday")
    if not isinstance(prefix, str) or not re.fullmatch(
        r"[a-z][a-z0-9_-]{0,31}", prefix
    ):
        raise css_refusal("CSS.5044", "The snapshot name prefix is incorrect.")
    if not is_integer(keepday) or not 1 <= int(keepday or 0) <= 90:
        raise css_refusal("CSS.3011", "keepday must be an integer within 1-90.")


def _check_storage(backup: JsonObject, buckets: tuple[str, ...]) -> None:
    agency = text_value(backup, "agency", "-")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", agency):
        raise css_refusal("CSS.5130", "The agency name is invalid.")
    if "bucket" in backup and text_value(backup, "bucket") not in buckets:
        raise css_refusal("CSS.0048", "The OBS bucket does not exist.")
    path = text_value(backup, "basePath", "snapshots")
    if not path or len(path) > _MAX_PATH_LENGTH or _BAD_PATH.search(path):
        raise invalid_parameter("basePath")


def _invalid_period() -> CssRefusal:
    message = "The backup period is not a whole hour with a time zone."
    return css_refusal("CSS.5018", message)
