"""The VPC service: the v1 lists with marker pagination (VPC API Reference)."""

import re

from clusters.simulator.faults import Faults
from clusters.simulator.gateway import TokenIssuer
from clusters.simulator.network import Network
from clusters.simulator.refusals import VpcRefusal
from clusters.simulator.state import SimulatorState
from clusters.simulator.wire import (
    SimulatedRequest,
    SimulatedResponse,
    json_response,
)

_MAX_PAGE_SIZE = 2_000


class VpcService:
    """Lists the networks of a project; all projects have the same networks."""

    def __init__(
        self,
        *,
        network: Network,
        state: SimulatorState,
        token_issuer: TokenIssuer,
        faults: Faults,
    ) -> None:
        self._network = network
        self._faults = faults
        self._state = state
        self._token_issuer = token_issuer

    def list_vpcs(
        self, request: SimulatedRequest, *, project_id: str
    ) -> SimulatedResponse:
        """Handle GET /v1/{project_id}/vpcs."""
        self._authenticate(request, project_id)
        shown = self._by_enterprise_project(request)
        rows = [each.as_json(project_id) for each in shown.vpcs]
        return json_response(200, {"vpcs": self._page(rows, request, "id")})

    def list_subnets(
        self, request: SimulatedRequest, *, project_id: str
    ) -> SimulatedResponse:
        """Handle GET /v1/{project_id}/subnets, with the free addresses at this time."""
        self._authenticate(request, project_id)
        taken = self._state.addresses_of(project_id)
        shown = self._faults.rights.list_by_vpc(self._network, request.query)
        rows = [each.as_json(project_id, taken[each.id]) for each in shown.subnets]
        return json_response(200, {"subnets": self._page(rows, request, "vpc_id")})

    def list_security_groups(
        self, request: SimulatedRequest, *, project_id: str
    ) -> SimulatedResponse:
        """Handle GET /v1/{project_id}/security-groups."""
        self._authenticate(request, project_id)
        shown = self._by_enterprise_project(request)
        rows = [each.as_json(project_id) for each in shown.security_groups]
        return json_response(
            200, {"security_groups": self._page(rows, request, "vpc_id")}
        )

    def _by_enterprise_project(self, request: SimulatedRequest) -> Network:
        rights = self._faults.rights
        return rights.list_by_enterprise_project(self._network, request.query)

    def _page(
        self, rows: list[dict[str, object]], request: SimulatedRequest, filtered_by: str
    ) -> list[dict[str, object]]:
        query = request.query
        if filtered_by in query:
            rows = [row for row in rows if row[filtered_by] == query[filtered_by]]
        start = _after(rows, query["marker"]) if "marker" in query else 0
        limit = _limit(query.get("limit", str(_MAX_PAGE_SIZE)))
        cap = self._faults.active.network_limit_cap or _MAX_PAGE_SIZE
        return rows[start : start + min(limit, cap)]

    def _authenticate(self, request: SimulatedRequest, project_id: str) -> None:
        self._state.journal.reads += 1
        if self._token_issuer.authenticate(request) != project_id:
            message = "The project ID in the URL differs from that in the token."
            raise VpcRefusal(400, "VPC.0007", message)


def _after(rows: list[dict[str, object]], marker: str) -> int:
    for position, row in enumerate(rows, start=1):
        if row["id"] == marker:
            return position
    raise VpcRefusal(400, "VPC.0101", "The marker is not in the list.")


def _limit(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,6}", text) and int(text) <= _MAX_PAGE_SIZE:
        return int(text)
    raise VpcRefusal(400, "VPC.0101", f"The limit is not within 0-{_MAX_PAGE_SIZE}.")
