"""The journal of what arrived; passwords and tokens never enter it."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

_HIDDEN = "***"


@dataclass(kw_only=True)
class Login:
    """One try to sign in; ``project`` is the id or name that was asked for."""

    at: str
    user: str
    project: str
    status: int


@dataclass(kw_only=True)
class Create:
    """
    One create whose body came whole.

    ``body`` is the parsed JSON, None where it is none. ``status`` is what the cloud
    answered or would have answered, None where it never saw the call. ``done``: a
    cluster was made. ``answered``: the answer was let through.
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
        """The tags of the body, as far as it has any that make sense."""
        try:
            tags = self.body["cluster"]["tags"]
            return tuple((str(tag["key"]), str(tag["value"])) for tag in tags)
        except (TypeError, KeyError):
            return ()


@dataclass(kw_only=True)
class CallJournal:
    """Everything that arrived since the last reset, oldest first."""

    logins: list[Login] = field(default_factory=list)
    creates: list[Create] = field(default_factory=list)
    reads: int = 0
    empty_bodies: int = 0
    """Heads of creates whose body was empty or never came whole."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "CallJournal":
        """Return the journal from what `as_json` and JSON made of it."""
        return cls(
            logins=[Login(**each) for each in data["logins"]],
            creates=[Create(**each) for each in data["creates"]],
            reads=int(data["reads"]),
            empty_bodies=int(data["empty_bodies"]),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the journal as plain data that shares nothing with it."""
        return asdict(self)

    def begin_create(self, *, now: float, project_id: str, body: bytes) -> Create:
        """Enter a create; the caller completes the entry."""
        create = Create(at=moment(now), project_id=project_id, body=_recorded(body))
        self.creates.append(create)
        return create


def moment(now: float) -> str:
    """Return a moment as IAM and the journal write it: UTC with microseconds."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _recorded(body: bytes) -> Any:
    try:
        return _without_password(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _without_password(data: Any) -> Any:
    if isinstance(data, dict):
        return {
            key: _HIDDEN if key == "adminPwd" else _without_password(value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_without_password(each) for each in data]
    return data
