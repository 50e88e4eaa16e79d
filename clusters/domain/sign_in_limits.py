"""How many sign-ins may fail, and by which keys a try is counted. No database here."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from clusters.credentials.keyed_hash import keyed_hash

WINDOW: Final = timedelta(minutes=15)
"""How long a failed try counts."""

UNANSWERED: Final = timedelta(seconds=30)
"""After this long a try without an outcome counts as failed: its process has died."""

_SALT: Final = "clusters.domain.sign_in_limits"
_NETWORK_BITS: Final = 64
"""A provider gives each customer a whole IPv6 network, usually a /64 (RFC 6177)."""


class Kind(StrEnum):
    """What a count of failed tries is for."""

    PAIR = "pair"
    """A name from one network."""
    NAME = "name"
    """A name from anywhere."""
    ADDRESS = "address"
    """One network, with any name."""
    BROWSER = "browser"
    """A known browser."""


LIMITS: Final = {Kind.PAIR: 5, Kind.NAME: 20, Kind.ADDRESS: 100, Kind.BROWSER: 5}
"""How many tries may fail within `WINDOW`."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """
    One count of a try.

    `key` is a keyed hash of one length, from which nobody can read or guess what people
    have typed. `name` and `address` are readable for operators.
    """

    kind: Kind
    key: str
    name: str = ""
    address: str = ""


def counted_by(
    *, name: str, account: str, address: str, browser: str
) -> tuple[Counted, ...]:
    """
    Return the counts of a try: its known browser alone, or name, network and the pair.

    `name` is the typed name in its normal form; `account` is the same if there is such an
    account, otherwise empty. `browser` is the id of a known browser, otherwise empty.
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
    """
    Return an IPv4 address itself, and of an IPv6 address its /64.

    An IPv4-mapped one is its IPv4 address; what is no address is "unknown".
    """
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
    # Addresses and browser ids have no blanks, so different parts never join to one text.
    key = keyed_hash(_SALT, " ".join((kind, *parts)))
    return Counted(kind=kind, key=key, name=name, address=address)


@dataclass(frozen=True)
class TryCount:
    """
    The tries within `WINDOW`: those that failed, and those without an outcome.

    Times are milliseconds since 1970, sorted.
    """

    failed: tuple[int, ...] = ()
    trying: tuple[int, ...] = ()

    @classmethod
    def read(cls, failed: Sequence[int], trying: Sequence[int], now: datetime) -> Self:
        """
        Return the count of the stored times that still count at `now`.

        A try without an outcome for `UNANSWERED` is moved to the failed ones. Times
        further in the future than the window were written by a wrong clock and dropped.
        """
        recent = [each for each in trying if _is_within(each, WINDOW, now)]
        in_flight = [each for each in recent if _is_within(each, UNANSWERED, now)]
        lost = [each for each in recent if each not in in_flight]
        counting = [each for each in failed if _is_within(each, WINDOW, now)]
        return cls(tuple(sorted([*counting, *lost])), tuple(in_flight))

    def is_full(self, kind: Kind) -> bool:
        """Whether one more try could exceed the limit if all tries in flight fail."""
        return len(self.failed) + len(self.trying) >= LIMITS[kind]

    def limited_until(self, kind: Kind) -> datetime | None:
        """Return when the next try will be accepted; None if it is accepted now."""
        limit = LIMITS[kind]
        if len(self.failed) < limit:
            return None
        return datetime.fromtimestamp(self.failed[-limit] / 1000, UTC) + WINDOW

    def begun(self, at: int) -> "TryCount":
        """Return the count with one more try without an outcome."""
        return replace(self, trying=(*self.trying, at))

    def refused(self, at: int) -> "TryCount":
        """Return the count with this try failed; unchanged if it has timed out before."""
        if at not in self.trying:
            return self
        failed = tuple(sorted([*self.failed, at]))
        return TryCount(failed, _without(self.trying, at))

    def succeeded(self, at: int, *, clears: bool) -> "TryCount":
        """Return the count without this try and, if it `clears`, without failed ones."""
        failed = self.failed if at in self.trying else _without(self.failed, at)
        return TryCount(() if clears else failed, _without(self.trying, at))


def milliseconds(moment: datetime) -> int:
    """Return the time in milliseconds since 1970, as a count stores it."""
    return round(moment.timestamp() * 1000)


def _is_within(at: int, span: timedelta, now: datetime) -> bool:
    return abs(milliseconds(now) - at) < span / timedelta(milliseconds=1)


def _without(moments: tuple[int, ...], at: int) -> tuple[int, ...]:
    """Remove one such time; equal times are tries of the same millisecond."""
    kept = list(moments)
    if at in kept:
        kept.remove(at)
    return tuple(kept)
