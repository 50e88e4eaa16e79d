"""
GET /v1.0/{project_id}/clusters: the list of clusters, correct or with a fault.

Parameters: CSS API Reference, Querying the Cluster List.
"""

import re
from collections.abc import Callable, Mapping

from clusters.simulator.clusters import Cluster
from clusters.simulator.console_actions import find_cluster, foreign_cluster
from clusters.simulator.create_faults import html_page
from clusters.simulator.faults import Faults
from clusters.simulator.legacy_fields import with_legacy_fields
from clusters.simulator.refusals import css_refusal, invalid_parameter
from clusters.simulator.state import SimulatorState
from clusters.simulator.switches import ListFaultKind
from clusters.simulator.wire import (
    SimulatedRequest,
    SimulatedResponse,
    json_response,
)

_DEFAULT_PAGE_SIZE = 10
_MAX_PAGE_SIZE = 1_000
_DEFAULT_ENTERPRISE_PROJECT = "0"


class ClusterListEndpoint:
    """Lists the clusters of a project, newest first, ten a page by default."""

    def __init__(
        self, *, state: SimulatorState, faults: Faults, clock: Callable[[], float]
    ) -> None:
        self._state = state
        self._faults = faults
        self._clock = clock

    def respond(
        self, request: SimulatedRequest, project_id: str, *, legacy_fields: bool
    ) -> SimulatedResponse:
        """
        Return one page of the list; the caller has authenticated the request.

        Query parameters: ``start`` (position of the first cluster, from 1), ``limit``
        (1 to 1000, default 10), ``datastoreType``.

        :raises CssRefusal: CSS.0001 if ``start`` or ``limit`` is not a positive integer
        """
        kind = self._faults.consume_list_fault()
        if kind in _FAULTY_RESPONSES:
            return _FAULTY_RESPONSES[kind](request)
        clusters = self._select(request, project_id, kind)
        start, limit = self._paging(request.query)
        page = clusters[start - 1 : start - 1 + limit]
        entries = [
            each.as_list_entry(self._faults.effective_time(each)) for each in page
        ]
        self._delete_between_pages()
        if legacy_fields:
            return json_response(200, {"clusters": [*map(with_legacy_fields, entries)]})
        return json_response(200, {"totalSize": len(clusters), "clusters": entries})

    def _select(
        self, request: SimulatedRequest, project_id: str, kind: ListFaultKind | None
    ) -> list[Cluster]:
        if kind is ListFaultKind.OTHER_PROJECT:
            return [foreign_cluster("of-another-project", "elsewhere", self._clock())]
        clusters = [
            each
            for each in self._state.clusters_of(project_id)
            if self._is_listed(each) and self._faults.may_see(each)
        ]
        if kind is ListFaultKind.DEFAULT_ENTERPRISE_PROJECT:
            wanted = _DEFAULT_ENTERPRISE_PROJECT
            clusters = [
                each for each in clusters if each.order.enterprise_project_id == wanted
            ]
        engine = request.query.get("datastoreType", "")
        return [each for each in clusters if engine in ("", each.order.engine)]

    def _is_listed(self, cluster: Cluster) -> bool:
        lag = self._faults.active.list_lag_seconds or 0
        return cluster.created_at + lag <= self._clock()

    def _paging(self, query: Mapping[str, str]) -> tuple[int, int]:
        # The English pages call the same parameter "offset"; both count from 1.
        start = _position("start", query.get("start", query.get("offset", "1")))
        limit = _position("limit", query.get("limit", str(_DEFAULT_PAGE_SIZE)))
        return start, min(limit, self._faults.active.list_limit_cap or _MAX_PAGE_SIZE)

    def _delete_between_pages(self) -> None:
        reference = self._faults.consume_delete_between_pages()
        cluster = find_cluster(self._state, reference) if reference else None
        if cluster:
            del self._state.clusters[cluster.id]
            self._state.save()


def _internal_error(request: SimulatedRequest) -> SimulatedResponse:
    message = "Internal error"
    return css_refusal("CSS.0036", message, 500).to_response(request.request_id)


_FAULTY_RESPONSES: Mapping[
    ListFaultKind | None, Callable[[SimulatedRequest], SimulatedResponse]
] = {
    ListFaultKind.SERVER_ERROR: _internal_error,
    ListFaultKind.HTML: lambda _: html_page(200),
    ListFaultKind.BRACES: lambda _: json_response(200, {}),
    ListFaultKind.EMPTY: lambda _: json_response(200, {"totalSize": 0, "clusters": []}),
}


def _position(name: str, text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        raise invalid_parameter(name)
    return int(text)
