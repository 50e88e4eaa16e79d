"""A history with a request in every state, and raw SQL on it."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from clusters import wiring
from clusters.demo.showcase import People, seed_showcase
from clusters.models import ClusterRequest
from clusters.operations.accounts.groups import group_named
from clusters.operations.audit.heads import keep_head, take_head
from tests.factories import NOON, cloud_project, user

NAME = "audit-search"
"""An active request: submit, approve, claim, accept, ready."""


def write() -> str:
    """Write the history, keep a head of it, and return another head as it is exported."""
    people = People(alice=user("alice"), charlie=user("charlie"), bob=user("bob"))
    seed_showcase(cloud_project(), people, encryptor=wiring.encryptor(), now=NOON)
    group_named("team:search", by=user("olga"), now=NOON)
    keep_head(wiring.audit_keys(), now=NOON)
    return take_head(wiring.audit_keys(), now=NOON + timedelta(hours=1))


def update(table: str, where: dict[str, Any], **values: Any) -> None:
    """Write other values into rows, as somebody with a console of the database would."""
    columns = ", ".join(f"{column} = %s" for column in values)
    _run(f"UPDATE clusters_{table} SET {columns}", where, *values.values())  # noqa: S608


def delete(table: str, **where: Any) -> None:
    """Delete rows."""
    _run(f"DELETE FROM clusters_{table}", where)  # noqa: S608


def insert(table: str, **values: Any) -> None:
    """Insert a row."""
    marks = ", ".join(["%s"] * len(values))
    columns = f"clusters_{table} ({', '.join(values)}) VALUES ({marks})"
    _run(f"INSERT INTO {columns}", {}, *values.values())


def _run(statement: str, where: dict[str, Any], *values: Any) -> None:
    if where:
        statement += f" WHERE {' AND '.join(f'{column} = %s' for column in where)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [_plain(v) for v in (*values, *where.values())])


def _plain(value: Any) -> Any:
    """Return a value as the database takes it."""
    if isinstance(value, UUID) and connection.vendor == "sqlite":
        return value.hex
    return json.dumps(value) if isinstance(value, dict | list) else value


def request_id(name: str = NAME) -> UUID:
    """Return the id of a request."""
    found: UUID = ClusterRequest.objects.get(name=name).id
    return found


def update_event(number: int, **values: Any) -> None:
    """Write other values into one event of the request."""
    update("event", {"request_id": request_id(), "seq": number}, **values)


def drop_checks() -> None:
    """Switch off the CHECK of events; back with the transaction, or the connection."""
    words = {
        "sqlite": "PRAGMA ignore_check_constraints = ON",
        "postgresql": "ALTER TABLE clusters_event DROP CONSTRAINT event_has_one_subject",
    }
    _run(words[connection.vendor], {})
