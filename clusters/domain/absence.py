"""When an unclear request was looked for long enough, and what follows then. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from clusters.cloud.types import Outcome
from clusters.domain.engine_settings import MAX_ATTEMPTS, EngineSettings

REQUIRED_SCANS: Final = 3
"""How many looks that count have to miss a cluster before it is settled absent."""

UNKNOWN: Final = ("", Outcome.UNKNOWN)
"""Outcomes of an attempt that may have made a cluster; the first has no answer yet."""

TOUCHED: Final = (*UNKNOWN, Outcome.BUSY, Outcome.NAME_HELD)
"""Outcomes of an attempt that the cloud may have begun with."""


class Next(StrEnum):
    """What to do with a request whose cluster is settled absent."""

    RESEND = "resend"
    FAIL = "fail"
    ASK = "ask"


@dataclass(frozen=True, kw_only=True)
class Absence:
    """How long a request was looked for in vain: looks that count, all after its call."""

    looks: int = 0
    last_at: datetime | None = None

    def add_scan(self, began_at: datetime, *, wait: timedelta) -> "Absence":
        """Count one more look, if it began long enough after the last counted one."""
        if self.last_at is not None and began_at - self.last_at < wait / REQUIRED_SCANS:
            return self
        return Absence(looks=self.looks + 1, last_at=began_at)

    def next_at(self, answer_by: datetime, *, wait: timedelta) -> datetime:
        """Return the moment from which on the next look can count."""
        if self.last_at is None:
            return answer_by
        if self.looks + 1 < REQUIRED_SCANS:
            return self.last_at + wait / REQUIRED_SCANS
        return max(self.last_at + wait / REQUIRED_SCANS, answer_by + wait)

    def is_settled(self, answer_by: datetime, *, wait: timedelta) -> bool:
        """Whether three looks missed it, the last one `wait` after the call's end."""
        return (
            self.looks >= REQUIRED_SCANS
            and self.last_at is not None
            and self.last_at - answer_by >= wait
        )


def wait_of(outcomes: Sequence[str], engine: EngineSettings) -> timedelta:
    """Return how long to look: it doubles with each attempt that the cloud touched."""
    return wait_after(sum(outcome in TOUCHED for outcome in outcomes), engine)


def wait_after(touched: int, engine: EngineSettings) -> timedelta:
    """Return how long to look after so many attempts that the cloud touched."""
    return timedelta(seconds=engine.settle_seconds * 2.0 ** max(touched - 1, 0))


def next_action(outcomes: Sequence[str], *, names_unique: bool = True) -> Next:
    """
    Decide on a request that is settled absent by the outcomes of its attempts, in order.

    `names_unique` is False where the cloud is known to allow two clusters of one name:
    there the name keeps no second one out, so a person has to decide.
    """
    last = outcomes[-1] if outcomes else ""
    unknown = sum(outcome in UNKNOWN for outcome in outcomes)
    if last == Outcome.REFUSED:
        return Next.FAIL
    if last == Outcome.NAME_HELD or not names_unique:
        return Next.ASK
    if last == Outcome.BUSY and outcomes.count(Outcome.BUSY) >= MAX_ATTEMPTS:
        return Next.ASK if unknown else Next.FAIL
    return Next.ASK if unknown >= MAX_ATTEMPTS else Next.RESEND
