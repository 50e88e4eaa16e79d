"""Template context of the parts that all pages share: navigation, banner of the demo."""

from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Subquery
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from clusters import wiring
from clusters.demo.rehearse import current_name
from clusters.demo.scenarios import OTHER, find_scenario
from clusters.models import AuditCheck, ClusterRequest
from clusters.models.people import viewer_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """
    Return what the frame shows: `training` in the demo, and more to who is signed in.

    The values are lazy: the database is queried only if a template uses them.
    `viewer` has the person's roles; `pending_count` is the number of requests that wait
    for a decision; `is_history_failing` whether the last check of the history found
    something, for those who may open `/audit/`; `training` the title of the active
    scenario of the simulator, empty if there is none.
    """
    frame: dict[str, Any] = {}
    if wiring.is_demo():
        frame["training"] = SimpleLazyObject(_training)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    watched = _Watched(user.pk)
    return frame | {
        "viewer": SimpleLazyObject(lambda: viewer_of(user)),
        "pending_count": SimpleLazyObject(lambda: watched.pending_count),
        "is_history_failing": SimpleLazyObject(
            lambda: viewer_of(user).opens_audit and watched.is_history_failing
        ),
    }


class _Watched:
    """What the frame of each page tells, read by one query when it is first asked for."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id

    @property
    def pending_count(self) -> int:
        return self._read[0] or 0

    @property
    def is_history_failing(self) -> bool:
        return bool(self._read[1])

    @cached_property
    def _read(self) -> tuple[int | None, str | None]:
        pending = ClusterRequest.objects.filter(state="pending").order_by()
        counted = pending.values("state").annotate(count=Count("pk"))
        # From the row of the person, which is always there; the others may not be.
        read: tuple[int | None, str | None] = User.objects.values_list(
            Subquery(counted.values("count")),
            Subquery(AuditCheck.objects.newest_finding()),
        ).get(pk=self._user_id)
        return read


def _training() -> str:
    name = current_name()
    scenario = find_scenario(name)
    if scenario:
        return str(scenario.title)
    return _("custom faults") if name == OTHER else ""
