"""The clocks, limits and lease lengths of the engine, as one frozen value."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

GATE_SECONDS: Final = 5.0
GRACE_SECONDS: Final = 5.0
MAX_ATTEMPTS: Final = 3
MAX_BACK_OFF_SECONDS: Final = 300.0
JITTER: Final = 1.2
"""A wait is stretched by up to this, so that many rows do not come back together."""

LONGEST_WAIT: Final = timedelta(hours=1)
"""No due time is written further ahead than this; one that is comes of a wrong clock."""

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""When the rows of the showcase are due; meant as it stands, by no clock."""


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """Seconds, all of them; fractions allowed. Defaults are those of `.env.example`."""

    poll_seconds: float = 15
    reconcile_seconds: float = 15
    settle_seconds: float = 300
    ready_deadline_minutes: float = 60
    connect_timeout: float = 5
    read_timeout: float = 60
    catalog_seconds: float = 300
    max_calls: int = 8

    @property
    def call(self) -> timedelta:
        """The longest that one HTTP call may take, everything included."""
        return timedelta(seconds=self.connect_timeout + self.read_timeout)

    @property
    def claim(self) -> timedelta:
        """How long a worker owns a row that it has not sent yet."""
        return 2 * self.call

    def back_off(self, failures: int) -> timedelta:
        """Return how long to wait after this many failures in a row (1 or more)."""
        doubled = self.reconcile_seconds * 2.0 ** min(max(failures - 1, 0), 16)
        return timedelta(seconds=min(doubled, MAX_BACK_OFF_SECONDS))
