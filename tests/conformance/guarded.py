"""A simulator whose CSS and VPC check tokens at a real Keystone."""

import json
from dataclasses import replace
from typing import Any

from clusters.simulator.account import Account, Project
from clusters.simulator.wire import SimulatedRequest, SimulatedResponse
from clusters.simulator.world import World
from tests.conformance.keystone import PROJECT, TOKENS, Keystone


class KeystoneWorld(World):
    """
    CSS and VPC that accept the tokens of a Keystone, as services of OpenStack do.

    A token that Keystone validates is replaced by one of the simulator for the same
    project; the simulator refuses all others.
    """

    def __init__(self, keystone: Keystone) -> None:
        projects = (Project(id=keystone.project_id, name=PROJECT),)
        super().__init__(account=Account(projects=projects))
        self._keystone = keystone

    def handle(self, request: SimulatedRequest) -> SimulatedResponse:
        """Answer one call."""
        project_id = self._keystone.project_of(request.headers.get("x-auth-token", ""))
        if project_id:
            own = {"x-auth-token": self._own_token(project_id)}
            request = replace(request, headers={**request.headers, **own})
        return super().handle(request)

    def _own_token(self, project_id: str) -> str:
        body = json.dumps(self._login(project_id)).encode()
        response = super().handle(
            SimulatedRequest(method="POST", path=TOKENS, body=body)
        )
        return response.headers["X-Subject-Token"]

    def _login(self, project_id: str) -> dict[str, Any]:
        user = {
            "name": self.account.username,
            "password": self.account.password,
            "domain": {"name": self.account.domain},
        }
        return {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": {"id": project_id}},
            }
        }
