"""CSS: create in two versions, list, detail, delete, flavors, disks."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from clusters.simulator.checks.capacity import (
    check_name_free,
    check_quotas,
    choose_addresses,
    choose_zones,
)
from clusters.simulator.checks.create import (
    V1,
    V2,
    Version,
    check_account,
    read_order,
)
from clusters.simulator.cluster_order import Order
from clusters.simulator.clusters import WORKING, Cluster, Failure
from clusters.simulator.create_faults import CREATION_FAILED, CreateFault
from clusters.simulator.faults import Faults
from clusters.simulator.gateway import TokenDesk
from clusters.simulator.journal import Create
from clusters.simulator.legacy_fields import in_old_spelling
from clusters.simulator.listing import ClusterListing
from clusters.simulator.network import SEARCH_PORT
from clusters.simulator.refusals import (
    Refusal,
    css_refusal,
    no_such_cluster,
    not_found,
    too_many_calls,
)
from clusters.simulator.site import Site
from clusters.simulator.state import SimulatorState
from clusters.simulator.wire import Answer, Call, Ending, json_answer


class Css:
    """The search service of all projects of an account."""

    def __init__(
        self,
        *,
        site: Site,
        state: SimulatorState,
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
        self._listing = ClusterListing(state=state, faults=faults, clock=clock)

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
        self._state.save()
        return answer

    def list_clusters(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1.0/{project_id}/clusters, newest first, ten by default."""
        self._read(call, project_id)
        return self._listing.answer(
            call, project_id, old_spelling=self._site.old_spelling
        )

    def show_cluster(self, call: Call, *, project_id: str, cluster_id: str) -> Answer:
        """Answer GET /v1.0/{project_id}/clusters/{cluster_id}."""
        self._read(call, project_id)
        cluster = self._find(project_id, cluster_id)
        shown = cluster.as_detail(self._faults.moment_of(cluster))
        return json_answer(
            200, in_old_spelling(shown) if self._site.old_spelling else shown
        )

    def delete_cluster(self, call: Call, *, project_id: str, cluster_id: str) -> Answer:
        """Answer DELETE; while it is built another operation is running, CSS.0011."""
        self._admit(call, project_id)
        cluster = self._find(project_id, cluster_id)
        if cluster.status(self._faults.moment_of(cluster)) == WORKING:
            raise css_refusal("CSS.0011", "Another operation is running.", 409)
        del self._state.clusters[cluster_id]
        self._state.save()
        return Answer(status=200)

    def list_flavors(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1.0/{project_id}/es-flavors, or /flavors in the other dialect."""
        self._read(call, project_id)
        return json_answer(200, self._faults.site(self._site).stock.as_json())

    def list_disks(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1.0/{project_id}/disktypes."""
        self._read(call, project_id)
        return json_answer(200, self._site.stock.disks_as_json())

    def _try_create(self, call: Call, version: Version, entry: Create) -> Answer:
        try:
            self._admit(call, entry.project_id)
        except Refusal as refusal:
            return _entered(entry, refusal.answer(call.request_id))
        fault = self._faults.take_create_fault()
        if fault and fault.instead:
            return _entered(entry, fault.instead(call))
        try:
            order = self._checked(call.body, version)
            answer = self._build(order, entry, fault)
        except Refusal as refusal:
            answer = refusal.answer(call.request_id)
        _entered(entry, answer)
        if fault and fault.afterwards:
            entry.answered = False
            return fault.afterwards(answer)
        return answer

    def _checked(self, body: bytes, version: Version) -> Order:
        check_account(self._site)
        rights = self._faults.rights
        seen = replace(self._site, network=rights.within(self._site.network))
        order = read_order(body, seen, version)
        rights.check_create(order.enterprise_project_id)
        return order

    def _build(self, order: Order, entry: Create, fault: CreateFault | None) -> Answer:
        failure = (fault and fault.failure) or self._failure_to_come(order)
        cluster = self._begin_build(order, entry.project_id, failure)
        entry.cluster_id, entry.done = cluster.id, True
        made = {"id": cluster.id, "name": order.name}
        return json_answer(200, {"cluster": made})

    def _begin_build(
        self, order: Order, project_id: str, failure: Failure | None
    ) -> Cluster:
        clusters = self._state.clusters_of(project_id)
        site, switches = self._faults.site(self._site), self._faults.now
        if not switches.allow_equal_names:
            check_name_free(order, clusters, self._site)
        check_quotas(order, clusters, site)
        tags = () if switches.drop_tags else order.tags
        order = replace(order, zones=choose_zones(order, site), tags=tags)
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
            raise self._unknown()
        if not self._faults.may_see(cluster):
            raise self._unknown()
        return cluster

    def _unknown(self) -> Refusal:
        return no_such_cluster() if self._site.speaks_otc else not_found()


def _entered(entry: Create, answer: Answer) -> Answer:
    entry.status = answer.status or None
    entry.answered = answer.ending is Ending.ANSWERED
    return answer
