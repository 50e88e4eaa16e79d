"""The home page: decisions to make, then one's own requests and clusters."""

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

_ROWS_PER_SECTION = 6
_RECENT = timedelta(days=14)
_IN_PROGRESS = (
    State.PENDING,
    State.APPROVED,
    State.SENDING,
    State.UNCLEAR,
    State.CREATING,
)


@dataclass(frozen=True)
class Section:
    """A table of requests with a title; `href` and `action` link to the whole list."""

    title: str
    rows: list[ClusterRequest]
    href: str
    action: str


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person and their own requests, or how to begin."""
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
    return list(waiting.exclude(requester_id=viewer.user_id)[:_ROWS_PER_SECTION])


def _sections(viewer: Viewer) -> list[Section]:
    """Return the sections: problems first, then requests in progress, then clusters."""
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
            _first_rows(mine.moved_since(timezone.now() - _RECENT), State.FAILED),
            f"{everything}?state=failed",
            _("All failed requests"),
        ),
        Section(
            _("Your requests in progress"),
            [row for row in _first_rows(mine, *_IN_PROGRESS) if row not in stuck],
            everything,
            _("All requests"),
        ),
        Section(
            _("Your clusters"),
            _first_rows(mine, State.ACTIVE),
            reverse("cluster-list"),
            _("All clusters"),
        ),
    ]


def _stuck(viewer: Viewer) -> list[ClusterRequest]:
    """Return requests that need an operator; none for everybody else."""
    if not viewer.operates:
        return []
    rows = ClusterRequest.objects.needing_operator().as_rows()
    return list(rows[:_ROWS_PER_SECTION])


def _first_rows(rows: ClusterRequestQuerySet, *states: State) -> list[ClusterRequest]:
    wanted = rows.in_states([state.value for state in states])
    return list(wanted.as_rows()[:_ROWS_PER_SECTION])
