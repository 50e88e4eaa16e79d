"""What a broker that is down costs: a moment, and never what a person did."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from kombu.exceptions import OperationalError

from clusters.domain.states import State
from clusters.operations.core import dispatch
from portal.celery import app
from portal.queue.celery_settings import transport_options
from tests.factories import submitted, user

LONGEST_SECONDS = 30.0
"""5 s of a Redis that says nothing, and what a busy machine adds; not for ever."""


class Broker:
    """Stands for Celery's app: each message takes so long and then fails, or goes out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.takes = 5.0
        self.works = False
        self.asked = 0
        monkeypatch.setattr(dispatch, "current_app", self)
        monkeypatch.setattr(dispatch.time, "monotonic", lambda: self.now)

    def send_task(self, *_: object, **__: object) -> None:
        self.asked += 1
        self.now += self.takes
        if not self.works:
            raise OperationalError("Timeout reading from socket")


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    yield Broker(monkeypatch)
    dispatch.publish_breaker.until = 0.0


@pytest.mark.django_db
class TestBrokerThatSaysNothing:
    @pytest.fixture(autouse=True)
    def commit_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # As it is outside of a transaction, which tests never are.
        monkeypatch.setattr(
            dispatch.transaction, "on_commit", lambda publish, **_: publish()
        )

    def test_does_not_fail_an_approval(self, broker: Broker, client: Client) -> None:
        row = submitted()
        client.force_login(user("bob"))
        answer = client.post(
            f"/requests/{row.id}/approve/", {"body_sha256": row.body_sha256}
        )
        row.refresh_from_db()
        assert broker.asked == 1
        assert answer.status_code == 302
        assert row.state == State.APPROVED

    def test_is_waited_for_once_however_many_messages_there_are(
        self, broker: Broker
    ) -> None:
        for number in range(20):
            dispatch.enqueue_provisioning(number)
        assert broker.asked == 1

    def test_is_asked_again_after_a_while(self, broker: Broker) -> None:
        dispatch.enqueue_provisioning(1)
        broker.now += dispatch.BREAK_SECONDS
        broker.works = True
        dispatch.enqueue_provisioning(1)
        dispatch.enqueue_provisioning(2)
        assert broker.asked == 3

    def test_is_asked_again_at_once_if_it_refuses_quickly(self, broker: Broker) -> None:
        broker.takes = 0.01
        dispatch.enqueue_provisioning(1)
        dispatch.enqueue_provisioning(1)
        assert broker.asked == 2


class TestPublishing:
    @pytest.mark.parametrize("kind", ["redis", "amqp"])
    @pytest.mark.parametrize("where", ["closed", "silent"])
    def test_gives_up_soon(self, kind: str, where: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"{kind}://127.0.0.1:{server.getsockname()[1]}/"
            if where == "closed":
                server.close()
            began = time.monotonic()
            with pytest.raises(OperationalError):
                send_by(url)
            assert time.monotonic() - began < LONGEST_SECONDS


def send_by(url: str) -> None:
    options = transport_options(url, folder=None, queue="portal-test", call_seconds=65)
    with app.connection_for_write(url, transport_options=options) as connection:
        app.send_task("clusters.nothing", connection=connection, retry=False)
