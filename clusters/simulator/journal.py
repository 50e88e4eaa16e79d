"""The journal of the requests that arrived; it holds no passwords and no tokens."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

_REDACTED = "***"


@dataclass(kw_only=True)
class LoginEntry:
    """One login attempt; ``project`` is the requested project's id or name."""

    at: str
    user: str
    project: str
    status: int


@dataclass(kw_only=True)
class CreateEntry:
    """
    One create request whose body arrived completely.

    ``body`` is the parsed JSON, None if it is not JSON. ``status`` is the HTTP status
    that the service returned, None if the service never processed the request.
    ``done``: a cluster was created. ``answered``: the response was sent to the client.
    """

    at: str
    project_id: str
    body: Any
    status: int | None = None
    cluster_id: str = ""
    done: bool = False
    answered: bool = False

    @property
    def tags(self) -> tuple[tuple[str, str], ...]:
        """The pairs of key and value in the body's tags, () if they are malformed."""
        try:
            tags = self.body["cluster"]["tags"]
            return tuple((str(tag["key"]), str(tag["value"])) for tag in tags)
        except (TypeError, KeyError):
            return ()


@dataclass(kw_only=True)
class CallJournal:
    """The requests since the last reset, oldest first; reads are only counted."""

    logins: list[LoginEntry] = field(default_factory=list)
    creates: list[CreateEntry] = field(default_factory=list)
    reads: int = 0
    empty_bodies: int = 0
    """Create requests whose body was empty or incomplete."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "CallJournal":
        """Return the journal from `as_json` output that went through JSON."""
        return cls(
            logins=[LoginEntry(**each) for each in data["logins"]],
            creates=[CreateEntry(**each) for each in data["creates"]],
            reads=int(data["reads"]),
            empty_bodies=int(data["empty_bodies"]),
        )

    def as_json(self) -> dict[str, Any]:
        """Return a deep copy of the journal as data for JSON."""
        return asdict(self)

    def add_create(self, *, now: float, project_id: str, body: bytes) -> CreateEntry:
        """Append an entry for a create; the caller completes it with the result."""
        create = CreateEntry(
            at=format_timestamp(now), project_id=project_id, body=_redacted_json(body)
        )
        self.creates.append(create)
        return create


def format_timestamp(now: float) -> str:
    """Return seconds since 1970 as IAM writes a time: ISO 8601, UTC, microseconds."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _redacted_json(body: bytes) -> Any:
    try:
        return _without_password(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _without_password(data: Any) -> Any:
    if isinstance(data, dict):
        return {
            key: _REDACTED if key == "adminPwd" else _without_password(value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_without_password(each) for each in data]
    return data
