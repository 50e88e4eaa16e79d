"""What the sentence about the next step depends on, and what it is. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clusters.domain.permissions import Viewer
from clusters.models import ClusterRequest


@dataclass(frozen=True, kw_only=True)
class Situation:
    """
    What the sentence depends on.

    `looked_at` is when the cloud project was last listed, `next_look_at` from when on
    another look can count; `was_sent` says whether an
    attempt was made; `deadline` is how long the building usually takes at most;
    `approved_at` is the moment of the approval that stands.
    """

    cluster_request: ClusterRequest
    viewer: Viewer
    now: datetime
    was_sent: bool
    looked_at: datetime | None
    deadline: timedelta
    next_look_at: datetime | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The sentence, and what else helps to understand it."""

    sentence: str
    more: tuple[str, ...] = ()
