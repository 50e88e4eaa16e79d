"""Millions of events of requests that are active, written without an ORM object for each."""

import json
import secrets
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.db import connection, models, transaction

from clusters.cloud.huawei.body import sha256_of
from clusters.cloud.types import CreateApi
from clusters.domain import spec_json
from clusters.models import Attempt, Cluster, ClusterRequest, Decision, Event
from clusters.models.event_format import digest_of
from clusters.models.event_row import EventRow, expected_hash
from clusters.operations.core.request_body import body_of
from tests import factories
from tests.factories import NOON

BATCH: Final = 500
"""Requests that are written together."""

_Rows = dict[type[models.Model], list[dict[str, Any]]]

LIFE: Final = (
    ("submit", "", "pending", "alice"),
    ("approve", "pending", "approved", "bob"),
    ("claim", "approved", "sending", ""),
    ("release", "sending", "approved", ""),
    ("claim", "approved", "sending", ""),
    ("accept", "sending", "creating", ""),
    ("ready", "creating", "active", ""),
    ("cluster.vanished", "", "", ""),
    ("cluster.back", "", "", ""),
    ("hand_over", "", "", "olga"),
)
"""The events of each request: kind, states before and after, who."""


class Writer:
    """Writes requests with all that belongs to them; `events` is how many there are."""

    def __init__(self) -> None:
        self.events = 0
        self._people = {
            name: factories.user(name) for name in ("alice", "bob", "charlie", "olga")
        }
        self._project = factories.cloud_project()
        self._place = self._project.place.fingerprint
        self._templates = {
            model: _columns_of(model)
            for model in (
                Cluster,
                ClusterRequest,
                Decision,
                Attempt,
                Event,
            )
        }

    def grow_to(self, events: int) -> None:
        """Add requests until there are so many events, or a few more."""
        while self.events < events:
            rows: _Rows = {model: [] for model in self._templates}
            for _ in range(BATCH):
                self._add_request(rows)
                if self.events >= events:
                    break
            self._save(rows)
        with connection.cursor() as cursor:
            is_postgres = connection.vendor == "postgresql"
            cursor.execute(
                "ANALYZE" if is_postgres else "PRAGMA wal_checkpoint(TRUNCATE)"
            )

    def _add_request(self, rows: _Rows) -> None:
        request_id, cluster_id, cloud_id = uuid.uuid4(), uuid.uuid4(), str(uuid.uuid4())
        spec = factories.spec(f"search-{request_id.hex[:12]}")
        kept = spec_json.to_json(spec)
        body = body_of(spec, request_id, CreateApi.V1)
        sha = {"body_sha256": sha256_of(body), "place_sha256": self._place}
        charlie, bob = self._people["charlie"], self._people["bob"]
        began = NOON + timedelta(seconds=self.events)
        owner = {"owner_id": charlie.pk, "owner_name": "charlie"}
        common = {"cloud_project_id": self._project.pk, "name": spec.name, "spec": kept}
        rows[Cluster].append(
            common
            | owner
            | {"id": cluster_id, "cloud_id": cloud_id, "created_at": began}
        )
        rows[ClusterRequest].append(
            common | sha
            | {
                "id": request_id, "cluster_id": cluster_id, "state": "active",
                "requester_id": charlie.pk, "requester_name": "charlie",
                "submission_key": uuid.uuid4(), "submission_sha256": "0" * 64,
                "flavor": spec.flavor, "instance_num": spec.instance_num,
                "body": body.decode(), "created_at": began, "moved_at": began,
            }
        )  # fmt: skip
        mine = {"request_id": request_id, **sha}
        rows[Decision].append(
            mine
            | {"verdict": "approved", "by_id": bob.pk, "by_name": "bob"}
            | {"at": began + timedelta(minutes=1), "comment": "Fine."}
        )
        rows[Attempt].append(
            mine
            | {"number": 1, "claim": 2, "outcome": "accepted", "cluster_id": cloud_id}
            | {"sent_at": began}
        )
        rows[Event].extend(self._events(request_id, sha, cloud_id, began))

    def _events(
        self, request_id: uuid.UUID, sha: dict[str, str], cloud_id: str, began: Any
    ) -> Iterator[dict[str, Any]]:
        last = ""
        named = {"cluster_id": cloud_id}
        for seq, (kind, source, target, who) in enumerate(LIFE, 1):
            data = {
                "submit": {"body_sha256": sha["body_sha256"], "reason": "For the logs."},
                "approve": {**sha, "comment": "Fine."},
                "claim": {"claim": 2 if seq > 4 else 1},
                "release": {"because": "The cloud asked to wait."},
                "ready": {**named, "endpoint": factories.ENDPOINT},
                "hand_over": {"to_id": self._people["charlie"].pk, "comment": ""},
            }.get(kind, named)  # fmt: skip
            event = self._signed_by(who) | {
                "request_id": request_id, "seq": seq, "kind": kind, "data": data,
                "at": began + timedelta(minutes=seq - 1), "from_state": source,
                "to_state": target, "correlation_id": secrets.token_hex(16),
                "previous_hash": last, "format": 2, "subject_kind": "request",
                "subject_id": "", "names": self._names() if kind == "hand_over" else {},
            }  # fmt: skip
            last = event["hash"] = expected_hash(_row_of(event))
            self.events += 1
            yield event

    def _signed_by(self, who: str) -> dict[str, Any]:
        if not who:
            return {
                "actor_id": None,
                "actor_name": "",
                "actor_salt": "",
                "actor_digest": "",
            }
        salt = secrets.token_hex(16)
        return {
            "actor_id": self._people[who].pk, "actor_name": who,
            "actor_salt": salt, "actor_digest": digest_of(salt, who),
        }  # fmt: skip

    def _names(self) -> dict[str, Any]:
        named = {}
        for key, who in (("from", "alice"), ("to", "charlie")):
            salt = secrets.token_hex(16)
            digest, person = digest_of(salt, who), self._people[who].pk
            named[key] = {"digest": digest, "salt": salt, "text": who, "person": person}
        return named

    def _save(self, rows: _Rows) -> None:
        with transaction.atomic():
            for model, made in rows.items():
                columns, defaults = self._templates[model]
                table = model._meta.db_table
                values = [[row.get(c, defaults[c]) for c in columns] for row in made]
                _insert(table, columns, values)


def _row_of(event: dict[str, Any]) -> EventRow:
    texts = {
        "id": 0, "request_id": event["request_id"].hex,
        "at": event["at"].isoformat(timespec="microseconds"),
        "data": json.dumps(event["data"]), "names": json.dumps(event["names"]), "hash": "",
    }  # fmt: skip
    return EventRow(**{name: (event | texts)[name] for name in EventRow._fields})


def _columns_of(model: type[models.Model]) -> tuple[list[str], dict[str, Any]]:
    """Return the columns of a table, without a number that it counts, and their defaults."""
    fields = [
        each
        for each in model._meta.concrete_fields
        if not isinstance(each, models.AutoField)
    ]
    defaults = {each.attname: each.get_default() for each in fields}
    return [str(each.column) for each in fields], defaults


def _insert(table: str, columns: list[str], rows: list[list[Any]]) -> None:
    values = [[_plain(value) for value in row] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
            connection.connection.executemany(into, values)


def _plain(value: Any) -> Any:
    """Return a value as the driver takes it."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    if connection.vendor == "sqlite":
        if isinstance(value, uuid.UUID):
            return value.hex
        if hasattr(value, "tzinfo"):
            return str(value.replace(tzinfo=None))
    return value
