"""Hours and time zones that a snapshot can be taken at."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from clusters.options import Option
from clusters.rules.backup import is_zone

_WELL_KNOWN: Final = [
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
"""Offered always: a machine may lack the database of time zones."""

_OTHER_SEASON: Final = timedelta(days=183)

HOURS: Final = tuple(
    Option(value=str(hour), label=f"{hour:02d}:00") for hour in range(24)
)


def offset_options(on: date, *, chosen: str = "") -> tuple[Option, ...]:
    """
    Return every offset that some place on earth keeps on this day or half a year later.

    As the cloud writes it, from west to east, with the one that was `chosen` before if
    the cloud takes it: what it takes can always be kept.
    """
    found = _offsets(on) | ({chosen} if is_zone(chosen) else set())
    ordered = sorted(found, key=_minutes)
    return tuple(Option(value=offset, label=offset) for offset in ordered)


def offset_at(moment: datetime) -> str:
    """Return the offset of an aware moment as the cloud writes it: GMT+08:00."""
    offset = f"{moment:%z}"
    return f"GMT{offset[:3]}:{offset[3:5]}"


@lru_cache(maxsize=2)
def _offsets(on: date) -> frozenset[str]:
    named = {f"GMT{offset}" for offset in _WELL_KNOWN}
    return frozenset(named | set(filter(is_zone, _kept_by_zones(on))))


def _kept_by_zones(on: date) -> Iterator[str]:
    noon = datetime.combine(on, time(12), tzinfo=UTC)
    for name in available_timezones():
        zone = ZoneInfo(name)
        for moment in (noon, noon + _OTHER_SEASON):
            yield offset_at(moment.astimezone(zone))


def _minutes(offset: str) -> int:
    sign = -1 if offset[3] == "-" else 1
    return sign * (int(offset[4:6]) * 60 + int(offset[7:9]))
