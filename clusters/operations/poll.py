"""Follow every cluster of one cloud project by one listing a tick."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from clusters import specs
from clusters.cloud.errors import CloudError
from clusters.cloud.types import Cloud, Outcome
from clusters.engine import Engine
from clusters.matching import Found, Sighting, match
from clusters.models import CloudProject, ClusterRequest
from clusters.operations._advance import MoveNotAllowed
from clusters.operations.answer import is_clean
from clusters.operations.follow import follow
from clusters.operations.look import Listing, look
from clusters.operations.release import heed_trouble
from clusters.operations.settle import adopt, refuse_taken_name
from clusters.operations.watch import watch_active
from clusters.states import State, Verb

log = logging.getLogger(__name__)


CALM: Final = timedelta(minutes=5)
"""How old the last look may get where clusters only have to go on working."""


def projects_to_poll() -> QuerySet[CloudProject]:
    """Cloud projects in which the cloud builds something, may, or was not seen lately."""
    moving = ClusterRequest.objects.filter(state__in=[State.CREATING, State.UNCLEAR])
    active = ClusterRequest.objects.filter(state=State.ACTIVE)
    calm = Q(look=None) | Q(look__ended_at=None) | Q(look__ended_at__lt=Now() - CALM)
    return CloudProject.objects.filter(
        Q(id__in=moving.values("cloud_project_id"))
        | (calm & Q(id__in=active.values("cloud_project_id")))
    ).exclude(sealed_password="")


def poll_project(
    cloud_project_id: int, *, cloud: Cloud, engine: Engine, now: datetime
) -> bool:
    """
    Look once, and move every request of this project by what was seen.

    False where somebody else is looking, or the look did not end.
    """
    if not _take_turn(cloud_project_id, engine):
        return False
    try:
        listing = look(cloud_project_id, cloud=cloud)
        _adopt_unclear(cloud_project_id, listing, now=now)
        follow(cloud_project_id, listing, cloud=cloud, engine=engine, now=now)
        watch_active(cloud_project_id, listing, cloud=cloud, now=now)
    except CloudError as error:
        log.warning(
            "look.failed",
            extra={"cloud_project_id": cloud_project_id, "reason": str(error)},
        )
        heed_trouble(cloud_project_id, error, engine=engine, now=now)
        return False
    finally:
        CloudProject.objects.filter(id=cloud_project_id).update(polled_until=None)
    return True


def _take_turn(cloud_project_id: int, engine: Engine) -> bool:
    """One look at a time for each cloud project; a lease, in case a worker dies."""
    rows = CloudProject.objects.filter(id=cloud_project_id)
    free = rows.filter(Q(polled_until=None) | Q(polled_until__lt=Now()))
    return free.update(polled_until=Now() + 2 * engine.call) == 1


def _adopt_unclear(cloud_project_id: int, listing: Listing, *, now: datetime) -> None:
    """Find the clusters of requests of which we had no clear answer."""
    sightings = listing.sightings
    unclear = ClusterRequest.objects.filter(
        cloud_project_id=cloud_project_id, state=State.UNCLEAR
    )
    for cluster_request in unclear:
        try:
            _settle(cluster_request, sightings, now)
        except MoveNotAllowed:
            log.info("settle.late", extra={"request_id": str(cluster_request.id)})


def _settle(
    cluster_request: ClusterRequest, sightings: tuple[Sighting, ...], now: datetime
) -> None:
    last = cluster_request.attempts.order_by("-number").first()
    clean = is_clean(cluster_request.id)
    name_held = last is not None and last.outcome == Outcome.NAME_HELD
    verdict = match(
        cluster_request.id,
        specs.from_json(cluster_request.spec),
        sightings,
        asked_at=cluster_request.created_at,
        clean=clean and name_held,
    )
    if verdict.found is Found.OURS:
        adopt(cluster_request.id, verdict, now=now)
    elif verdict.found is Found.FOREIGN and name_held and clean:
        refuse_taken_name(cluster_request.id, Verb.SETTLE, verdict, now=now)
