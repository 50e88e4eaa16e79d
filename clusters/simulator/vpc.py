"""The network service: VPC v1 lists with marker paging."""

import re

from clusters.simulator.faults import Faults
from clusters.simulator.gateway import TokenDesk
from clusters.simulator.network import Network
from clusters.simulator.refusals import VpcRefusal
from clusters.simulator.state import SimulatorState
from clusters.simulator.wire import Answer, Call, json_answer

_LARGEST_PAGE = 2_000


class VpcService:
    """Shows the networks of a project; every project has the same ones."""

    def __init__(
        self,
        *,
        network: Network,
        state: SimulatorState,
        desk: TokenDesk,
        faults: Faults,
    ) -> None:
        self._network = network
        self._faults = faults
        self._state = state
        self._desk = desk

    def list_vpcs(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1/{project_id}/vpcs."""
        self._admit(call, project_id)
        shown = self._by_enterprise_project(call)
        rows = [each.as_json(project_id) for each in shown.vpcs]
        return json_answer(200, {"vpcs": self._page(rows, call, "id")})

    def list_subnets(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1/{project_id}/subnets, with what is free right now."""
        self._admit(call, project_id)
        taken = self._state.addresses_of(project_id)
        shown = self._faults.rights.list_by_vpc(self._network, call.query)
        rows = [each.as_json(project_id, taken[each.id]) for each in shown.subnets]
        return json_answer(200, {"subnets": self._page(rows, call, "vpc_id")})

    def list_security_groups(self, call: Call, *, project_id: str) -> Answer:
        """Answer GET /v1/{project_id}/security-groups."""
        self._admit(call, project_id)
        shown = self._by_enterprise_project(call)
        rows = [each.as_json(project_id) for each in shown.security_groups]
        return json_answer(200, {"security_groups": self._page(rows, call, "vpc_id")})

    def _by_enterprise_project(self, call: Call) -> Network:
        rights = self._faults.rights
        return rights.list_by_enterprise_project(self._network, call.query)

    def _page(
        self, rows: list[dict[str, object]], call: Call, filtered_by: str
    ) -> list[dict[str, object]]:
        query = call.query
        if filtered_by in query:
            rows = [row for row in rows if row[filtered_by] == query[filtered_by]]
        start = _after(rows, query["marker"]) if "marker" in query else 0
        limit = _limit(query.get("limit", str(_LARGEST_PAGE)))
        cap = self._faults.now.network_limit_cap or _LARGEST_PAGE
        return rows[start : start + min(limit, cap)]

    def _admit(self, call: Call, project_id: str) -> None:
        self._state.calls.reads += 1
        if self._desk.admit(call) != project_id:
            words = "The project ID in the URL differs from that in the token."
            raise VpcRefusal(400, "VPC.0007", words)


def _after(rows: list[dict[str, object]], marker: str) -> int:
    for position, row in enumerate(rows, start=1):
        if row["id"] == marker:
            return position
    raise VpcRefusal(400, "VPC.0101", "The marker is not in the list.")


def _limit(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,6}", text) and int(text) <= _LARGEST_PAGE:
        return int(text)
    raise VpcRefusal(400, "VPC.0101", f"The limit is not within 0-{_LARGEST_PAGE}.")
