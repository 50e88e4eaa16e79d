"""
A hypothesis state machine: one request, in any order of passes, scans, crashes and waits.

Cluster names are unique, and the list shows a new cluster within 2 * SETTLE_SECONDS:
these are the assumptions of docs/architecture.md.
"""

import contextlib
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from clusters import wiring
from clusters.cloud.huawei.client import HuaweiCloud
from clusters.credentials.encryption import Encryptor
from clusters.credentials.token_store import CachedTokenStore
from clusters.domain.absence import REQUIRED_SCANS, UNKNOWN
from clusters.domain.engine_settings import MAX_ATTEMPTS
from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.operations.polling.poll import poll_project
from clusters.operations.provisioning.provision import provision_next
from clusters.operations.provisioning.reconcile import reconcile
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.retry import retry_request
from clusters.simulator.world import World
from tests.clients import client_over
from tests.drill.cloud import LiveCluster
from tests.drill.facts import Facts, read_facts
from tests.drill.invariants import find_violations
from tests.factories import NOON, approved, cloud_project
from tests.flows.audit.verified import verified
from tests.flows.provision.conftest import ENGINE, KEY
from tests.flows.provision.interleaving import Clock, PausingAdapter, Worker

SETTLE = ENGINE.settle_seconds
CALL = ENGINE.call.total_seconds()
LAGS = (CALL + 2.8 * SETTLE, CALL + 1.5 * SETTLE, 0)

CREATE_FAULTS: dict[str, list[str]] = {
    "answered": [],
    "done, answer lost": ["status_after:504"],
    "not done, answer lost": ["close"],
    "refused": ["refuse:CSS.1112"],
    "busy": ["busy202"],
    "token refused": ["unauthorized"],
}
LIST_ANSWERS = ("", "", "", "500", "html", "{}", "empty", "other_project")
"""Answers of the next list call; "" is the true one."""
BACK_OFF = 20
"""Seconds after which no back-off keeps a request from its next pass."""
STEPS = ("start", "list", "gate", "body", "answer", "end")


def _has_begun(machine: "ProvisioningMachine") -> bool:
    return bool(machine.workers)


class ProvisioningMachine(RuleBasedStateMachine):
    """Alice's one request, several workers, and a cloud with random faults."""

    paused = Bundle("paused")

    def __init__(self) -> None:
        super().__init__()
        self.context = contextlib.ExitStack()
        self.context.enter_context(_rolled_back())
        self.workers: list[Worker] = []
        self.max_live = 0
        self.violations: list[str] = []
        self.list_is_false = False

    @initialize(lag=st.sampled_from(LAGS))
    def alice_asks_and_bob_approves(self, lag: float) -> None:
        self.clock = Clock(NOON)
        self.context.enter_context(self.clock.used_by_the_database())
        self.lag = lag
        self.world = World(clock=lambda: self.clock().timestamp(), build_seconds=60)
        self.world.inject(list_lag_seconds=lag)
        self.project = cloud_project()
        self.cloud = self._client()
        self.row = approved(now=self.clock())

    def teardown(self) -> None:
        for worker in self.workers:
            worker.terminate()
        with self.context:
            assert verified().endswith(" chain ok\n")

    # -- what may happen ---------------------------------------------------------

    @precondition(lambda self: self._state() == State.APPROVED)
    @rule(
        target=paused,
        where=st.sampled_from(["list", "gate", "body", "answer"]),
        ending=st.sampled_from([*CREATE_FAULTS]),
    )
    def a_worker_comes_to(self, where: str, ending: str) -> Any:
        self.clock.advance(BACK_OFF)
        return self._until(where, self._start("worker", self._provision_next), ending)

    @precondition(lambda self: self._state() == State.APPROVED)
    @rule(ending=st.sampled_from(["answered", "refused", "busy", "token refused"]))
    def a_worker_runs_to_the_end(self, ending: str) -> None:
        self.clock.advance(BACK_OFF)
        self._until("end", self._start("worker", self._provision_next), ending)

    @precondition(_has_begun)
    @rule(target=paused)
    def a_scan_begins(self) -> Any:
        return self._until("list", self._start("scan", self._scan))

    @precondition(lambda self: self._state() in (State.SENDING, State.UNCLEAR))
    @rule()
    def scans_for_the_shortest_wait(self) -> None:
        self.clock.advance(CALL + 6)
        reconcile(now=self.clock())
        for _ in range(REQUIRED_SCANS + 1):
            self._until("end", self._start("scan", self._scan))
            self.clock.advance(SETTLE / REQUIRED_SCANS + 0.5)

    @precondition(lambda self: self._state() == State.APPROVED)
    @rule(done=st.booleans())
    def an_answer_is_lost_and_scans_follow(self, done: bool) -> None:
        """Both in one step: the worst known sequences contain it."""
        self.a_worker_runs_to_the_end(
            "done, answer lost" if done else "not done, answer lost"
        )
        if self._state() == State.UNCLEAR:
            self.scans_for_the_shortest_wait()

    @rule(
        target=paused,
        who=consumes(paused),
        where=st.sampled_from(["body", "answer", "end"]),
        ending=st.sampled_from([*CREATE_FAULTS]),
    )
    def resumes(self, who: Worker, where: str, ending: str) -> Any:
        return self._until(where, who, ending)

    @rule(who=consumes(paused), arrives=st.booleans())
    def dies(self, who: Worker, arrives: bool) -> None:
        """It is never resumed; a body that is being sent may still arrive."""
        who.is_dead = True
        if who.paused_at == "body" and arrives:
            who.resume()

    @precondition(_has_begun)
    @rule(
        seconds=st.sampled_from([12, 70, 140]), false_list=st.sampled_from(LIST_ANSWERS)
    )
    def time_passes(self, seconds: int, false_list: str) -> None:
        self.clock.advance(seconds)
        reconcile(now=self.clock())
        if false_list:
            self.world.inject(list_answer={"answer": false_list, "times": 1})
            self.list_is_false = True

    @precondition(lambda self: self._state() == State.APPROVED and self.world.creates)
    @rule()
    def alice_cancels(self) -> None:
        cancel_request(self.row, by=self.row.requester, now=self.clock())

    @precondition(lambda self: self._state() == State.FAILED)
    @rule()
    def alice_tries_again(self) -> None:
        row = self._reload()
        if not row.cloud_id:
            retry_request(row, by=row.requester, now=self.clock())

    # -- what must be true -------------------------------------------------------

    @invariant()
    def invariants_hold(self) -> None:
        facts = self._facts()
        assert not find_violations(facts), facts
        assert not self.violations
        row, attempts = self._reload(), list(self.row.attempts.all())
        made = {each["cluster_id"] for each in self.world.creates}
        assert row.cloud_id in made | {""}, "it adopted a foreign cluster"
        unknown = [each for each in attempts if each.outcome in UNKNOWN]
        assert len(unknown) <= MAX_ATTEMPTS
        if all(each.has_ended for each in self.workers):
            written = {each.cluster_id for each in attempts}
            answered = [each for each in self.world.creates if each["answered"]]
            assert {each["cluster_id"] for each in answered} <= written | {""}

    def _check_send(self, who: Worker) -> None:
        """Check, before the first byte of a body leaves, that this worker may send it."""
        row = self._reload()
        if (row.state, row.claim) != (State.SENDING, who.claim):
            self.violations.append(f"{who} sends a request whose claim it lost")
        if who.saw_cluster:
            self.violations.append(f"{who} saw the cluster, and sends another create")

    # -- how it is run -----------------------------------------------------------

    def _start(self, what: str, work: Callable[[], object]) -> Worker:
        worker = Worker(f"{what} {len(self.workers) + 1}", work)
        self.workers.append(worker)
        return worker

    def _until(self, where: str, who: Worker, ending: str = "answered") -> Any:
        """Resume it up to this step or its end; return it if it is paused then."""
        self._resume(who, ending)
        while not who.has_ended and STEPS.index(who.paused_at) < STEPS.index(where):
            self._resume(who, ending)
        return multiple() if who.has_ended else who

    def _resume(self, who: Worker, ending: str) -> None:
        if who.paused_at == "body":
            self.world.inject(create=CREATE_FAULTS[ending] or None)
        before = self._reload()
        who.resume()
        after = self._reload()
        if who.claim == 0 and after.claim > before.claim:
            who.claim = after.claim
        elif who.claim and before.claim != who.claim:
            assert _owned(before) == _owned(after), (
                f"{who} changed a request whose claim it lost"
            )

    def _provision_next(self) -> None:
        provision_next(
            self.project.id,
            cloud=self.cloud,
            encryptor=wiring.encryptor(),
            engine=ENGINE,
            now=self.clock(),
        )

    def _scan(self) -> None:
        poll_project(self.project.id, cloud=self.cloud, engine=ENGINE, now=self.clock())

    def _client(self) -> HuaweiCloud:
        adapter = PausingAdapter(
            self.world,
            list_shows_cluster=self._list_shows_cluster,
            on_send=self._check_send,
        )
        return client_over(
            adapter,
            tokens=CachedTokenStore(
                cache=LocMemCache(f"tokens-of-{id(self)}", {}),
                name="demo",
                encryptor=Encryptor([KEY]),
                may_sign_in=lambda: True,
                on_refused=lambda error: None,
                lock_seconds=1,
            ),
            clock=self.clock,
        )

    def _list_shows_cluster(self) -> bool:
        if self.list_is_false:
            self.list_is_false = False
            return False
        oldest = self.clock().timestamp() - self.lag
        return any(each.created_at <= oldest for each in self.world.clusters)

    def _reload(self) -> ClusterRequest:
        return ClusterRequest.objects.get(id=self.row.id)

    def _state(self) -> str:
        return self._reload().state

    def _facts(self) -> Facts:
        live = [
            LiveCluster(
                id=each.id,
                name=each.order.name,
                tags=dict(each.order.tags),
                is_broken=False,
            )
            for each in self.world.clusters
        ]
        self.max_live = max(self.max_live, len(live))
        creates = [{**each, "answered": False} for each in self.world.creates]
        return read_facts(self.row, creates, live, self.max_live)


def _owned(row: ClusterRequest) -> tuple[object, ...]:
    return (row.state, row.claim, row.cloud_id, row.error_code, row.sent_at)


@contextlib.contextmanager
def _rolled_back() -> Any:
    """Roll back at the end; to the gate this is as if no transaction were open."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)
