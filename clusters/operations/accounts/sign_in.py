"""Count tries to sign in: a try is taken before a password is looked at, or refused."""

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
What a right password sets back. Of the name it does not: others guess it meanwhile. Nor of
the address: whoever has an account could guess on behind it for ever.
"""


class SignInLimited(Exception):
    """Too many tries failed; `until` says when the next one is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"limited until {until.isoformat()}")
        self.until = until


class TriesInFlight(Exception):
    """As many tries as may fail are being checked just now; their outcome decides."""


@dataclass(frozen=True)
class Try:
    """A try that was taken, and waits for its outcome."""

    keys: tuple[str, ...]
    at: int


def begin_try(counted: Sequence[Counted], *, now: datetime) -> Try:
    """
    Take a try, so that no other one gets its place; a refused one changes nothing.

    :raises SignInLimited: if too many failed; the password must not be looked at
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
            row.keep(row.tally(now).begun(begun.at), now)
        SignInCount.objects.bulk_update(locked, _KEPT)
    return begun


def refuse_try(begun: Try, *, now: datetime) -> list[SignInCount]:
    """Count the try as failed; returns the limits that it closed, each an event, too."""
    with transaction.atomic():
        rows = _locked(begun)
        closed = [
            row for row in rows if row.keep(row.tally(now).refused(begun.at), now)
        ]
        SignInCount.objects.bulk_update(rows, _KEPT)
        record_closed_limits(closed, now=now)
    return closed


def pass_try(begun: Try, *, now: datetime) -> None:
    """Forget the try: the password was right."""
    with transaction.atomic():
        rows = _locked(begun)
        for row in rows:
            clears = row.kind in _CLEARED_BY_SUCCESS
            row.keep(row.tally(now).succeeded(begun.at, clears=clears), now)
        SignInCount.objects.bulk_update(rows, _KEPT)


def _refuse_where_full(rows: Iterable[SignInCount], now: datetime) -> None:
    tallies = [(row.tally(now), Kind(row.kind)) for row in rows]
    found = (tally.limited_until(kind) for tally, kind in tallies)
    if until := max(filter(None, found), default=None):
        raise SignInLimited(until)
    if any(tally.is_full(kind) for tally, kind in tallies):
        raise TriesInFlight


def _make_and_lock(counted: Sequence[Counted], now: datetime) -> None:
    """
    Write each row, there or not, which locks it until the transaction ends.

    In the order of the keys, as everybody does it: so two never wait for each other.
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
