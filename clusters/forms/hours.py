"""The choices for how often, and at which hour, automatic snapshots are taken."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext_lazy as _

from clusters.options import Option
from clusters.rules.backup import DAILY, HOURLY, is_zone

_COMMON_OFFSETS: Final = [
    "-12:00",
    "-11:00",
    "-10:00",
    "-09:30",
    "-09:00",
    "-08:00",
    "-07:00",
    "-06:00",
    "-05:00",
    "-04:00",
    "-03:30",
    "-03:00",
    "-02:00",
    "-01:00",
    "+00:00",
    "+01:00",
    "+02:00",
    "+03:00",
    "+03:30",
    "+04:00",
    "+04:30",
    "+05:00",
    "+05:30",
    "+05:45",
    "+06:00",
    "+06:30",
    "+07:00",
    "+08:00",
    "+08:45",
    "+09:00",
    "+09:30",
    "+10:00",
    "+10:30",
    "+11:00",
    "+12:00",
    "+12:45",
    "+13:00",
    "+14:00",
]
"""Offsets that are offered even if the machine has no time zone database."""

_OTHER_SEASON: Final = timedelta(days=183)

FREQUENCIES: Final = tuple(
    Option(value=value, label=label)
    for value, label in (
        (DAILY, _("every day")),
        (HOURLY, _("every hour")),
        ("SUN", _("every Sunday")),
        ("MON", _("every Monday")),
        ("TUE", _("every Tuesday")),
        ("WED", _("every Wednesday")),
        ("THU", _("every Thursday")),
        ("FRI", _("every Friday")),
        ("SAT", _("every Saturday")),
    )
)
HOURS: Final = tuple(
    Option(value=str(hour), label=f"{hour:02d}:00") for hour in range(24)
)


def offset_options(on: date, *, chosen: str = "") -> tuple[Option, ...]:
    """
    Return every UTC offset in use on a day or half a year later, from west to east.

    Half a year later covers daylight saving time. The values are written as CSS expects
    them: ``GMT+08:00``.

    :param chosen: the value of an older request; it is offered too if it is valid
    """
    found = _offsets(on) | ({chosen} if is_zone(chosen) else set())
    ordered = sorted(found, key=_minutes)
    return tuple(Option(value=offset, label=offset) for offset in ordered)


def offset_at(moment: datetime) -> str:
    """Return the UTC offset of an aware datetime as CSS writes it: ``GMT+08:00``."""
    offset = f"{moment:%z}"
    return f"GMT{offset[:3]}:{offset[3:5]}"


@lru_cache(maxsize=2)
def _offsets(on: date) -> frozenset[str]:
    named = {f"GMT{offset}" for offset in _COMMON_OFFSETS}
    return frozenset(named | set(filter(is_zone, _offsets_of_zones(on))))


def _offsets_of_zones(on: date) -> Iterator[str]:
    noon = datetime.combine(on, time(12), tzinfo=UTC)
    for name in available_timezones():
        zone = ZoneInfo(name)
        for moment in (noon, noon + _OTHER_SEASON):
            yield offset_at(moment.astimezone(zone))


def _minutes(offset: str) -> int:
    sign = -1 if offset[3] == "-" else 1
    return sign * (int(offset[4:6]) * 60 + int(offset[7:9]))
