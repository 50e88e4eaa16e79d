"""What an archive keeps of one request: all its rows, as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Model

from clusters.models import ClusterRequest, Event
from clusters.models.event_format import moment
from clusters.models.event_row import EventRow, read_json
from clusters.operations.audit.request_columns import (
    AttemptRow,
    DecisionRow,
    RequestRow,
)

Columns = Mapping[str, Any]
"""Values of JSON by the names of the columns; times as `event_format.moment` writes them."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """
    A request with its cluster, its decisions, its attempts and its events.

    The cluster is empty where the request never had one.
    """

    request: Columns
    cluster: Columns
    decisions: list[Columns]
    attempts: list[Columns]
    events: list[EventRow]

    @classmethod
    def of(cls, row: ClusterRequest) -> Self:
        """Return what is stored of a request now."""
        return cls(
            request=_columns(row),
            cluster=_columns(row.cluster) if row.cluster else {},
            decisions=[_columns(each) for each in row.decisions.all()],
            attempts=[_columns(each) for each in row.attempts.all()],
            events=[_event_row(each) for each in row.events.all()],
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """
        Return the record of a text that `as_json` has made.

        :raises ValueError: if it is no such text
        """
        try:
            values = read_json(text)
            values["events"] = [EventRow(*each) for each in values["events"]]
            return cls(**values)
        except (TypeError, KeyError) as error:
            raise ValueError(str(error)) from error

    def as_json(self) -> str:
        """Return all of it as one line."""
        # Not `asdict`, which copies each value of each row first.
        return json.dumps(vars(self), separators=(",", ":"))

    @property
    def request_id(self) -> str:
        """The id of the request, with hyphens."""
        return str(self.request["id"])

    @property
    def name(self) -> str:
        """The name of the request's cluster."""
        return str(self.request["name"])

    @property
    def cloud_id(self) -> str:
        """The cloud's id of the cluster; empty without one."""
        return str(self.cluster.get("cloud_id", ""))

    def kept_columns(self) -> dict[str, Any]:
        """Return the columns that `ArchivedRequest` copies from the request."""
        return {
            "id": UUID(self.request_id),
            "requester_id": self.request["requester_id"],
            "name": self.name,
            "state": self.request["state"],
            "created_at": datetime.fromisoformat(self.request["created_at"]),
            "cloud_id": self.cloud_id,
        }

    def request_row(self) -> RequestRow:
        """Return the request as `request_columns` reads it from the database."""
        given = {
            **self.request,
            "request_id": self.request_id,
            "spec": json.dumps(self.request["spec"]),
            "cloud_id": self.cloud_id,
        }
        return RequestRow(*(given[column] for column in RequestRow._fields))

    def decision_rows(self) -> list[DecisionRow]:
        """Return the decisions in the same way."""
        fields = DecisionRow._fields
        rows = [
            {**each, "voided_at": each["voided_at"] or ""} for each in self.decisions
        ]
        return [DecisionRow(*(each[key] for key in fields)) for each in rows]

    def attempt_rows(self) -> list[AttemptRow]:
        """Return the attempts in the same way."""
        fields = AttemptRow._fields
        return [AttemptRow(*(each[key] for key in fields)) for each in self.attempts]


def _columns(row: Model) -> dict[str, Any]:
    fields = row._meta.concrete_fields
    return {field.attname: _plain(getattr(row, field.attname)) for field in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return str(value) if isinstance(value, UUID) else value


def _event_row(event: Event) -> EventRow:
    columns = _columns(event)
    columns["data"] = json.dumps(event.data)
    columns["names"] = json.dumps(event.names)
    return EventRow(*(columns[column] for column in EventRow._fields))
