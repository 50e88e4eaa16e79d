"""Only what the portal writes reaches Celery."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from kombu import Connection
from kombu.compression import compress

from portal.celery import app
from portal.queue.message_rules import (
    LONGEST,
    InvalidMessage,
    refuse_compression,
    task_headers,
)
from tests.services.bad_messages import Sent, of_every_broker
from tests.unit.portal.test_broker import connect

TASKS = {"clusters.sweep", "clusters.provision"}
CELERYS = {"task", "id", "lang", "root_id", "parent_id", "argsrepr", "expires"}


def as_message(sent: Sent) -> Any:
    return SimpleNamespace(
        body=sent.body,
        headers=sent.headers,
        content_type=sent.content_type,
        content_encoding=sent.content_encoding,
    )


class TestRules:
    def test_take_what_celery_sends(self, tmp_path: Path) -> None:
        with connect(tmp_path) as broker:
            for expires in (None, 10):
                sender = Celery(broker="memory://")
                sender.send_task(
                    "clusters.provision",
                    kwargs={"cloud_project_id": 1},
                    connection=broker,
                    queue="portal",
                    expires=expires,
                )
                message = broker.SimpleQueue("portal").get(block=False)
                found = task_headers(message, tasks=TASKS)
                assert found["task"] == "clusters.provision"
                assert ("expires" in found and bool(found["expires"])) == bool(expires)

    def test_refuse_everything_else_with_one_kind_of_error(
        self, tmp_path: Path
    ) -> None:
        refused = 0
        for sent in of_every_broker(tmp_path / "ran"):
            try:
                found = task_headers(as_message(sent), tasks=TASKS)
            except InvalidMessage:
                refused += 1
                continue
            assert found["task"] in TASKS, sent.name
            assert set(found) <= CELERYS, sent.name
            arguments, named, embedded = json.loads(sent.body)
            assert arguments == [] and set(named) <= {"a"}, sent.name
            assert not any(embedded.values()), sent.name
        assert refused > 150
        assert not (tmp_path / "ran").exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"body": b"[[], {}, {}]" + b" " * LONGEST},
            {"body": b'[[], {}, {"callbacks": [{"task": "clusters.sweep"}]}]'},
            {"body": b'[[], {"a": [1]}, {}]'},
            {"body": b'[[], {"a": 9223372036854775808}, {}]'},
            {"body": b"[[1], {}, {}]"},
            {"body": None},
            {"headers": {"task": "celery.map", "id": "1"}},
            {"headers": {"task": "clusters.sweep"}},
            {"headers": ["task", "id"]},
            {"content_type": "application/x-python-serialize"},
        ],
    )
    def test_refuse(self, changes: dict[str, Any]) -> None:
        message = as_message(Sent("x"))
        vars(message).update(changes)
        with pytest.raises(InvalidMessage):
            task_headers(message, tasks=TASKS)

    def test_stand_before_each_worker(self) -> None:
        assert app.conf.worker_consumer == "portal.queue.consumer:Consumer"
        for url in ("redis://h", "rediss://h"):
            transport = Connection(url).get_transport_cls()
            assert transport.__module__ == "portal.queue.redis_broker"

    def test_unpack_nothing(self) -> None:
        refuse_compression()
        for kind in ("gzip", "bzip2", "application/x-gzip"):
            with pytest.raises(InvalidMessage):
                compress(b"x", kind)
