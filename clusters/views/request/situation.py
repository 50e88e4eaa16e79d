"""Input and result of `next_step_of`. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clusters.domain.permissions import Viewer
from clusters.models import ClusterRequest


@dataclass(frozen=True, kw_only=True)
class Situation:
    """
    What the next step depends on.

    `was_sent` says whether an attempt was made. `scanned_at` is when the last scan of the
    cloud project ended; `next_scan_at` is from when on a scan counts towards absence.
    `deadline` is how long a create normally takes at most. `approved_at` is when the
    valid approval was given.
    """

    cluster_request: ClusterRequest
    viewer: Viewer
    now: datetime
    was_sent: bool
    scanned_at: datetime | None
    deadline: timedelta
    next_scan_at: datetime | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The main sentence, and more sentences in small print."""

    sentence: str
    more: tuple[str, ...] = ()
