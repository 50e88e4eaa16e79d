"""Template context of the parts that all pages share: navigation, banner of the demo."""

from typing import Any

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
    return frame | {
        "viewer": SimpleLazyObject(lambda: viewer_of(user)),
        "pending_count": SimpleLazyObject(
            ClusterRequest.objects.filter(state="pending").count
        ),
        "is_history_failing": SimpleLazyObject(
            lambda: viewer_of(user).opens_audit and AuditCheck.objects.is_failing()
        ),
    }


def _training() -> str:
    name = current_name()
    scenario = find_scenario(name)
    if scenario:
        return str(scenario.title)
    return _("custom faults") if name == OTHER else ""
