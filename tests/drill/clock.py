"""How fast the engine runs in a drill, and how long the drill waits for it."""

from dataclasses import dataclass, replace
from typing import Final, Self

from clusters.domain.engine_settings import GRACE_SECONDS


@dataclass(frozen=True, kw_only=True)
class Clock:
    """
    Seconds, all of them; small, so that a row takes some twenty seconds.

    `patience` is what may pass beyond what the table promises, because here a tick is a
    large part of everything: the claim, the look and the call of one more turn.
    """

    connect: float = 0.5
    read: float = 1.5
    settle: float = 3.0
    reconcile: float = 1.0
    poll: float = 1.0
    build: float = 1.0
    patience: float = 3.0

    @property
    def call(self) -> float:
        """The longest that one call to the cloud may take."""
        return self.connect + self.read

    @property
    def claim(self) -> float:
        """How long a worker owns a row that it has not sent."""
        return 2 * self.call

    @property
    def look(self) -> float:
        """Until the next look has ended: a tick of the poll and its calls."""
        return self.poll + self.call

    def bound(self, seconds: float) -> float:
        """Return what the table allows: this, the grace, two sweeps, and patience."""
        return seconds + GRACE_SECONDS + 2 * self.reconcile + self.patience

    def longest_unsure(self, attempts: int) -> float:
        """Return how long a row may be `sending` or `unclear` and call nobody."""
        doublings = 2 ** max(attempts - 1, 0)
        return self.bound(self.claim + self.call + 3 * self.settle * doublings)

    def slower(self, factor: float) -> Self:
        """Return this clock, so many times slower."""
        names = ("connect", "read", "settle", "reconcile", "poll", "build", "patience")
        return replace(self, **{name: getattr(self, name) * factor for name in names})

    def environment(self) -> dict[str, str]:
        """Return the variables that make the portal keep this time."""
        return {
            "CONNECT_TIMEOUT": str(self.connect),
            "READ_TIMEOUT": str(self.read),
            "SETTLE_SECONDS": str(self.settle),
            "RECONCILE_SECONDS": str(self.reconcile),
            "POLL_SECONDS": str(self.poll),
            "CATALOG_SECONDS": "3600",
        }


DRILL: Final = Clock()
