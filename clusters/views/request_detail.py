"""Everything about one request: what happened, what is next, what one may do now."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseStopPolling

from clusters import wiring
from clusters.approval import Viewer, may_act, may_decide
from clusters.cloud.huawei.regions import console_of
from clusters.matching import Sighting
from clusters.models import Attempt, ClusterRequest, Event, Look
from clusters.models.people import viewer_of
from clusters.operations.hand_over import once_asked
from clusters.operations.judge import candidates_of
from clusters.settling import Absence, wait_of
from clusters.states import State
from clusters.views.error_card import ErrorCard, error_card_of
from clusters.views.facts import Fact, facts_of
from clusters.views.timeline import timeline_of
from clusters.views.timeline_entries import Entry
from clusters.views.what_next import NextStep, Situation, next_step_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


@require_safe
@login_required
@never_cache
def request_detail(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show the page, or what has changed on it since the version that is shown."""
    cluster_request = visible_request(request, request_id)
    if request.headers.get("HX-Request") and "shown" in request.GET:
        return _news(request, cluster_request)
    return detail_page(request, cluster_request)


def visible_request(request: HttpRequest, request_id: UUID) -> ClusterRequest:
    """
    Return the request with its cloud project.

    :raises Http404: if there is none that this person may see
    """
    rows = ClusterRequest.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("cloud_project"), id=request_id)


def detail_page(
    request: HttpRequest,
    cluster_request: ClusterRequest,
    *,
    problem: str = "",
    comment: str = "",
    is_comment_wrong: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render the whole page; `problem` says what happened, `comment` was typed."""
    context = {
        **vars(_page_of(request, cluster_request)),
        "problem": problem,
        "comment": comment,
        "is_comment_wrong": is_comment_wrong,
        "typed": request.POST,
    }
    return render(request, "clusters/request_detail.html", context, status=status)


@dataclass(frozen=True, kw_only=True)
class DetailPage:
    """What the templates show, answered; the names are those of the context."""

    cluster_request: ClusterRequest
    entries: tuple[Entry, ...]
    next_step: NextStep
    facts: tuple[Fact, ...]
    error: ErrorCard | None
    endpoints: tuple[str, ...]
    body_title: str
    body_text: str
    approved_by: str
    may_decide: bool
    may_cancel: bool
    may_retry: bool
    may_ask_again: bool
    may_hand_over: bool
    may_delete_cluster: bool
    may_judge: bool
    candidates: tuple[Sighting, ...]
    console_url: str
    connect_line: str
    follows: bool
    shape: str
    version: str


_ENDED: Final = (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED)


def _news(request: HttpRequest, cluster_request: ClusterRequest) -> HttpResponse:
    """
    Answer a page that asks every two seconds.

    204 when nothing changed, so that focus and selection stay; the moving parts when
    only they did, so that a half-typed comment stays; else the whole page. 286 ends it.
    """
    page = _page_of(request, cluster_request)
    shape, _separator, version = request.GET["shown"].partition(".")
    if page.follows and (shape, version) == (page.shape, page.version):
        return HttpResponse(status=204)
    context = {**vars(page), "is_whole": shape != page.shape}
    response = render(request, "clusters/fragments/request_news.html", context)
    if page.follows:
        return response
    return HttpResponseStopPolling(response.content)


def _page_of(request: HttpRequest, cluster_request: ClusterRequest) -> DetailPage:
    now = timezone.now()
    viewer = viewer_of(request.user)
    events = list(cluster_request.events.all())
    attempts = list(cluster_request.attempts.all())
    situation = _situation(cluster_request, viewer, attempts, now)
    endpoints = tuple(filter(None, cluster_request.endpoint.split(",")))
    return DetailPage(
        cluster_request=cluster_request,
        entries=timeline_of(events, attempts, now=now),
        next_step=next_step_of(situation),
        facts=facts_of(cluster_request),
        error=error_card_of(cluster_request),
        endpoints=endpoints,
        connect_line=f"curl http://{endpoints[0]}/_cluster/health" if endpoints else "",
        body_title=_body_title(cluster_request, was_sent=bool(attempts)),
        body_text=_readable(cluster_request.body),
        approved_by=_approved_by(cluster_request),
        console_url=_console_of(cluster_request),
        candidates=_candidates(cluster_request, viewer),
        follows=cluster_request.is_pending
        or cluster_request.is_moving
        or cluster_request.is_being_deleted,
        shape=_shape(cluster_request),
        version=_version(situation, events, attempts),
        **_permissions(cluster_request, request.user),
    )


def _situation(
    cluster_request: ClusterRequest,
    viewer: Viewer,
    attempts: list[Attempt],
    now: datetime,
) -> Situation:
    looks = Look.objects.filter(cloud_project_id=cluster_request.cloud_project_id)
    return Situation(
        cluster_request=cluster_request,
        viewer=viewer,
        now=now,
        was_sent=bool(attempts),
        next_look_at=_next_look_at(cluster_request, attempts),
        looked_at=looks.values_list("ended_at", flat=True).first(),
        deadline=timedelta(minutes=wiring.engine().ready_deadline_minutes),
    )


def _next_look_at(
    cluster_request: ClusterRequest, attempts: list[Attempt]
) -> datetime | None:
    """Return when the next look can count; None where none is needed."""
    row = cluster_request
    if not row.is_unclear or row.needs or row.answer_by is None:
        return None
    wait = wait_of([each.outcome for each in attempts], wiring.engine())
    return Absence(looks=row.absent_looks, last_at=row.last_absent_at).next_at(
        row.answer_by, wait=wait
    )


def _permissions(
    cluster_request: ClusterRequest, person: "User | AnonymousUser"
) -> dict[str, bool]:
    requester_id, viewer = cluster_request.requester_id, viewer_of(person)
    acts = may_act(viewer, requester_id=requester_id)
    decides = may_decide(viewer, requester_id=requester_id)
    return {
        "may_decide": cluster_request.is_pending
        and decides
        and not once_asked(cluster_request, person),
        "may_hand_over": viewer.operates,
        "may_judge": cluster_request.is_unclear and viewer.operates,
        "may_delete_cluster": cluster_request.has_broken_cluster
        and not cluster_request.is_being_deleted
        and acts,
        "may_cancel": cluster_request.can_be_cancelled and acts,
        "may_retry": cluster_request.can_be_retried and acts,
        "may_ask_again": cluster_request.state in _ENDED
        and viewer.user_id == requester_id,
    }


def _candidates(
    cluster_request: ClusterRequest, viewer: Viewer
) -> tuple[Sighting, ...]:
    """Return what could be its cluster, for those who decide where nobody knows."""
    if cluster_request.is_unclear and viewer.operates:
        return candidates_of(cluster_request)
    return ()


def _console_of(cluster_request: ClusterRequest) -> str:
    """Return where the cloud itself shows this cluster; empty without one to show."""
    if not cluster_request.cluster_id or cluster_request.cluster_gone_at:
        return ""
    project = cluster_request.cloud_project
    return console_of(project.region, css_url=project.css_url)


def _body_title(cluster_request: ClusterRequest, *, was_sent: bool) -> str:
    if was_sent:
        return _("What was sent")
    if cluster_request.is_pending or cluster_request.is_moving:
        return _("What will be sent")
    return _("What was asked for, as JSON")


def _readable(body: str) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def _approved_by(cluster_request: ClusterRequest) -> str:
    decision = cluster_request.decisions.filter(
        verdict="approved", voided_at__isnull=True
    ).first()
    return decision.by_name if decision else ""


def _shape(cluster_request: ClusterRequest) -> str:
    """Tell apart what needs another page: buttons, forms, the error card."""
    row = cluster_request
    return _short_hash(
        row.state,
        row.needs,
        row.cluster_id,
        row.error_code,
        row.body_sha256,
        row.health,
        row.is_being_deleted,
        row.cluster_gone_at,
    )


def _version(situation: Situation, events: list[Event], attempts: list[Attempt]) -> str:
    """Tell apart what the moving parts show, durations by the minute included."""
    row = situation.cluster_request
    return _short_hash(
        *(event.hash for event in events[-1:]),
        *(f"{each.number} {each.outcome}" for each in attempts),
        row.cloud_progress,
        row.endpoint,
        row.waits_because,
        row.due_at,
        row.cloud_project.paused_at,
        row.is_unclear and situation.looked_at,
        situation.now.replace(second=0, microsecond=0),
    )


def _short_hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
