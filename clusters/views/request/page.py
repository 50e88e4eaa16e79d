"""Builds everything that the page of one request shows to one person."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from clusters import wiring
from clusters.domain.absence import Absence, wait_after
from clusters.domain.matching import ListedCluster
from clusters.models import ClusterRequest, InventorySnapshot
from clusters.models.erased_names import shown_name
from clusters.operations.requests.manual_resolution import candidates_in
from clusters.views.request.buttons import Permissions, permissions_of
from clusters.views.request.cluster_part import ClusterPart, cluster_part_of
from clusters.views.request.error_card import ErrorCard, error_card_of
from clusters.views.request.history import History
from clusters.views.request.history_facts import HistoryFacts
from clusters.views.request.next_step import NextStep, Situation, next_step_of
from clusters.views.request.polling import PollData, Polling
from clusters.views.request.spec_line import SpecLine
from clusters.views.request.spec_summary import summarize_spec


@dataclass(frozen=True, kw_only=True)
class RequestPart:
    """
    The request itself: its configuration, error and next step.

    `building_for` is how long the request has been in its state; `body_text` is the
    body as indented JSON; `approved_by` is a user name, or empty; `watched_by` are the
    names of the watchers as one text, or empty.
    """

    next_step: NextStep
    building_for: timedelta
    facts: tuple[SpecLine, ...]
    error: ErrorCard | None
    body_title: str
    body_text: str
    approved_by: str
    watched_by: str


@dataclass(frozen=True, kw_only=True)
class DetailPage:
    """
    All parts of the page.

    `candidates` are the listed clusters that an operator may adopt for the request.
    """

    cluster_request: ClusterRequest
    content: RequestPart
    cluster: ClusterPart
    may: Permissions
    candidates: tuple[ListedCluster, ...]
    history: History
    polling: Polling

    def context(self) -> dict[str, object]:
        """Return the context of the templates of the page and of its updates."""
        return {
            "cluster_request": self.cluster_request,
            "content": self.content,
            "cluster": self.cluster,
            "may": self.may,
            "candidates": self.candidates,
            "history": self.history,
            "polling": self.polling,
        }


def build_page(
    poll: PollData, history: History, *, is_newest: bool = True
) -> DetailPage:
    """
    Build the page in a constant number of queries.

    A page of earlier history (`is_newest` is false) does not poll for updates.
    """
    row, past = poll.cluster_request, poll.facts
    polling = poll.polling
    return DetailPage(
        cluster_request=row,
        content=_request_part(poll),
        cluster=cluster_part_of(row),
        may=permissions_of(
            row,
            poll.viewer,
            was_requester=past.was_requester,
            approved_at=past.approved_at,
            now=poll.now,
        ),
        candidates=candidates_in(InventorySnapshot(clusters=past.clusters or []), row),
        history=history,
        polling=polling if is_newest else replace(polling, follows=False),
    )


def _request_part(poll: PollData) -> RequestPart:
    row, past = poll.cluster_request, poll.facts
    return RequestPart(
        next_step=next_step_of(_situation(poll)),
        building_for=max(poll.now - row.moved_at, timedelta()),
        facts=summarize_spec(row),
        error=error_card_of(row),
        body_title=_body_title(row, was_sent=past.was_sent),
        body_text=_readable(row.body),
        approved_by=past.approved_by or "",
        watched_by=", ".join(map(shown_name, sorted(past.watchers or []))),
    )


def _situation(poll: PollData) -> Situation:
    return Situation(
        cluster_request=poll.cluster_request,
        viewer=poll.viewer,
        now=poll.now,
        was_sent=poll.facts.was_sent,
        next_scan_at=_next_scan_at(poll.cluster_request, poll.facts),
        scanned_at=poll.facts.scanned_at,
        approved_at=poll.facts.approved_at,
        deadline=timedelta(minutes=wiring.engine_settings().ready_deadline_minutes),
    )


def _next_scan_at(row: ClusterRequest, past: HistoryFacts) -> datetime | None:
    """Return from when on a scan counts towards absence; None if none is needed."""
    if not row.is_unclear or row.needs or row.answer_by is None:
        return None
    wait = wait_after(past.touched or 0, wiring.engine_settings())
    return Absence(scans=row.absent_scans, last_at=row.last_absent_at).next_at(
        row.answer_by, wait=wait
    )


def _body_title(cluster_request: ClusterRequest, *, was_sent: bool) -> str:
    if was_sent:
        return _("What was sent")
    if cluster_request.is_pending or cluster_request.is_moving:
        return _("What will be sent")
    return _("Requested configuration as JSON")


def _readable(body: str) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
