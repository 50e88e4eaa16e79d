"""Why the broker takes no message: one word for each exception of the libraries."""

import ssl
from datetime import timedelta

import pytest
from amqp import exceptions as amqp
from django.db import OperationalError as DatabaseError
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis import exceptions as redis

from clusters.models import Heartbeat
from clusters.models.heartbeat import HeartbeatKind
from clusters.operations.core.broker_trouble import note_trouble, word_for
from clusters.operations.core.heartbeat import record_heartbeat
from tests.factories import user

WORDS = (
    (redis.ReadOnlyError("You can't write against a read only replica."), "read-only"),
    (redis.ResponseError("MISCONF Redis is configured to save"), "read-only"),
    (redis.ResponseError("NOREPLICAS Not enough good replicas"), "read-only"),
    (redis.OutOfMemoryError("command not allowed"), "full"),
    (redis.BusyLoadingError("Redis is loading the dataset in memory"), "loading"),
    (redis.AuthenticationError("Authentication required."), "refused"),
    (redis.NoPermissionError("no permissions to run 'brpop'"), "refused"),
    (redis.MasterDownError("Link with MASTER is down"), "down"),
    (redis.ClusterDownError("CLUSTERDOWN The cluster is down"), "down"),
    (redis.TimeoutError("Timeout reading from socket"), "down"),
    (ConnectionRefusedError(111, "Connection refused"), "down"),
    (ssl.SSLCertVerificationError("certificate verify failed"), "untrusted"),
    (amqp.MessageNacked(), "full"),
    (amqp.ResourceError("RabbitMQ takes no messages"), "full"),
    (amqp.AccessRefused("access to queue 'portal' refused"), "refused"),
    (amqp.NotAllowed("vhost / not found"), "refused"),
    (amqp.ConnectionForced("CONNECTION_FORCED - closed by the operator"), "down"),
    (amqp.AMQPNotImplementedError("queue does not support it"), "failing"),
    (RuntimeError("something else"), "failing"),
)


class TestWord:
    @pytest.mark.parametrize(
        ("error", "word"), WORDS, ids=[type(error).__name__ for error, _ in WORDS]
    )
    def test_is_that_of_the_cause(self, error: Exception, word: str) -> None:
        wrapped = OperationalError(str(error))
        wrapped.__cause__ = error
        assert (word_for(error), word_for(wrapped)) == (word, word)


@pytest.mark.django_db
class TestReadiness:
    def said(self, client: Client) -> tuple[str, str]:
        parts = client.get("/readyz").json()
        return parts["broker"], parts["worker"]

    def test_names_the_trouble_of_a_silent_worker(self, client: Client) -> None:
        record_heartbeat("worker@host", kind=HeartbeatKind.WORKER)
        Heartbeat.objects.update(seen_at=timezone.now() - timedelta(hours=1))
        note_trouble(redis.ReadOnlyError())
        assert self.said(client) == ("read-only", "silent")

    def test_names_the_trouble_of_a_worker_that_never_worked(
        self, client: Client
    ) -> None:
        note_trouble(amqp.AccessRefused())
        assert self.said(client) == ("refused", "missing")

    def test_names_the_newest_trouble(self, client: Client) -> None:
        for error in (
            amqp.AccessRefused(),
            redis.ReadOnlyError(),
            amqp.AccessRefused(),
        ):
            Heartbeat.objects.update(seen_at=timezone.now() - timedelta(hours=1))
            note_trouble(error)
        assert self.said(client) == ("refused", "missing")

    def test_forgets_a_trouble_after_the_next_sign_of_life(
        self, client: Client
    ) -> None:
        note_trouble(redis.ReadOnlyError())
        Heartbeat.objects.update(seen_at=timezone.now() - timedelta(hours=2))
        record_heartbeat("worker@host", kind=HeartbeatKind.WORKER)
        assert self.said(client) == ("ok", "ok")
        alive = Heartbeat.objects.filter(kind="worker")
        alive.update(seen_at=timezone.now() - timedelta(hours=1))
        assert self.said(client) == ("unknown", "silent")

    def test_takes_a_trouble_for_no_sign_of_life(self, client: Client) -> None:
        note_trouble(redis.ReadOnlyError())
        client.force_login(user("olga"))
        page = client.get("/operate/").content.decode()
        assert "read-only" not in page


class TestNoting:
    def test_survives_a_database_that_is_away(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise DatabaseError

        monkeypatch.setattr(Heartbeat.objects, "update_or_create", fail)
        note_trouble(redis.ReadOnlyError())
