"""Intervals, limits and lease lengths of the workers, as one frozen value."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

GATE_SECONDS: Final = 5.0
"""How long the gate may take; after that nothing is sent."""

GRACE_SECONDS: Final = 5.0
"""How long after `answer_by` the sweep waits for an outcome to be saved."""

MAX_ATTEMPTS: Final = 3
"""After so many busy, or unknown, attempts nothing is sent again by itself."""

MAX_BACK_OFF_SECONDS: Final = 300.0
"""The longest back-off, before jitter."""

JITTER: Final = 1.2
"""Waits are multiplied by a random factor from 1 to this, to spread retries."""

LONGEST_WAIT: Final = timedelta(hours=1)
"""No due time is written further ahead; a later one was written by a wrong clock."""

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The due time of the showcase's rows, which no worker may take; not a wrong clock's."""


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """
    The variables of the same names, with the defaults of `.env.example`.

    Numbers may have fractions, except `max_calls`.
    """

    poll_seconds: float = 15
    """Seconds between two polls, and the age up to which a scan is shared."""
    reconcile_seconds: float = 15
    """Seconds between two sweeps, and the first back-off."""
    settle_seconds: float = 300
    """Seconds for which an unclear request is looked for after its first attempt."""
    ready_deadline_minutes: float = 60
    """Minutes after which the page says that a creation takes longer than usual."""
    connect_timeout: float = 5
    """Seconds; one part of `call`."""
    read_timeout: float = 60
    """Seconds; the other part of `call`."""
    catalog_seconds: float = 300
    """Seconds after which a catalog is read again."""
    max_calls: int = 8
    """How many creates of one cloud project may be in flight, over all workers."""

    @property
    def call(self) -> timedelta:
        """CALL: the limit of one HTTP call, from the name lookup to the last byte."""
        return timedelta(seconds=self.connect_timeout + self.read_timeout)

    @property
    def claim(self) -> timedelta:
        """The lease of a claim whose body was not sent yet."""
        return 2 * self.call

    def back_off(self, failures: int) -> timedelta:
        """Return the wait after this many failures in a row (1 or more)."""
        doubled = self.reconcile_seconds * 2.0 ** min(max(failures - 1, 0), 16)
        return timedelta(seconds=min(doubled, MAX_BACK_OFF_SECONDS))
