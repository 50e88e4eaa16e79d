"""Is the process up, and are the parts that it needs: flat JSON, without a login."""

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
"""Without one of these no page works, or none that changes anything."""

_STILL_WORKS: Final = ("cache", READ_ONLY)
"""No page needs to write there, and workers read the token that is in it."""

_FROM_GOOD_TO_BAD: Final = (OK, PAUSED, UNCONNECTED, FAILING, STOPPED)

_MISSED_BEATS: Final = 4
"""So many heartbeats late, and a worker is called silent."""

_LOOKED_AFTER: Final = (State.SENDING, State.UNCLEAR, State.CREATING)


@require_safe
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """Answer: the process is up."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """
    Answer for each part by what is known of it; nothing is asked of the cloud.

    Operators read each cloud project by its name, all others one word for the worst.
    503 when database, cache or static files fail, with ``?strict=1`` for any fault. A
    cache that is only read is none that fails.
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
    if any(word != OK and (part, word) != _STILL_WORKS for part, word in needed):
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
    except ReadOnlyError:  # of Redis: it became a replica
        return READ_ONLY
    except Exception:  # noqa: BLE001 - each cache has errors of its own; all mean down
        return DOWN
    return OK if found == value else DOWN


def _static() -> str:
    return MISSING if missing_file() else OK


def _by_heartbeat() -> dict[str, str]:
    """A beat goes through scheduler, broker and worker, so a fresh one proves all."""
    allowed = timedelta(
        seconds=_MISSED_BEATS * wiring.engine_settings().reconcile_seconds + 5
    )
    beats = Heartbeat.objects.filter(kind=HeartbeatKind.WORKER)
    # One of the future was written by a clock that was ahead, and proves nothing.
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
    return {"cloud": max(words.values(), key=_FROM_GOOD_TO_BAD.index, default=OK)}


def _clouds() -> Iterator[tuple[str, str]]:
    rows = ClusterRequest.objects.filter(state__in=_LOOKED_AFTER)
    looked_after = set(rows.values_list("cloud_project_id", flat=True).distinct())
    for project in CloudProject.objects.select_related("catalog", "inventory_snapshot"):
        is_watched = project.pk in looked_after
        yield f"cloud:{project.name}", _cloud(project, is_watched=is_watched)


def _cloud(project: CloudProject, *, is_watched: bool) -> str:
    if project.is_paused:
        return STOPPED if project.is_paused_by_portal else PAUSED
    if not project.is_connected:
        return UNCONNECTED
    # a look is only made while there is something to follow; its error ages after that
    look = getattr(project, "inventory_snapshot", None)
    catalog = getattr(project, "catalog", None)
    failing = (catalog and catalog.error) or (is_watched and look and look.error)
    return FAILING if failing else OK
