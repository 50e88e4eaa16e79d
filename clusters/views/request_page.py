"""What the page of one request shows, answered for the person who reads it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clusters import wiring
from clusters.approval import Viewer
from clusters.cloud.huawei.regions import console_of
from clusters.matching import Sighting
from clusters.models import Attempt, ClusterRequest, Event, Look
from clusters.models.people import viewer_of
from clusters.operations.judge import candidates_in
from clusters.settling import Absence, wait_of
from clusters.states import Verb
from clusters.views.error_card import ErrorCard, error_card_of
from clusters.views.facts import Fact, facts_of
from clusters.views.permissions import permissions_of
from clusters.views.timeline import timeline_of
from clusters.views.timeline_entries import Entry
from clusters.views.what_next import NextStep, Situation, next_step_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


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


def page_of(
    cluster_request: ClusterRequest, person: "User | AnonymousUser", *, now: datetime
) -> DetailPage:
    """Answer everything that the templates ask, in a constant number of queries."""
    viewer = viewer_of(person)
    events = list(cluster_request.events.all())
    attempts = list(cluster_request.attempts.all())
    may = permissions_of(cluster_request, viewer, events)
    look = _look_of(cluster_request, with_clusters=may["may_judge"])
    situation = _situation(cluster_request, viewer, attempts, look, now)
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
        approved_by=_approved_by(events),
        console_url=_console_of(cluster_request),
        candidates=candidates_in(look, cluster_request) if may["may_judge"] else (),
        follows=cluster_request.is_pending
        or cluster_request.is_moving
        or cluster_request.is_being_deleted,
        shape=_shape(cluster_request),
        version=_version(situation, events, attempts),
        **may,
    )


def _look_of(cluster_request: ClusterRequest, *, with_clusters: bool) -> Look | None:
    looks = Look.objects.filter(cloud_project_id=cluster_request.cloud_project_id)
    # A thousand clusters weigh something, and hardly anybody has to see them.
    return (looks if with_clusters else looks.defer("clusters", "known_ours")).first()


def _situation(
    cluster_request: ClusterRequest,
    viewer: Viewer,
    attempts: list[Attempt],
    look: Look | None,
    now: datetime,
) -> Situation:
    return Situation(
        cluster_request=cluster_request,
        viewer=viewer,
        now=now,
        was_sent=bool(attempts),
        next_look_at=_next_look_at(cluster_request, attempts),
        looked_at=look.ended_at if look else None,
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


def _approved_by(events: list[Event]) -> str:
    """Return who approved it, unless that decision is void."""
    last = [each for each in events if each.kind in (Verb.APPROVE, Verb.REVERT)][-1:]
    return last[0].actor_name if last and last[0].kind == Verb.APPROVE else ""


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
