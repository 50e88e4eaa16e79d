"""Health checks of the process and of the services it needs: flat JSON, no login."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.core.cache import cache
from django.db import Error as AnyDatabaseError
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import ReadOnlyError

from clusters import wiring
from clusters.domain.states import State
from clusters.models import CloudProject, ClusterRequest, Heartbeat
from clusters.models.heartbeat import HeartbeatKind
from clusters.models.people import viewer_of
from clusters.operations.core.broker_trouble import latest_trouble
from clusters.operations.core.schema import is_migrated
from clusters.operations.upkeep.clocks import BOUND, clocks_differ
from clusters.operations.upkeep.writable import takes_changes
from clusters.static_files import missing_file

OK: Final = "ok"
DOWN: Final = "down"
PAUSED: Final = "paused"
READ_ONLY: Final = "read-only"
UNMIGRATED: Final = "unmigrated"
MISSING: Final = "missing"
UNKNOWN: Final = "unknown"
UNCONNECTED: Final = "unconnected"
FAILING: Final = "failing"
STOPPED: Final = "stopped"

_NEEDED: Final = ("database", "cache", "static")
"""If one of these fails, `status` is `down`: no page works, or none can save anything."""

_DEGRADED_ONLY: Final = ("cache", READ_ONLY)
"""A read-only cache is not `down`: no page writes there, and workers read their tokens."""

_BEST_TO_WORST: Final = (OK, PAUSED, UNCONNECTED, FAILING, STOPPED)

_MISSED_HEARTBEATS: Final = 4
"""A worker is `silent` if its last heartbeat is older than this many periods."""

_FOLLOWED_STATES: Final = (State.SENDING, State.UNCLEAR, State.CREATING)
"""States of requests for which the portal scans the cloud project."""


@require_safe
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """Return 200 with ``{"status": "ok"}``: the process is up."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """
    Return the state of each part as flat JSON; no call is made to the cloud.

    Operators see one key for each cloud project, `cloud:NAME`; everybody else sees the
    worst of them as `cloud`. The HTTP status is 503 if database, cache or static files
    fail, with ``?strict=1`` for any fault. A read-only cache counts as `degraded`.
    """
    parts = {"database": _database(), "cache": _cache(), "static": _static()}
    try:
        parts |= _by_heartbeat() | _clock() | _clouds_for(request)
    except AnyDatabaseError:
        parts |= {"broker": UNKNOWN, "worker": UNKNOWN}
        if parts["database"] == OK:
            parts["database"] = DOWN
    status = _status(parts)
    is_strict = request.GET.get("strict") == "1"
    fails = status == DOWN or (is_strict and status != OK)
    return JsonResponse({"status": status, **parts}, status=503 if fails else 200)


def _status(parts: dict[str, str]) -> str:
    needed = ((part, parts[part]) for part in _NEEDED)
    if any(word != OK and (part, word) != _DEGRADED_ONLY for part, word in needed):
        return DOWN
    return OK if set(parts.values()) <= {OK, PAUSED} else "degraded"


def _database() -> str:
    try:
        if not is_migrated():
            return UNMIGRATED
        return OK if takes_changes() else READ_ONLY
    except AnyDatabaseError:
        return DOWN


def _cache() -> str:
    key, value = f"readyz:{uuid.uuid4()}", "here"
    try:
        cache.set(key, value, timeout=10)
        found = cache.get(key)
        cache.delete(key)
    except ReadOnlyError:  # raised by a Redis that has become a replica
        return READ_ONLY
    except Exception:  # noqa: BLE001 - each cache backend raises its own errors
        return DOWN
    return OK if found == value else DOWN


def _static() -> str:
    return MISSING if missing_file() else OK


def _by_heartbeat() -> dict[str, str]:
    """A heartbeat passes scheduler, broker and worker: a recent one shows that all work."""
    allowed = timedelta(
        seconds=_MISSED_HEARTBEATS * wiring.engine_settings().reconcile_seconds + 5
    )
    beats = Heartbeat.objects.filter(kind=HeartbeatKind.WORKER)
    # A heartbeat in the future was written by a wrong clock and is ignored.
    if beats.filter(seen_at__range=(Now() - allowed, Now() + BOUND)).exists():
        return {"broker": OK, "worker": OK}
    silent = "silent" if beats.exists() else MISSING
    return {"broker": latest_trouble() or UNKNOWN, "worker": silent}


def _clock() -> dict[str, str]:
    return {"clock": "differs" if clocks_differ(timezone.now()) else OK}


def _clouds_for(request: HttpRequest) -> dict[str, str]:
    words = dict(_clouds())
    if viewer_of(request.user).operates:
        return words
    return {"cloud": max(words.values(), key=_BEST_TO_WORST.index, default=OK)}


def _clouds() -> Iterator[tuple[str, str]]:
    rows = ClusterRequest.objects.filter(state__in=_FOLLOWED_STATES)
    followed = set(rows.values_list("cloud_project_id", flat=True).distinct())
    for project in CloudProject.objects.select_related("catalog", "inventory_snapshot"):
        is_scanned = project.pk in followed
        yield f"cloud:{project.name}", _cloud(project, is_scanned=is_scanned)


def _cloud(project: CloudProject, *, is_scanned: bool) -> str:
    if project.is_paused:
        return STOPPED if project.is_paused_by_portal else PAUSED
    if not project.is_connected:
        return UNCONNECTED
    # Without requests to follow there are no scans, and the error of the last one is old.
    snapshot = getattr(project, "inventory_snapshot", None)
    catalog = getattr(project, "catalog", None)
    failing = (catalog and catalog.error) or (
        is_scanned and snapshot and snapshot.error
    )
    return FAILING if failing else OK
