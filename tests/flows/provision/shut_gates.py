"""Reasons why a gate stays closed, and a worker without beat that runs into them."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import F
from requests import ConnectionError as NoAnswer

from clusters import tasks, wiring
from clusters.credentials.encryption import DecryptionFailed
from clusters.domain.states import State
from clusters.models import Attempt, CloudProject, ClusterRequest
from clusters.operations.core import dispatch
from clusters.operations.provisioning import claim, gate
from tests.factories import NOON
from tests.flows.provision.wire import Scripted

ENOUGH = 50
"""Messages after which a loop is a hot one."""


class Worker:
    """Takes messages until there are none, as a worker does, and counts."""

    def __init__(self, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.messages: list[int] = []
        self.delivered = 0
        send = wire.send

        def counted(request: Any, *args: Any, **how: Any) -> Any:
            self.calls.append(f"{request.method} {request.url.split('?')[0]}")
            return send(request, *args, **how)

        monkeypatch.setattr(wire, "send", counted)
        monkeypatch.setattr(
            dispatch,
            "_after_commit",
            self._hear,
        )

    def works(self, project: CloudProject) -> None:
        """Deliver one message, and whatever follows from it by itself."""
        self.messages = [project.pk]
        self.delivered = 0
        while self.messages and self.delivered < ENOUGH:
            self.delivered += 1
            tasks.provision(cloud_project_id=self.messages.pop())

    def _hear(self, task: str, **ids: int) -> None:
        if task == "clusters.provision":
            self.messages.append(ids["cloud_project_id"])

    @property
    def heads(self) -> int:
        """Heads of creates that reached the cloud, with a body or without."""
        return sum(call.endswith("/clusters") and "POST" in call for call in self.calls)


Shut = Callable[[Any, pytest.MonkeyPatch], None]


def too_slow(_wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = count(step=3600)
    monkeypatch.setattr(gate, "_clocks", lambda: (next(hours), 0))


def database_in_doubt(_wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(Attempt.objects, "create", fail)


def claim_lost(wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    wire.before_create = lambda: ClusterRequest.objects.filter(
        state=State.SENDING
    ).update(claim=F("claim") + 1)


def throttled(wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Scripted.json(429, {"error_code": "APIGW.0308"}, Retry_After="0")
    wire.before_create = lambda: setattr(wire, "next_create", answer)


def look_fails(wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    wire.before_list = lambda: setattr(wire, "next_list", Scripted(500, b"no"))


def nobody_answers(wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise NoAnswer("connection refused")

    wire.before_create = refuse


WAITING: tuple[Shut, ...] = (
    too_slow,
    database_in_doubt,
    claim_lost,
    throttled,
    look_fails,
    nobody_answers,
)
"""Rows wait by themselves, and are tried again when their time has come."""


def paused(wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    wire.before_create = lambda: CloudProject.objects.update(
        paused_at=NOON, paused_by="person"
    )


def quarantined(wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    wire.before_create = lambda: CloudProject.objects.update(quarantined_at=NOON)


def promoted(wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def promote() -> None:
        for module in (claim, gate):
            monkeypatch.setattr(module, "is_other_timeline", lambda: True)

    wire.before_create = promote


def token_refused(wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Scripted.json(401, {"error_code": "APIGW.0301"})
    wire.before_create = lambda: setattr(wire, "next_create", answer)


def token_refused_by_the_look(wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Scripted.json(401, {"error_code": "APIGW.0301"})
    wire.before_list = lambda: setattr(wire, "next_list", answer)


def not_connected(_wire: Any, _monkeypatch: pytest.MonkeyPatch) -> None:
    CloudProject.objects.update(sealed_password="")


def seal_broken(_wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_project: CloudProject) -> None:
        raise DecryptionFailed("no key opens this")

    monkeypatch.setattr(wiring, "cloud", broken)


CLOSED: tuple[Shut, ...] = (
    paused,
    quarantined,
    promoted,
    token_refused,
    token_refused_by_the_look,
    not_connected,
    seal_broken,
)
"""No gate of the cloud project can open: nothing is claimed for it any more."""
