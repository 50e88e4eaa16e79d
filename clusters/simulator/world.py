"""The whole simulated cloud: one call in, one answer out."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from clusters.simulator.account import Account
from clusters.simulator.clusters import Cluster
from clusters.simulator.console_actions import Hands
from clusters.simulator.control import PREFIX, Control
from clusters.simulator.counters import journal
from clusters.simulator.create_faults import UnknownFault
from clusters.simulator.css import Css
from clusters.simulator.faults import Faults
from clusters.simulator.gateway import Router, TokenDesk
from clusters.simulator.iam import Iam
from clusters.simulator.refusals import Refusal
from clusters.simulator.rights import Rights
from clusters.simulator.scenario import Step
from clusters.simulator.site import Site, site_for
from clusters.simulator.state import SimulatorState
from clusters.simulator.vpc import VpcService
from clusters.simulator.wire import SILENCE, Answer, Call

DAY_SECONDS = 86_400.0

logger = logging.getLogger(__name__)


class World:
    """
    IAM, CSS and VPC of one account; all threads may call it at once.

    It decides by the vendor's documents alone and knows nothing of its callers.
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
        """:raises StateUnreadable: if the state file holds something else"""
        self.account = account or Account()
        self.site = site or site_for(self.account)
        self._clock = clock
        self._lock = Lock()
        self._state = SimulatorState.load(state_file)
        self._faults = Faults(clock, Rights(self.account.enterprise_project_id))
        self._began = clock()
        self._steps = list(scenario)
        self._hands = Hands(state=self._state, account=self.account, clock=clock)
        self._control = self._open_control()
        self._desk = TokenDesk(self._state, clock, self._faults)
        self._css = self._open_css(build_seconds)
        self._router = _router(
            self._open_iam(token_seconds),
            self._css,
            self._open_vpc(),
            speaks_otc=self.site.speaks_otc,
        )

    def handle(self, call: Call) -> Answer:
        """Answer one call; every answer has an X-Request-Id. Never raises a refusal."""
        with self._lock:
            self._take_due_steps()
            try:
                answer = self._answer(call)
            except Refusal as refusal:
                answer = refusal.answer(call.request_id)
            delay = self._delay(call)
        headers = {**answer.headers, "X-Request-Id": call.request_id}
        return replace(answer, headers=headers, delay_seconds=delay)

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """All clusters of all projects that are not deleted, oldest first."""
        with self._lock:
            return tuple(self._state.clusters.values())

    @property
    def logins(self) -> list[dict[str, Any]]:
        """Every try to sign in: at, user, project, status."""
        logins: list[dict[str, Any]] = self.calls["logins"]
        return logins

    @property
    def creates(self) -> list[dict[str, Any]]:
        """Every create whose body came whole; the keys are those of `calls.Create`."""
        creates: list[dict[str, Any]] = self.calls["creates"]
        return creates

    @property
    def calls(self) -> dict[str, Any]:
        """The journal, as GET /_simulator/calls answers it."""
        with self._lock:
            return journal(self._state)

    def arm(self, **switches: object) -> None:
        """
        Throw switches as PUT /_simulator/faults does: ``next_create="lost_after"``.

        :raises UnknownFault: if there is no such switch or position
        """
        with self._lock:
            self._faults.arm(switches)

    def act(self, wish: Mapping[str, object]) -> list[str]:
        """
        Do by hand what POST /_simulator/world does, and return the ids it touched.

        :raises UnknownFault: with a sentence; then nothing is changed
        """
        with self._lock:
            return self._hands.act(wish)

    def delete_by_hand(self, cluster_id: str) -> None:
        """Delete a cluster as a person on the console would, busy or not."""
        with self._lock:
            del self._state.clusters[cluster_id]
            self._state.save()

    def reset(self) -> None:
        """Forget clusters, journal and faults; tokens stay good."""
        with self._lock:
            self._reset()

    def _reset(self) -> None:
        self._steps.clear()
        self._faults.disarm()
        self._state.forget()

    def _open_control(self) -> Control:
        return Control(
            state=self._state, faults=self._faults, hands=self._hands, reset=self._reset
        )

    def _open_css(self, build_seconds: float) -> Css:
        return Css(
            site=self.site,
            state=self._state,
            desk=self._desk,
            faults=self._faults,
            clock=self._clock,
            build_seconds=build_seconds,
        )

    def _open_iam(self, token_seconds: float) -> Iam:
        return Iam(
            account=self.account,
            state=self._state,
            desk=self._desk,
            clock=self._clock,
            token_seconds=token_seconds,
            faults=self._faults,
            wants_project_domain=self.site.speaks_otc,
        )

    def _open_vpc(self) -> VpcService:
        return VpcService(
            network=self.site.network,
            state=self._state,
            desk=self._desk,
            faults=self._faults,
        )

    def _take_due_steps(self) -> None:
        passed = self._clock() - self._began
        while self._steps and self._steps[0].after_seconds <= passed:
            step = self._steps.pop(0)
            if step.switches:
                self._faults.arm(step.switches)
            for action in step.actions:
                self._act_if_possible(action)

    def _act_if_possible(self, action: Mapping[str, object]) -> None:
        try:
            self._hands.act(action)
        except UnknownFault as problem:
            logger.warning("simulator.step_impossible", extra={"why": str(problem)})

    def _delay(self, call: Call) -> float:
        is_control = call.path.startswith(PREFIX)
        return 0 if is_control else self._faults.now.slow_seconds or 0

    def _answer(self, call: Call) -> Answer:
        if call.path.startswith(PREFIX):
            return self._control.answer(call)
        handler, names = self._router.find(call)
        if not call.complete:
            creates = (self._css.create, self._css.create_v2)
            self._state.calls.empty_bodies += handler in creates
            return SILENCE
        return handler(call, **names)


def _router(iam: Iam, css: Css, vpc: VpcService, *, speaks_otc: bool) -> Router:
    sold = {
        "GET /v1.0/{project_id}/es-flavors": css.list_flavors,
        "GET /v1.0/{project_id}/disktypes": css.list_disks,
    }
    if speaks_otc:
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
