"""
Plays one request in any order of turns, looks, crashes, late answers and passing time.

Names are unique, and the list shows a new cluster within twice the wait: that is what
the promise rests on (docs/architecture.md).
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
from tests.drill.cloud import Living
from tests.drill.facts import Facts, facts_of
from tests.drill.invariants import broken
from tests.factories import NOON, approved, cloud_project
from tests.flows.provision.conftest import ENGINE, KEY
from tests.flows.provision.interleaving import Clock, Player, Wings

SETTLE = ENGINE.settle_seconds
CALL = ENGINE.call.total_seconds()
LAGS = (CALL + 2.8 * SETTLE, CALL + 1.5 * SETTLE, 0)

ENDINGS: dict[str, list[str]] = {
    "answered": [],
    "done, answer lost": ["status_after:504"],
    "not done, answer lost": ["close"],
    "refused": ["refuse:CSS.1112"],
    "busy": ["busy202"],
    "token refused": ["unauthorized"],
}
LISTS = ("", "", "", "500", "html", "{}", "empty", "other_project")
"""What the next list says; "" is the truth."""
BACK_OFF = 20
"""Seconds after which whatever kept a request from its next turn is over."""
POINTS = ("start", "list", "gate", "body", "answer", "end")


def _has_begun(story: "AnyOrder") -> bool:
    return bool(story.players)


class AnyOrder(RuleBasedStateMachine):
    """Alice's one request, several workers, and a cloud that does what is drawn."""

    standing = Bundle("standing")

    def __init__(self) -> None:
        super().__init__()
        self.stage = contextlib.ExitStack()
        self.stage.enter_context(_rolled_back())
        self.players: list[Player] = []
        self.most_living = 0
        self.wrong: list[str] = []
        self.list_is_false = False

    @initialize(lag=st.sampled_from(LAGS))
    def alice_asks_and_bob_approves(self, lag: float) -> None:
        self.clock = Clock(NOON)
        self.stage.enter_context(self.clock.ruling_the_database())
        self.lag = lag
        self.world = World(clock=lambda: self.clock().timestamp(), build_seconds=60)
        self.world.inject(list_lag_seconds=lag)
        self.project = cloud_project()
        self.cloud = self._client()
        self.row = approved(now=self.clock())

    def teardown(self) -> None:
        for player in self.players:
            player.clear_away()
        self.stage.close()

    # -- what may happen ---------------------------------------------------------

    @precondition(lambda self: self._state() == State.APPROVED)
    @rule(
        target=standing,
        where=st.sampled_from(["list", "gate", "body", "answer"]),
        ending=st.sampled_from([*ENDINGS]),
    )
    def a_worker_comes_to(self, where: str, ending: str) -> Any:
        self.clock.pass_by(BACK_OFF)
        return self._until(where, self._start("worker", self._take_turn), ending)

    @precondition(lambda self: self._state() == State.APPROVED)
    @rule(ending=st.sampled_from(["answered", "refused", "busy", "token refused"]))
    def a_worker_takes_a_turn(self, ending: str) -> None:
        self.clock.pass_by(BACK_OFF)
        self._until("end", self._start("worker", self._take_turn), ending)

    @precondition(_has_begun)
    @rule(target=standing)
    def a_look_begins(self) -> Any:
        return self._until("list", self._start("look", self._look))

    @precondition(lambda self: self._state() in (State.SENDING, State.UNCLEAR))
    @rule()
    def looks_go_by_for_the_shortest_wait(self) -> None:
        self.clock.pass_by(CALL + 6)
        reconcile(now=self.clock())
        for _ in range(REQUIRED_SCANS + 1):
            self._until("end", self._start("look", self._look))
            self.clock.pass_by(SETTLE / REQUIRED_SCANS + 0.5)

    @precondition(lambda self: self._state() == State.APPROVED)
    @rule(done=st.booleans())
    def an_answer_is_lost_and_looks_go_by(self, done: bool) -> None:
        """Both in one step, since the worst stories have this in the middle."""
        self.a_worker_takes_a_turn(
            "done, answer lost" if done else "not done, answer lost"
        )
        if self._state() == State.UNCLEAR:
            self.looks_go_by_for_the_shortest_wait()

    @rule(
        target=standing,
        who=consumes(standing),
        where=st.sampled_from(["body", "answer", "end"]),
        ending=st.sampled_from([*ENDINGS]),
    )
    def goes_on(self, who: Player, where: str, ending: str) -> Any:
        return self._until(where, who, ending)

    @rule(who=consumes(standing), arrives=st.booleans())
    def dies(self, who: Player, arrives: bool) -> None:
        """Nothing of it runs again; a body that is on its way may still arrive."""
        who.is_dead = True
        if who.stands_at == "body" and arrives:
            who.go_on()

    @precondition(_has_begun)
    @rule(seconds=st.sampled_from([12, 70, 140]), false_list=st.sampled_from(LISTS))
    def time_passes(self, seconds: int, false_list: str) -> None:
        self.clock.pass_by(seconds)
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
        row = self._reread()
        if not row.cloud_id:
            retry_request(row, by=row.requester, now=self.clock())

    # -- what must be true -------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        facts = self._facts()
        assert not broken(facts), facts
        assert not self.wrong
        row, attempts = self._reread(), list(self.row.attempts.all())
        made = {each["cluster_id"] for each in self.world.creates}
        assert row.cloud_id in made | {""}, "it took a cluster of somebody else"
        unknown = [each for each in attempts if each.outcome in UNKNOWN]
        assert len(unknown) <= MAX_ATTEMPTS
        if all(each.has_ended for each in self.players):
            written = {each.cluster_id for each in attempts}
            answered = [each for each in self.world.creates if each["answered"]]
            assert {each["cluster_id"] for each in answered} <= written | {""}

    def _nothing_leaves_wrongly(self, who: Player) -> None:
        """Asked at the moment at which a body leaves."""
        row = self._reread()
        if (row.state, row.claim) != (State.SENDING, who.claim):
            self.wrong.append(f"{who} sends what it does not own")
        if who.saw_it:
            self.wrong.append(f"{who} saw the cluster, and sends another create")

    # -- how it is played --------------------------------------------------------

    def _start(self, what: str, work: Callable[[], object]) -> Player:
        player = Player(f"{what} {len(self.players) + 1}", work)
        self.players.append(player)
        return player

    def _until(self, where: str, who: Player, ending: str = "answered") -> Any:
        """Let it go on to this point or to its end; returns what stands then."""
        self._let_go_on(who, ending)
        while not who.has_ended and POINTS.index(who.stands_at) < POINTS.index(where):
            self._let_go_on(who, ending)
        return multiple() if who.has_ended else who

    def _let_go_on(self, who: Player, ending: str) -> None:
        if who.stands_at == "body":
            self.world.inject(create=ENDINGS[ending] or None)
        before = self._reread()
        who.go_on()
        after = self._reread()
        if who.claim == 0 and after.claim > before.claim:
            who.claim = after.claim
        elif who.claim and before.claim != who.claim:
            assert _owned(before) == _owned(after), f"{who} moved what it lost"

    def _take_turn(self) -> None:
        provision_next(
            self.project.id, cloud=self.cloud, engine=ENGINE, now=self.clock()
        )

    def _look(self) -> None:
        poll_project(self.project.id, cloud=self.cloud, engine=ENGINE, now=self.clock())

    def _client(self) -> HuaweiCloud:
        wings = Wings(
            self.world,
            shows_it=self._list_shows_it,
            on_leaving=self._nothing_leaves_wrongly,
        )
        return client_over(
            wings,
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

    def _list_shows_it(self) -> bool:
        if self.list_is_false:
            self.list_is_false = False
            return False
        oldest = self.clock().timestamp() - self.lag
        return any(each.created_at <= oldest for each in self.world.clusters)

    def _reread(self) -> ClusterRequest:
        return ClusterRequest.objects.get(id=self.row.id)

    def _state(self) -> str:
        return self._reread().state

    def _facts(self) -> Facts:
        living = [
            Living(
                id=each.id,
                name=each.order.name,
                tags=dict(each.order.tags),
                is_broken=False,
            )
            for each in self.world.clusters
        ]
        self.most_living = max(self.most_living, len(living))
        creates = [{**each, "answered": False} for each in self.world.creates]
        return facts_of(self.row, creates, living, self.most_living)


def _owned(row: ClusterRequest) -> tuple[object, ...]:
    return (row.state, row.claim, row.cloud_id, row.error_code, row.sent_at)


@contextlib.contextmanager
def _rolled_back() -> Any:
    """Give the rows back as they were; the gate takes this for no transaction."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)
