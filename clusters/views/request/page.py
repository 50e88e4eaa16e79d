"""What the page of one request shows, answered for the person who reads it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clusters import wiring
from clusters.cloud.huawei.regions import console_of
from clusters.domain.absence import Absence, wait_after
from clusters.domain.matching import ListedCluster
from clusters.domain.permissions import Viewer
from clusters.models import ClusterRequest, InventorySnapshot
from clusters.models.people import viewer_of
from clusters.operations.requests.manual_resolution import candidates_in
from clusters.views.request.buttons import permissions_of
from clusters.views.request.error_card import ErrorCard, error_card_of
from clusters.views.request.history import History
from clusters.views.request.history_facts import HistoryFacts, history_facts
from clusters.views.request.next_step import NextStep, Situation, next_step_of
from clusters.views.request.spec_summary import SpecLine, summarize_spec

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


@dataclass(frozen=True, kw_only=True)
class DetailPage:
    """What the templates show, answered; the names are those of the context."""

    cluster_request: ClusterRequest
    history: History
    next_step: NextStep
    building_for: timedelta
    facts: tuple[SpecLine, ...]
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
    may_watch: bool
    may_resolve: bool
    candidates: tuple[ListedCluster, ...]
    console_url: str
    connect_line: str
    follows: bool
    shape: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What says whether a page has to change; one query beyond the row itself."""

    cluster_request: ClusterRequest
    viewer: Viewer
    now: datetime
    facts: HistoryFacts

    @property
    def follows(self) -> bool:
        """Whether there can be news."""
        row = self.cluster_request
        return row.is_pending or row.is_moving or row.is_being_deleted

    @property
    def shape(self) -> str:
        """Tell apart what needs another page: buttons, forms, the error card."""
        row, cluster = self.cluster_request, self.cluster_request.cluster
        return _short_hash(
            row.state,
            row.needs,
            row.cloud_id,
            row.error_code,
            row.body_sha256,
            cluster and cluster.health,
            row.is_being_deleted,
            cluster and cluster.gone_at,
        )

    @property
    def version(self) -> str:
        """Tell apart what the moving parts show, durations by the minute included."""
        row, cluster = self.cluster_request, self.cluster_request.cluster
        return _short_hash(
            self.facts.last_hash,
            self.facts.last_number,
            self.facts.last_outcome,
            cluster and (cluster.cloud_progress, cluster.endpoint),
            row.waits_because,
            row.due_at,
            row.cloud_project.paused_at,
            row.is_unclear and self.facts.looked_at,
            self.now.replace(second=0, microsecond=0),
        )


def glance_at(
    cluster_request: ClusterRequest, person: "User | AnonymousUser", *, now: datetime
) -> Glance:
    """Read what a poll compares."""
    viewer = viewer_of(person)
    facts = history_facts(cluster_request, viewer)
    return Glance(cluster_request=cluster_request, viewer=viewer, now=now, facts=facts)


def build_page(glance: Glance, history: History) -> DetailPage:
    """Answer everything that the templates ask, in a constant number of queries."""
    row, told = glance.cluster_request, glance.facts
    may = permissions_of(
        row,
        glance.viewer,
        was_requester=told.was_requester,
        approved_at=told.approved_at,
        now=glance.now,
    )
    endpoints = _endpoints_of(row)
    return DetailPage(
        cluster_request=row,
        history=history,
        next_step=next_step_of(_situation(glance)),
        building_for=max(glance.now - row.moved_at, timedelta()),
        facts=summarize_spec(row),
        error=error_card_of(row),
        endpoints=endpoints,
        connect_line=f"curl http://{endpoints[0]}/_cluster/health" if endpoints else "",
        body_title=_body_title(row, was_sent=told.was_sent),
        body_text=_readable(row.body),
        approved_by=told.approved_by or "",
        console_url=_console_of(row),
        candidates=candidates_in(InventorySnapshot(clusters=told.clusters or []), row),
        follows=glance.follows,
        shape=glance.shape,
        version=glance.version,
        **may,
    )


def _situation(glance: Glance) -> Situation:
    return Situation(
        cluster_request=glance.cluster_request,
        viewer=glance.viewer,
        now=glance.now,
        was_sent=glance.facts.was_sent,
        next_look_at=_next_look_at(glance.cluster_request, glance.facts),
        looked_at=glance.facts.looked_at,
        approved_at=glance.facts.approved_at,
        deadline=timedelta(minutes=wiring.engine_settings().ready_deadline_minutes),
    )


def _next_look_at(row: ClusterRequest, told: HistoryFacts) -> datetime | None:
    """Return when the next look can count; None where none is needed."""
    if not row.is_unclear or row.needs or row.answer_by is None:
        return None
    wait = wait_after(told.touched or 0, wiring.engine_settings())
    return Absence(looks=row.absent_looks, last_at=row.last_absent_at).next_at(
        row.answer_by, wait=wait
    )


def _endpoints_of(cluster_request: ClusterRequest) -> tuple[str, ...]:
    cluster = cluster_request.cluster
    return tuple(filter(None, cluster.endpoint.split(","))) if cluster else ()


def _console_of(cluster_request: ClusterRequest) -> str:
    """Return where the cloud itself shows this cluster; empty without one to show."""
    cluster = cluster_request.cluster
    if cluster is None or cluster.gone_at:
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


def _short_hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
