"""The CSS service: create (v1.0, v2.0), list, detail, delete, flavors, disk types."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from clusters.simulator.checks.capacity import (
    check_name_available,
    check_quotas,
    choose_addresses,
    choose_zones,
)
from clusters.simulator.checks.create import (
    V1,
    V2,
    CreateVersion,
    check_account,
    read_order,
)
from clusters.simulator.cluster_order import ClusterOrder
from clusters.simulator.clusters import CREATING, Cluster, Failure
from clusters.simulator.create_faults import CREATION_FAILED, CreateFault
from clusters.simulator.faults import Faults
from clusters.simulator.gateway import TokenIssuer
from clusters.simulator.journal import CreateEntry
from clusters.simulator.legacy_fields import with_legacy_fields
from clusters.simulator.listing import ClusterListEndpoint
from clusters.simulator.network import SEARCH_PORT
from clusters.simulator.refusals import (
    Refusal,
    cluster_not_found,
    css_refusal,
    not_found,
    too_many_requests,
)
from clusters.simulator.site import Site
from clusters.simulator.state import SimulatorState
from clusters.simulator.wire import (
    SimulatedRequest,
    SimulatedResponse,
    Termination,
    json_response,
)


class Css:
    """Cloud Search Service for all projects of an account."""

    def __init__(
        self,
        *,
        site: Site,
        state: SimulatorState,
        token_issuer: TokenIssuer,
        faults: Faults,
        clock: Callable[[], float],
        build_seconds: float,
    ) -> None:
        self._site = site
        self._state = state
        self._token_issuer = token_issuer
        self._faults = faults
        self._clock = clock
        self._build_seconds = build_seconds
        self._cluster_list = ClusterListEndpoint(
            state=state, faults=faults, clock=clock
        )

    def create(
        self, request: SimulatedRequest, *, project_id: str
    ) -> SimulatedResponse:
        """Handle POST /v1.0/{project_id}/clusters."""
        return self._create(request, project_id, V1)

    def create_v2(
        self, request: SimulatedRequest, *, project_id: str
    ) -> SimulatedResponse:
        """Handle POST /v2.0/{project_id}/clusters."""
        return self._create(request, project_id, V2)

    def _create(
        self, request: SimulatedRequest, project_id: str, version: CreateVersion
    ) -> SimulatedResponse:
        """
        Handle a create of either version.

        Journal and cluster are saved before the response is sent. A request with an
        empty body is counted apart and is not in the journal of creates.
        """
        if not request.body:
            self._state.journal.empty_bodies += 1
            self._authenticate(request, project_id)
            raise css_refusal("CSS.0006", "The request body is empty.")
        entry = self._state.journal.add_create(
            now=self._clock(), project_id=project_id, body=request.body
        )
        response = self._try_create(request, version, entry)
        self._state.save()
        return response

    def list_clusters(
        self, request: SimulatedRequest, *, project_id: str
    ) -> SimulatedResponse:
        """Handle GET /v1.0/{project_id}/clusters."""
        self._authenticate_read(request, project_id)
        return self._cluster_list.respond(
            request, project_id, legacy_fields=self._site.legacy_fields
        )

    def show_cluster(
        self, request: SimulatedRequest, *, project_id: str, cluster_id: str
    ) -> SimulatedResponse:
        """Handle GET /v1.0/{project_id}/clusters/{cluster_id}."""
        self._authenticate_read(request, project_id)
        cluster = self._find(project_id, cluster_id)
        shown = cluster.as_detail(self._faults.effective_time(cluster))
        return json_response(
            200, with_legacy_fields(shown) if self._site.legacy_fields else shown
        )

    def delete_cluster(
        self, request: SimulatedRequest, *, project_id: str, cluster_id: str
    ) -> SimulatedResponse:
        """Handle DELETE of a cluster; CSS.0011 while its creation is in progress."""
        self._authenticate(request, project_id)
        cluster = self._find(project_id, cluster_id)
        if cluster.status(self._faults.effective_time(cluster)) == CREATING:
            raise css_refusal("CSS.0011", "Another operation is running.", 409)
        del self._state.clusters[cluster_id]
        self._state.save()
        return SimulatedResponse(status=200)

    def list_flavors(
        self, request: SimulatedRequest, *, project_id: str
    ) -> SimulatedResponse:
        """Handle GET /v1.0/{project_id}/es-flavors; /flavors on Open Telekom Cloud."""
        self._authenticate_read(request, project_id)
        return json_response(
            200, self._faults.apply_to_site(self._site).stock.as_json()
        )

    def list_disks(
        self, request: SimulatedRequest, *, project_id: str
    ) -> SimulatedResponse:
        """Handle GET /v1.0/{project_id}/disktypes."""
        self._authenticate_read(request, project_id)
        return json_response(200, self._site.stock.disks_as_json())

    def _try_create(
        self, request: SimulatedRequest, version: CreateVersion, entry: CreateEntry
    ) -> SimulatedResponse:
        try:
            self._authenticate(request, entry.project_id)
        except Refusal as refusal:
            return _record_result(entry, refusal.to_response(request.request_id))
        fault = self._faults.consume_create_fault()
        if fault and fault.before_create:
            return _record_result(entry, fault.before_create(request))
        try:
            order = self._parse_order(request.body, version)
            response = self._build(order, entry, fault)
        except Refusal as refusal:
            response = refusal.to_response(request.request_id)
        _record_result(entry, response)
        if fault and fault.after_create:
            entry.answered = False
            return fault.after_create(response)
        return response

    def _parse_order(self, body: bytes, version: CreateVersion) -> ClusterOrder:
        check_account(self._site)
        rights = self._faults.rights
        seen = replace(self._site, network=rights.visible_part(self._site.network))
        order = read_order(body, seen, version)
        rights.check_create(order.enterprise_project_id)
        return order

    def _build(
        self, order: ClusterOrder, entry: CreateEntry, fault: CreateFault | None
    ) -> SimulatedResponse:
        failure = (fault and fault.failure) or self._planned_failure(order)
        cluster = self._start_build(order, entry.project_id, failure)
        entry.cluster_id, entry.done = cluster.id, True
        created = {"id": cluster.id, "name": order.name}
        return json_response(200, {"cluster": created})

    def _start_build(
        self, order: ClusterOrder, project_id: str, failure: Failure | None
    ) -> Cluster:
        clusters = self._state.clusters_of(project_id)
        site, switches = self._faults.apply_to_site(self._site), self._faults.active
        if not switches.allow_equal_names:
            check_name_available(order, clusters, self._site)
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

    def _planned_failure(self, order: ClusterOrder) -> Failure | None:
        # CSS accepts a group that blocks port 9200, and the creation fails later.
        group = self._site.network.find_group(order.security_group_id)
        is_open = group is not None and group.allows(SEARCH_PORT)
        return None if is_open else CREATION_FAILED

    def _authenticate_read(self, request: SimulatedRequest, project_id: str) -> None:
        self._state.journal.reads += 1
        self._authenticate(request, project_id)

    def _authenticate(self, request: SimulatedRequest, project_id: str) -> None:
        scope = self._token_issuer.authenticate(request)
        if self._site.throttled:
            raise too_many_requests()
        if scope != project_id:
            raise not_found()

    def _find(self, project_id: str, cluster_id: str) -> Cluster:
        cluster = self._state.clusters.get(cluster_id)
        if cluster is None or cluster.project_id != project_id:
            raise self._cluster_not_found()
        if not self._faults.may_see(cluster):
            raise self._cluster_not_found()
        return cluster

    def _cluster_not_found(self) -> Refusal:
        return cluster_not_found() if self._site.is_otc else not_found()


def _record_result(
    entry: CreateEntry, response: SimulatedResponse
) -> SimulatedResponse:
    entry.status = response.status or None
    entry.answered = response.termination is Termination.ANSWERED
    return response
