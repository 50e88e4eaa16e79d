"""What needs its reader now, and then the way on."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusters.domain.permissions import Viewer
from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.models.people import viewer_of
from clusters.models.request import ClusterRequestQuerySet
from clusters.views.lists.live_rows import watch_of

_FEW = 6
_RECENT = timedelta(days=14)
_ON_THE_WAY = (
    State.PENDING,
    State.APPROVED,
    State.SENDING,
    State.UNCLEAR,
    State.CREATING,
)


@dataclass(frozen=True)
class Section:
    """Some rows under a title, and where to see all of them."""

    title: str
    rows: list[ClusterRequest]
    href: str
    action: str


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, what became of their wishes, or a first step."""
    viewer = viewer_of(request.user)
    waiting = [(row, True) for row in _decisions(viewer)]
    sections = [section for section in _sections(viewer) if section.rows]
    rows = {row.id: row for section in sections for row in section.rows}
    return render(
        request,
        "clusters/home.html",
        {
            "waiting": waiting,
            "sections": sections,
            "is_empty": not waiting and not sections,
            "watch": watch_of(rows.values()),
        },
    )


def _decisions(viewer: Viewer) -> list[ClusterRequest]:
    if not viewer.approves:
        return []
    waiting = ClusterRequest.objects.waiting_for_decision().with_reason()
    return list(waiting.exclude(requester_id=viewer.user_id)[:_FEW])


def _sections(viewer: Viewer) -> list[Section]:
    """Trouble first, then what moves, then what works."""
    mine = ClusterRequest.objects.asked_by(viewer.user_id).newest_first()
    stuck = _stuck(viewer)
    everything = reverse("request-list")
    return [
        Section(
            _("Needs an operator"),
            stuck,
            f"{everything}?state=unclear",
            _("All unclear requests"),
        ),
        Section(
            _("Your recently failed requests"),
            _few(mine.moved_since(timezone.now() - _RECENT), State.FAILED),
            f"{everything}?state=failed",
            _("All failed requests"),
        ),
        Section(
            _("Your requests in progress"),
            [row for row in _few(mine, *_ON_THE_WAY) if row not in stuck],
            everything,
            _("All requests"),
        ),
        Section(
            _("Your clusters"),
            _few(mine, State.ACTIVE),
            reverse("cluster-list"),
            _("All clusters"),
        ),
    ]


def _stuck(viewer: Viewer) -> list[ClusterRequest]:
    """Return what only an operator can settle."""
    if not viewer.operates:
        return []
    return list(ClusterRequest.objects.needing_operator().as_rows()[:_FEW])


def _few(rows: ClusterRequestQuerySet, *states: State) -> list[ClusterRequest]:
    return list(rows.in_states([state.value for state in states]).as_rows()[:_FEW])
