"""What the frame around every page needs to know about its reader."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from clusters import wiring
from clusters.demo.rehearse import current_name
from clusters.demo.scenarios import OTHER, find_scenario
from clusters.models import ClusterRequest
from clusters.models.people import viewer_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """
    Return `viewer` and `pending_count`, each asked of the database only when shown.

    `pending_count` counts what waits for a decision, for those who may open that list.
    `training` is there in the demo only: what the simulator is set to, in plain words.
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
    }


def _training() -> str:
    name = current_name()
    scenario = find_scenario(name)
    if scenario:
        return str(scenario.title)
    return _("custom faults") if name == OTHER else ""
