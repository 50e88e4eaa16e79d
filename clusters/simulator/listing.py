"""The list of clusters: true and paged, or false in one of many ways."""

import re
from collections.abc import Callable, Mapping

from clusters.simulator.clusters import Cluster
from clusters.simulator.console_actions import find_cluster, foreign_cluster
from clusters.simulator.create_faults import html_page
from clusters.simulator.faults import Faults
from clusters.simulator.legacy_fields import in_old_spelling
from clusters.simulator.refusals import css_refusal, incorrect
from clusters.simulator.state import SimulatorState
from clusters.simulator.switches import ListKind
from clusters.simulator.wire import Answer, Call, json_answer

_DEFAULT_PAGE = 10
_LARGEST_PAGE = 1_000
_DEFAULT_ENTERPRISE_PROJECT = "0"


class ClusterListing:
    """Shows the clusters of a project, newest first, ten by default."""

    def __init__(
        self, *, state: SimulatorState, faults: Faults, clock: Callable[[], float]
    ) -> None:
        self._state = state
        self._faults = faults
        self._clock = clock

    def answer(self, call: Call, project_id: str, *, old_spelling: bool) -> Answer:
        """Answer one page to somebody who may see it."""
        kind = self._faults.take_list_answer()
        if kind in _FALSE:
            return _FALSE[kind](call)
        clusters = self._listed(call, project_id, kind)
        start, limit = self._paging(call.query)
        page = clusters[start - 1 : start - 1 + limit]
        entries = [each.as_list_entry(self._faults.moment_of(each)) for each in page]
        self._delete_between_pages()
        if old_spelling:
            return json_answer(200, {"clusters": [*map(in_old_spelling, entries)]})
        return json_answer(200, {"totalSize": len(clusters), "clusters": entries})

    def _listed(
        self, call: Call, project_id: str, kind: ListKind | None
    ) -> list[Cluster]:
        if kind is ListKind.OTHER_PROJECT:
            return [foreign_cluster("of-another-project", "elsewhere", self._clock())]
        clusters = [
            each
            for each in self._state.clusters_of(project_id)
            if self._is_out(each) and self._faults.may_see(each)
        ]
        if kind is ListKind.DEFAULT_ENTERPRISE_PROJECT:
            wanted = _DEFAULT_ENTERPRISE_PROJECT
            clusters = [
                each for each in clusters if each.order.enterprise_project_id == wanted
            ]
        engine = call.query.get("datastoreType", "")
        return [each for each in clusters if engine in ("", each.order.engine)]

    def _is_out(self, cluster: Cluster) -> bool:
        lag = self._faults.now.list_lag_seconds or 0
        return cluster.created_at + lag <= self._clock()

    def _paging(self, query: Mapping[str, str]) -> tuple[int, int]:
        # English pages call the same position "offset"; both count from 1.
        start = _position("start", query.get("start", query.get("offset", "1")))
        limit = _position("limit", query.get("limit", str(_DEFAULT_PAGE)))
        return start, min(limit, self._faults.now.list_limit_cap or _LARGEST_PAGE)

    def _delete_between_pages(self) -> None:
        reference = self._faults.take_delete_between_pages()
        cluster = find_cluster(self._state, reference) if reference else None
        if cluster:
            del self._state.clusters[cluster.id]
            self._state.save()


def _broken(call: Call) -> Answer:
    words = "Internal error"
    return css_refusal("CSS.0036", words, 500).answer(call.request_id)


_FALSE: Mapping[ListKind | None, Callable[[Call], Answer]] = {
    ListKind.BROKEN: _broken,
    ListKind.HTML: lambda _: html_page(200),
    ListKind.BRACES: lambda _: json_answer(200, {}),
    ListKind.EMPTY: lambda _: json_answer(200, {"totalSize": 0, "clusters": []}),
}


def _position(name: str, text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        raise incorrect(name)
    return int(text)
