"""CSS: create in two versions, list, detail, delete, flavors, disks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4

from clusters.cloud.simulator.calls import Create
from clusters.cloud.simulator.checks.create import (
    V1,
    V2,
    Version,
    check_account,
    read_order,
)
from clusters.cloud.simulator.checks.room import (
    check_name_free,
    check_quotas,
    choose_addresses,
    choose_zones,
)
from clusters.cloud.simulator.clusters import WORKING, Cluster, Failure
from clusters.cloud.simulator.faults import CREATION_FAILED, Faults, NextCreate
from clusters.cloud.simulator.gateway import TokenDesk
from clusters.cloud.simulator.network import SEARCH_PORT
from clusters.cloud.simulator.order import Order
from clusters.cloud.simulator.refusals import (
    Refusal,
    css_refusal,
    incorrect,
    not_found,
    too_many_calls,
)
from clusters.cloud.simulator.site import Site
from clusters.cloud.simulator.spelling import in_old_spelling
from clusters.cloud.simulator.state import State
from clusters.cloud.simulator.wire import Answer, Call, Ending, json_answer

_DEFAULT_PAGE = 10
_LARGEST_PAGE = 1_000


class Css:
    """The search service of all projects of an account."""

    def __init__(
        self,
        *,
        site: Site,
        state: State,
        desk: TokenDesk,
        faults: Faults,
        clock: Callable[[], float],
        build_seconds: float,
    ) -> None:
        self._site = site
        self._state = state
        self._desk = desk
        self._faults = faults
        self._clock = clock
        self._build_seconds = build_seconds

    def create(self, call: Call, *, project_id: str) -> Answer:
        """Answer POST /v1.0/{project_id}/clusters."""
        return self._create(call, project_id, V1)

    def create_v2(self, call: Call, *, project_id: str) -> Answer:
        """Answer POST /v2.0/{project_id}/clusters."""
        return self._create(call, project_id, V2)

    def _create(self, call: Call, project_id: str, version: Version) -> Answer:
        """
        Create, whichever version the call has.

        The journal and the cluster are on disk before the answer leaves. A body that is
        empty is answered, but is no create.
        """
        if not call.body:
            self._state.calls.empty_bodies += 1
            self._admit(call, project_id)
            raise css_refusal("CSS.0006", "The request body is empty.")
        entry = self._state.calls.begin_create(
            now=self._clock(), project_id=project_id, body=call.body
        )
        answer = self._try_create(call, version, entry)
        entry.status = answer.status or None
        entry.answered = answer.ending is Ending.ANSWERED
        self._state.save()
        return answer

    def list_clusters(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1.0/{project_id}/clusters, newest first, ten by default."""
        self._read(call, project_id)
        engine = call.query.get("datastoreType", "")
        clusters = [
            each
            for each in self._state.clusters_of(project_id)
            if engine in ("", each.order.engine)
        ]
        start, limit = _paging(call.query)
        page = clusters[start - 1 : start - 1 + limit]
        now = self._clock()
        entries = [self._spelled(each.as_list_entry(now)) for each in page]
        if self._site.old_spelling:
            return json_answer(200, {"clusters": entries})
        return json_answer(200, {"totalSize": len(clusters), "clusters": entries})

    def show_cluster(self, call: Call, *, project_id: str, cluster_id: str) -> Answer:
        """Answer GET /v1.0/{project_id}/clusters/{cluster_id}."""
        self._read(call, project_id)
        cluster = self._find(project_id, cluster_id)
        return json_answer(200, self._spelled(cluster.as_detail(self._clock())))

    def delete_cluster(self, call: Call, *, project_id: str, cluster_id: str) -> Answer:
        """Answer DELETE; while it is built another operation is running, CSS.0011."""
        self._admit(call, project_id)
        cluster = self._find(project_id, cluster_id)
        if cluster.status(self._clock()) == WORKING:
            raise css_refusal("CSS.0011", "Another operation is running.", 409)
        del self._state.clusters[cluster_id]
        self._state.save()
        return Answer(status=200)

    def list_flavors(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1.0/{project_id}/es-flavors."""
        self._read(call, project_id)
        return json_answer(200, self._site.stock.as_json())

    def list_disks(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1.0/{project_id}/disktypes."""
        self._read(call, project_id)
        return json_answer(200, self._site.stock.disks_as_json())

    def _try_create(self, call: Call, version: Version, entry: Create) -> Answer:
        try:
            self._admit(call, entry.project_id)
        except Refusal as refusal:
            return refusal.answer(call.request_id)
        fault = self._faults.take_next_create()
        if fault and (instead := fault.instead(call)):
            return instead
        try:
            order = self._checked(call.body, version)
            answer = self._build(order, entry, fault)
        except Refusal as refusal:
            answer = refusal.answer(call.request_id)
        return fault.afterwards(answer) if fault else answer

    def _checked(self, body: bytes, version: Version) -> Order:
        check_account(self._site)
        return read_order(body, self._site, version)

    def _build(self, order: Order, entry: Create, fault: NextCreate | None) -> Answer:
        failure = (fault and fault.failure) or self._failure_to_come(order)
        cluster = self._begin_build(order, entry.project_id, failure)
        entry.cluster_id, entry.done = cluster.id, True
        made = {"id": cluster.id, "name": order.name}
        return json_answer(200, {"cluster": made})

    def _begin_build(
        self, order: Order, project_id: str, failure: Failure | None
    ) -> Cluster:
        clusters = self._state.clusters_of(project_id)
        check_name_free(order, clusters)
        check_quotas(order, clusters, self._site)
        order = replace(order, zones=choose_zones(order, self._site))
        taken = self._state.addresses_of(project_id)[order.subnet_id]
        addresses = choose_addresses(order, taken, self._site)
        now = self._clock()
        self._state.built += 1
        cluster = Cluster(
            id=str(uuid4()),
            project_id=project_id,
            number=self._state.built,
            order=order,
            created_at=now,
            built_at=now + self._build_seconds,
            addresses=addresses,
            failure=failure,
        )
        self._state.clusters[cluster.id] = cluster
        return cluster

    def _failure_to_come(self, order: Order) -> Failure | None:
        # A group that keeps the search port shut is taken, and the build fails later.
        group = self._site.network.find_group(order.security_group_id)
        admits = group is not None and group.admits(SEARCH_PORT)
        return None if admits else CREATION_FAILED

    def _spelled(self, cluster: dict[str, object]) -> dict[str, object]:
        return in_old_spelling(cluster) if self._site.old_spelling else cluster

    def _read(self, call: Call, project_id: str) -> None:
        self._state.calls.reads += 1
        self._admit(call, project_id)

    def _admit(self, call: Call, project_id: str) -> None:
        scope = self._desk.admit(call)
        if self._site.throttled:
            raise too_many_calls()
        if scope != project_id:
            raise not_found()

    def _find(self, project_id: str, cluster_id: str) -> Cluster:
        cluster = self._state.clusters.get(cluster_id)
        if cluster is None or cluster.project_id != project_id:
            raise not_found()
        return cluster


def _paging(query: Mapping[str, str]) -> tuple[int, int]:
    # English pages call the same position "offset"; both count from 1.
    start = _position("start", query.get("start", query.get("offset", "1")))
    limit = _position("limit", query.get("limit", str(_DEFAULT_PAGE)))
    return start, min(limit, _LARGEST_PAGE)


def _position(name: str, text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        raise incorrect(name)
    return int(text)
