"""When the absence of an unclear request is settled, and what follows then. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from clusters.cloud.types import Outcome
from clusters.domain.engine_settings import MAX_ATTEMPTS, EngineSettings

REQUIRED_SCANS: Final = 3
"""How many complete scans have to miss a cluster before its absence is settled."""

UNKNOWN: Final = ("", Outcome.UNKNOWN)
"""
Outcomes of an attempt that may have made a cluster which nobody knows of.

"" is an attempt without an answer yet, or whose worker has died.
"""

TOUCHED: Final = (*UNKNOWN, Outcome.BUSY, Outcome.NAME_HELD)
"""Outcomes of an attempt that CSS may have begun with; each after the first doubles the wait."""


class Next(StrEnum):
    """What to do with a request once the absence of its cluster is settled."""

    RESEND = "resend"
    """Send the same bytes again."""
    FAIL = "fail"
    """End it as failed, with the cloud's error."""
    ASK = "ask"
    """Let an operator decide."""


@dataclass(frozen=True, kw_only=True)
class Absence:
    """
    The complete scans after a call's end that did not show its cluster.

    `scans` is how many were counted, `last_at` when the last counted one began.
    """

    scans: int = 0
    last_at: datetime | None = None

    def add_scan(self, began_at: datetime, *, wait: timedelta) -> "Absence":
        """Count one more scan, if it began a third of `wait` after the last counted one."""
        if self.last_at is not None and began_at - self.last_at < wait / REQUIRED_SCANS:
            return self
        return Absence(scans=self.scans + 1, last_at=began_at)

    def next_at(self, answer_by: datetime, *, wait: timedelta) -> datetime:
        """Return the earliest beginning of a scan that would be counted and of use."""
        if self.last_at is None:
            return answer_by
        if self.scans + 1 < REQUIRED_SCANS:
            return self.last_at + wait / REQUIRED_SCANS
        return max(self.last_at + wait / REQUIRED_SCANS, answer_by + wait)

    def is_settled(self, answer_by: datetime, *, wait: timedelta) -> bool:
        """Whether three scans were counted, the last one `wait` after the call's end."""
        return (
            self.scans >= REQUIRED_SCANS
            and self.last_at is not None
            and self.last_at - answer_by >= wait
        )


def wait_of(outcomes: Sequence[str], engine: EngineSettings) -> timedelta:
    """Return the wait for these outcomes: doubled with each that may have reached CSS."""
    return wait_after(sum(outcome in TOUCHED for outcome in outcomes), engine)


def wait_after(touched: int, engine: EngineSettings) -> timedelta:
    """Return `settle_seconds`, doubled for each such attempt after the first."""
    return timedelta(seconds=engine.settle_seconds * 2.0 ** max(touched - 1, 0))


def next_action(outcomes: Sequence[str], *, names_unique: bool = True) -> Next:
    """
    Decide by the outcomes of all attempts, in order, once the absence is settled.

    `names_unique` is False where the cloud is known to allow two clusters of one name:
    there a second create is not refused for its name, so an operator has to decide.
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
