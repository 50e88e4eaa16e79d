"""The clock in the worker of `./run`."""

import os
import signal
from types import SimpleNamespace

import pytest

from portal.celery import app
from portal.queue.embedded_beat import VARIABLE, EmbeddedBeat, Scheduler


def step() -> EmbeddedBeat:
    return EmbeddedBeat(SimpleNamespace(app=app, steps=[]))


class TestOwnBeat:
    def test_is_there_only_where_the_environment_wants_it(self, monkeypatch) -> None:
        monkeypatch.delenv(VARIABLE, raising=False)
        assert not step().enabled
        monkeypatch.setenv(VARIABLE, "on")
        assert step().enabled

    def test_remembers_nothing_in_a_file(self) -> None:
        clock = step().create(SimpleNamespace(app=app))
        assert type(clock.service.scheduler) is Scheduler

    def test_that_dies_ends_its_worker(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = step().create(SimpleNamespace(app=app))
        sent: list[tuple[int, int]] = []

        def fail() -> None:
            raise RuntimeError("no clock")

        monkeypatch.setattr(clock.service, "start", fail)
        monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
        clock.run()
        assert sent == [(os.getpid(), signal.SIGTERM)]
