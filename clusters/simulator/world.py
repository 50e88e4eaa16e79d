"""The simulated cloud: takes one HTTP request, returns one HTTP response."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from clusters.simulator.account import Account
from clusters.simulator.clusters import Cluster
from clusters.simulator.console_actions import ConsoleActions
from clusters.simulator.control import PREFIX, Control
from clusters.simulator.counters import journal
from clusters.simulator.create_faults import UnknownFault
from clusters.simulator.css import Css
from clusters.simulator.faults import Faults
from clusters.simulator.gateway import Router, TokenIssuer
from clusters.simulator.iam import Iam
from clusters.simulator.refusals import Refusal
from clusters.simulator.rights import Rights
from clusters.simulator.scenario import Step
from clusters.simulator.site import Site, site_for
from clusters.simulator.state import SimulatorState
from clusters.simulator.vpc import VpcService
from clusters.simulator.wire import (
    NO_RESPONSE,
    SimulatedRequest,
    SimulatedResponse,
)

DAY_SECONDS = 86_400.0
"""The documented lifetime of a token."""

logger = logging.getLogger(__name__)


class World:
    """
    IAM, CSS and VPC of one account, independent of the transport.

    Thread-safe: one lock serializes all requests. Decisions follow the vendor's
    documents only, and the faults that were injected.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        state_file: Path | None = None,
        build_seconds: float = 8.0,
        token_seconds: float = DAY_SECONDS,
        account: Account | None = None,
        site: Site | None = None,
        scenario: Sequence[Step] = (),
    ) -> None:
        """
        :param clock: returns the time in seconds since 1970
        :param state_file: keeps the state over a restart; None keeps it in memory
        :param build_seconds: how long the creation of a cluster takes
        :param scenario: faults and actions in order of time
        :raises StateUnreadable: if the state file is not a state of the simulator
        """
        self.account = account or Account()
        self.site = site or site_for(self.account)
        self._clock = clock
        self._lock = Lock()
        self._state = SimulatorState.load(state_file)
        self._faults = Faults(clock, Rights(self.account.enterprise_project_id))
        self._started_at = clock()
        self._steps = list(scenario)
        self._console_actions = ConsoleActions(
            state=self._state, account=self.account, clock=clock
        )
        self._control = self._build_control()
        self._token_issuer = TokenIssuer(self._state, clock, self._faults)
        self._css = self._build_css(build_seconds)
        self._router = _router(
            self._build_iam(token_seconds),
            self._css,
            self._build_vpc(),
            is_otc=self.site.is_otc,
        )

    def handle(self, request: SimulatedRequest) -> SimulatedResponse:
        """
        Process one request and return the response, which always has an X-Request-Id.

        Due steps of the scenario run first. A `Refusal` becomes its error response.
        """
        with self._lock:
            self._run_due_steps()
            try:
                response = self._dispatch(request)
            except Refusal as refusal:
                response = refusal.to_response(request.request_id)
            delay = self._delay(request)
        headers = {**response.headers, "X-Request-Id": request.request_id}
        return replace(response, headers=headers, delay_seconds=delay)

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """All clusters of all projects that are not deleted, oldest first."""
        with self._lock:
            return tuple(self._state.clusters.values())

    @property
    def logins(self) -> list[dict[str, Any]]:
        """Every login attempt as a dict with the keys at, user, project, status."""
        logins: list[dict[str, Any]] = self.calls["logins"]
        return logins

    @property
    def creates(self) -> list[dict[str, Any]]:
        """Every create with a complete body; the keys are those of `CreateEntry`."""
        creates: list[dict[str, Any]] = self.calls["creates"]
        return creates

    @property
    def calls(self) -> dict[str, Any]:
        """The journal, as GET /_simulator/calls returns it."""
        with self._lock:
            return journal(self._state)

    def inject(self, **switches: object) -> None:
        """
        Set switches as PUT /_simulator/faults does: ``next_create="lost_after"``.

        :raises UnknownFault: if there is no such switch, or not with this value
        """
        with self._lock:
            self._faults.inject(switches)

    def act(self, action: Mapping[str, object]) -> list[str]:
        """
        Perform a console action as POST /_simulator/world does.

        :return: the ids of the clusters that the action changed
        :raises UnknownFault: with a message for a person; then nothing is changed
        """
        with self._lock:
            return self._console_actions.act(action)

    def delete_by_hand(self, cluster_id: str) -> None:
        """Delete a cluster in any state; KeyError if there is none with this id."""
        with self._lock:
            del self._state.clusters[cluster_id]
            self._state.save()

    def reset(self) -> None:
        """Clear clusters, journal, faults and scenario; tokens stay valid."""
        with self._lock:
            self._reset()

    def _reset(self) -> None:
        self._steps.clear()
        self._faults.clear()
        self._state.clear()

    def _build_control(self) -> Control:
        return Control(
            state=self._state,
            faults=self._faults,
            console_actions=self._console_actions,
            reset=self._reset,
        )

    def _build_css(self, build_seconds: float) -> Css:
        return Css(
            site=self.site,
            state=self._state,
            token_issuer=self._token_issuer,
            faults=self._faults,
            clock=self._clock,
            build_seconds=build_seconds,
        )

    def _build_iam(self, token_seconds: float) -> Iam:
        return Iam(
            account=self.account,
            state=self._state,
            token_issuer=self._token_issuer,
            clock=self._clock,
            token_seconds=token_seconds,
            faults=self._faults,
            requires_project_domain=self.site.is_otc,
        )

    def _build_vpc(self) -> VpcService:
        return VpcService(
            network=self.site.network,
            state=self._state,
            token_issuer=self._token_issuer,
            faults=self._faults,
        )

    def _run_due_steps(self) -> None:
        passed = self._clock() - self._started_at
        while self._steps and self._steps[0].after_seconds <= passed:
            step = self._steps.pop(0)
            if step.switches:
                self._faults.inject(step.switches)
            for action in step.actions:
                self._try_action(action)

    def _try_action(self, action: Mapping[str, object]) -> None:
        try:
            self._console_actions.act(action)
        except UnknownFault as problem:
            logger.warning("simulator.step_impossible", extra={"why": str(problem)})

    def _delay(self, request: SimulatedRequest) -> float:
        is_control = request.path.startswith(PREFIX)
        return 0 if is_control else self._faults.active.slow_seconds or 0

    def _dispatch(self, request: SimulatedRequest) -> SimulatedResponse:
        if request.path.startswith(PREFIX):
            return self._control.handle(request)
        handler, names = self._router.find(request)
        if not request.complete:
            creates = (self._css.create, self._css.create_v2)
            self._state.journal.empty_bodies += handler in creates
            return NO_RESPONSE
        return handler(request, **names)


def _router(iam: Iam, css: Css, vpc: VpcService, *, is_otc: bool) -> Router:
    sold = {
        "GET /v1.0/{project_id}/es-flavors": css.list_flavors,
        "GET /v1.0/{project_id}/disktypes": css.list_disks,
    }
    if is_otc:
        sold = {"GET /v1.0/{project_id}/flavors": css.list_flavors}
    cluster = "/v1.0/{project_id}/clusters/{cluster_id}"
    return Router(
        {
            "POST /v3/auth/tokens": iam.sign_in,
            "POST /v1.0/{project_id}/clusters": css.create,
            "POST /v2.0/{project_id}/clusters": css.create_v2,
            "GET /v1.0/{project_id}/clusters": css.list_clusters,
            f"GET {cluster}": css.show_cluster,
            f"DELETE {cluster}": css.delete_cluster,
            **sold,
            "GET /v1/{project_id}/vpcs": vpc.list_vpcs,
            "GET /v1/{project_id}/subnets": vpc.list_subnets,
            "GET /v1/{project_id}/security-groups": vpc.list_security_groups,
        }
    )
