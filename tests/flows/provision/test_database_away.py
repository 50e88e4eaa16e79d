"""An answer that came while the database was away."""

import itertools
import time
from datetime import timedelta

import pytest
from django.db import OperationalError

from clusters.cloud.errors import CloudUnavailable
from clusters.domain.states import State
from clusters.operations.core import db_retry
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning import answer, release
from clusters.simulator.world import World
from tests.factories import NOON, approved
from tests.flows.provision.rows import reload
from tests.flows.provision.wire import Scripted

pytestmark = pytest.mark.django_db

TOKEN_REFUSED = Scripted.json(
    401, {"error_code": "APIGW.0301", "error_msg": "decrypt token fail"}
)


class Connection:
    """Stands for a connection outside of the transaction that tests run in."""

    in_atomic_block = False

    def close(self) -> None:
        pass


@pytest.fixture
def database_fails_twice(monkeypatch):
    monkeypatch.setattr(db_retry, "connection", Connection())
    monkeypatch.setattr(db_retry.time, "sleep", lambda _: None)
    calls = itertools.count()

    def fail_twice(*args, **how):
        if next(calls) < 2:
            raise OperationalError("server closed the connection unexpectedly")
        advance(*args, **how)

    for module in (answer, release):
        monkeypatch.setattr(module, "advance", fail_twice)


@pytest.mark.usefixtures("database_fails_twice")
class TestAnswer:
    @pytest.mark.parametrize(
        ("script", "state"),
        [
            (None, State.CREATING),
            (Scripted.json(400, {"errCode": "CSS.1112"}), State.FAILED),
            (Scripted(504, b""), State.UNCLEAR),
            (TOKEN_REFUSED, State.APPROVED),
            (Scripted.json(429, {"error_code": "APIGW.0308"}), State.APPROVED),
        ],
        ids=["accepted", "refused", "unknown", "token", "pace"],
    )
    def test_moves_the_row_when_the_database_is_back(
        self, take_turn, wire, script, state
    ):
        row = approved()
        wire.next_create = script
        take_turn()
        assert reload(row).state == state

    def test_that_nothing_was_sent_is_kept_too(self, take_turn, wire, world: World):
        row = approved()

        def refuse():
            raise CloudUnavailable("Connection refused")

        wire.before_create = refuse
        take_turn()
        assert reload(row).state == State.APPROVED
        assert world.creates == []


class TestToken:
    def test_that_cannot_be_dropped_does_not_hide_the_answer(
        self, take_turn, wire, cloud, monkeypatch
    ):
        row = approved()
        wire.next_create = TOKEN_REFUSED

        def fail(_):
            raise CloudUnavailable("The cache does not answer")

        monkeypatch.setattr(cloud, "drop_token", fail)
        take_turn()
        assert reload(row).state == State.APPROVED
        assert reload(row).token_refusals == 1


class TestTime:
    def test_of_an_answer_counts_what_went_before_the_create(self, take_turn, wire):
        row = approved()
        wire.before_list = lambda: time.sleep(0.2)
        take_turn()
        assert row.attempts.get().answered_at - NOON >= timedelta(seconds=0.2)
