"""Limit failed sign-ins: each try is counted before its password is checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clusters.domain.sign_in_limits import WINDOW, Counted, Kind, milliseconds
from clusters.models import SignInCount
from clusters.operations.accounts.sign_in_events import record_closed_limits

_KEPT = ["failed_at", "trying_at", "limited_until", "expires_at"]
_CLEARED_BY_SUCCESS = (Kind.PAIR, Kind.BROWSER)
"""
Counts that a successful sign-in resets. That of the name stays, since others may be
guessing its password, and that of the address: with an account of one's own one could
reset it again and again.
"""


class SignInLimited(Exception):
    """Too many tries failed; the next one is accepted at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"limited until {until.isoformat()}")
        self.until = until


class TriesInFlight(Exception):
    """Tries whose password is being checked may reach the limit; try again in a moment."""


@dataclass(frozen=True)
class Try:
    """A counted try without an outcome; `at` is in milliseconds since 1970."""

    keys: tuple[str, ...]
    at: int


def begin_try(counted: Sequence[Counted], *, now: datetime) -> Try:
    """
    Count a try before its password is checked; if it is not accepted, change nothing.

    Counted before, so that concurrent tries cannot exceed a limit.

    :raises SignInLimited: if too many failed; the password must not be checked
    :raises TriesInFlight: if that depends on tries whose outcome is not known yet
    """
    begun = Try(keys=tuple(sorted(each.key for each in counted)), at=milliseconds(now))
    rows = SignInCount.objects.filter(key__in=begun.keys)
    _refuse_where_full(rows, now)
    with transaction.atomic():
        _make_and_lock(counted, now)
        locked = list(rows.all())
        _refuse_where_full(locked, now)
        for row in locked:
            row.keep(row.try_count(now).begun(begun.at), now)
        SignInCount.objects.bulk_update(locked, _KEPT)
    return begun


def refuse_try(begun: Try, *, now: datetime) -> list[SignInCount]:
    """Count the try as failed; return the counts that reached their limit by it."""
    with transaction.atomic():
        rows = _locked(begun)
        closed = [
            row for row in rows if row.keep(row.try_count(now).refused(begun.at), now)
        ]
        SignInCount.objects.bulk_update(rows, _KEPT)
        record_closed_limits(closed, now=now)
    return closed


def pass_try(begun: Try, *, now: datetime) -> None:
    """Remove the try, since the password was right, and reset counts."""
    with transaction.atomic():
        rows = _locked(begun)
        for row in rows:
            clears = row.kind in _CLEARED_BY_SUCCESS
            row.keep(row.try_count(now).succeeded(begun.at, clears=clears), now)
        SignInCount.objects.bulk_update(rows, _KEPT)


def _refuse_where_full(rows: Iterable[SignInCount], now: datetime) -> None:
    counts = [(row.try_count(now), Kind(row.kind)) for row in rows]
    found = (try_count.limited_until(kind) for try_count, kind in counts)
    if until := max(filter(None, found), default=None):
        raise SignInLimited(until)
    if any(try_count.is_full(kind) for try_count, kind in counts):
        raise TriesInFlight


def _make_and_lock(counted: Sequence[Counted], now: datetime) -> None:
    """
    Insert or update each row, which locks it until the transaction ends.

    Always in the order of the keys, so that two transactions cannot deadlock.
    """
    SignInCount.objects.bulk_create(
        [
            SignInCount(
                key=each.key,
                kind=each.kind,
                name=each.name,
                address=each.address,
                expires_at=now + WINDOW,
            )
            for each in sorted(counted, key=lambda each: each.key)
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["expires_at"],
    )


def _locked(begun: Try) -> list[SignInCount]:
    rows = SignInCount.objects.filter(key__in=begun.keys).order_by("key")
    return list(rows.select_for_update())
