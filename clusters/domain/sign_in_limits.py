"""How many sign-ins may fail, and what one try is counted by. No database here."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from clusters.credentials.keyed_hash import keyed_hash

WINDOW: Final = timedelta(minutes=15)
"""A failed try counts for so long."""

UNANSWERED: Final = timedelta(seconds=30)
"""A try without an outcome counts as failed from then on: its process is gone."""

_SALT: Final = "clusters.domain.sign_in_limits"
_NETWORK_BITS: Final = 64
"""One customer gets a whole network of IPv6, and all of its addresses."""


class Kind(StrEnum):
    """What failed tries are counted of."""

    PAIR = "pair"
    NAME = "name"
    ADDRESS = "address"
    BROWSER = "browser"


LIMITS: Final = {Kind.PAIR: 5, Kind.NAME: 20, Kind.ADDRESS: 100, Kind.BROWSER: 5}


@dataclass(frozen=True, kw_only=True)
class Counted:
    """
    One of the things that a try is counted by.

    `key` is a keyed hash, so it has one length, and whoever copies the table cannot read
    or guess what people typed. `name` and `address` are what operators may read.
    """

    kind: Kind
    key: str
    name: str = ""
    address: str = ""


def counted_by(
    *, name: str, account: str, address: str, browser: str
) -> tuple[Counted, ...]:
    """
    Return what a try is counted by: its known browser alone, or name, address and both.

    `name` is what was typed, as it is looked up; `account` the same if there is such an
    account, and else empty. `browser` is empty for one that is not known.
    """
    if browser:
        return (_counted(Kind.BROWSER, browser, name=account),)
    network = network_of(address)
    return (
        _counted(Kind.PAIR, network, name, name=account, address=network),
        _counted(Kind.NAME, name, name=account),
        _counted(Kind.ADDRESS, network, address=network),
    )


def network_of(address: str) -> str:
    """Return what an address counts as: itself, or the /64 that an IPv6 one lies in."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))


def _counted(kind: Kind, *parts: str, name: str = "", address: str = "") -> Counted:
    # An address and a browser's id hold no blank, so no two lists of parts join to one.
    key = keyed_hash(_SALT, " ".join((kind, *parts)))
    return Counted(kind=kind, key=key, name=name, address=address)


@dataclass(frozen=True)
class Tally:
    """The tries of the last 15 minutes: those that failed, those without an outcome."""

    failed: tuple[int, ...] = ()
    trying: tuple[int, ...] = ()

    @classmethod
    def read(cls, failed: Sequence[int], trying: Sequence[int], now: datetime) -> Self:
        """
        Return what still counts; times are milliseconds since 1970.

        What lies far in the future was written by a clock that was wrong, and is dropped.
        """
        recent = [each for each in trying if _is_within(each, WINDOW, now)]
        in_flight = [each for each in recent if _is_within(each, UNANSWERED, now)]
        lost = [each for each in recent if each not in in_flight]
        counting = [each for each in failed if _is_within(each, WINDOW, now)]
        return cls(tuple(sorted([*counting, *lost])), tuple(in_flight))

    def is_full(self, kind: Kind) -> bool:
        """Whether one try more could become one failure too many."""
        return len(self.failed) + len(self.trying) >= LIMITS[kind]

    def limited_until(self, kind: Kind) -> datetime | None:
        """Return when the next try is taken; None where it is taken now."""
        limit = LIMITS[kind]
        if len(self.failed) < limit:
            return None
        return datetime.fromtimestamp(self.failed[-limit] / 1000, UTC) + WINDOW

    def begun(self, at: int) -> "Tally":
        """Add a try whose outcome is not known yet."""
        return replace(self, trying=(*self.trying, at))

    def refused(self, at: int) -> "Tally":
        """Let the try count as failed; one that was given up before does already."""
        if at not in self.trying:
            return self
        failed = tuple(sorted([*self.failed, at]))
        return Tally(failed, _without(self.trying, at))

    def succeeded(self, at: int, *, clears: bool) -> "Tally":
        """Forget the try, and where it `clears` all that failed before it, too."""
        failed = self.failed if at in self.trying else _without(self.failed, at)
        return Tally(() if clears else failed, _without(self.trying, at))


def milliseconds(moment: datetime) -> int:
    """Return the time as a tally keeps it."""
    return round(moment.timestamp() * 1000)


def _is_within(at: int, span: timedelta, now: datetime) -> bool:
    return abs(milliseconds(now) - at) < span / timedelta(milliseconds=1)


def _without(moments: tuple[int, ...], at: int) -> tuple[int, ...]:
    """Leave out one of these moments; tries of one millisecond are all alike."""
    kept = list(moments)
    if at in kept:
        kept.remove(at)
    return tuple(kept)
