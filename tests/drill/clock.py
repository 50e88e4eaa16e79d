"""The engine's times in a drill, and the drill's own time limits."""

from dataclasses import dataclass, replace
from typing import Final, Self

from clusters.domain.engine_settings import GRACE_SECONDS


@dataclass(frozen=True, kw_only=True)
class Clock:
    """
    All in seconds, and small, so that a case takes about twenty seconds.

    `slack` is added to the time that the fault table allows, because with times this
    short one more tick (claim, scan and call) is a large part of the whole.
    """

    connect: float = 0.5
    read: float = 1.5
    settle: float = 3.0
    reconcile: float = 1.0
    poll: float = 1.0
    build: float = 1.0
    slack: float = 3.0

    @property
    def call(self) -> float:
        """The limit of one call to the cloud (CALL)."""
        return self.connect + self.read

    @property
    def claim(self) -> float:
        """The lease of a claim: 2 * CALL."""
        return 2 * self.call

    @property
    def scan(self) -> float:
        """The time until the next scan has ended: a tick of the poll and its calls."""
        return self.poll + self.call

    def bound(self, seconds: float) -> float:
        """Return the time limit: the table's time, the grace, two sweeps, and slack."""
        return seconds + GRACE_SECONDS + 2 * self.reconcile + self.slack

    def max_unsure(self, attempts: int) -> float:
        """Return how long a request may be unsure before an operator is called."""
        doublings = 2 ** max(attempts - 1, 0)
        return self.bound(self.claim + self.call + 3 * self.settle * doublings)

    def slower(self, factor: float) -> Self:
        """Return this clock with all times multiplied."""
        names = ("connect", "read", "settle", "reconcile", "poll", "build", "slack")
        return replace(self, **{name: getattr(self, name) * factor for name in names})

    def environment(self) -> dict[str, str]:
        """Return the environment variables that give the portal these times."""
        return {
            "CONNECT_TIMEOUT": str(self.connect),
            "READ_TIMEOUT": str(self.read),
            "SETTLE_SECONDS": str(self.settle),
            "RECONCILE_SECONDS": str(self.reconcile),
            "POLL_SECONDS": str(self.poll),
            "CATALOG_SECONDS": "3600",
        }


DRILL: Final = Clock()
