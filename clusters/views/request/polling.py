"""How an open page of a request finds out, every two seconds, what has changed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from clusters.domain.permissions import Viewer
from clusters.models import ClusterRequest
from clusters.models.people import viewer_of
from clusters.views.request.history_facts import HistoryFacts, history_facts

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


@dataclass(frozen=True, kw_only=True)
class Polling:
    """
    Whether the page goes on polling (`follows`), and two hashes of what it shows.

    `shape` changes if the whole page has to be rendered anew: other buttons, other forms
    or an error. `version` changes if only texts, progress or durations (by the minute)
    change. Each has 12 hex digits.
    """

    follows: bool
    shape: str
    version: str


@dataclass(frozen=True, kw_only=True)
class PollData:
    """What a poll reads: the request, and one more query for the facts."""

    cluster_request: ClusterRequest
    viewer: Viewer
    now: datetime
    facts: HistoryFacts
    polling: Polling


def read_poll_data(
    cluster_request: ClusterRequest, person: "User | AnonymousUser", *, now: datetime
) -> PollData:
    """Read the facts and compute both hashes."""
    viewer = viewer_of(person)
    facts = history_facts(cluster_request, viewer)
    return PollData(
        cluster_request=cluster_request,
        viewer=viewer,
        now=now,
        facts=facts,
        polling=_polling_of(cluster_request, facts, now=now),
    )


def _polling_of(row: ClusterRequest, facts: HistoryFacts, *, now: datetime) -> Polling:
    cluster = row.cluster
    return Polling(
        follows=row.is_pending or row.is_moving or row.is_being_deleted,
        shape=_short_hash(
            row.state,
            row.needs,
            row.cloud_id,
            row.error_code,
            row.body_sha256,
            cluster and cluster.health,
            row.is_being_deleted,
            cluster and cluster.gone_at,
        ),
        version=_short_hash(
            facts.last_hash,
            facts.last_number,
            facts.last_outcome,
            cluster and (cluster.cloud_progress, cluster.endpoint),
            row.waits_because,
            row.due_at,
            row.cloud_project.paused_at,
            row.is_unclear and facts.scanned_at,
            now.replace(second=0, microsecond=0),
        ),
    )


def _short_hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
