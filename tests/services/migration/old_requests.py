"""Requests of one migration state in every situation, with their histories."""

import json
from typing import Any, Final

from tests.services.migration.old_rows import OldRows
from tests.services.migration.situations import EVENT_DATA, MOVES, Situation

_ALWAYS: Final = (
    "submission_key",
    "submission_sha256",
    "reason",
    "labels",
    "flavor",
    "body_sha256",
    "created_at",
    "moved_at",
)
"""What every request has, whatever became of it."""

_ANSWER: Final = (
    "answered_at",
    "status",
    "code",
    "message",
    "request_id_of_cloud",
    "raw",
    "duration_ms",
)
"""The columns of an attempt that an answer fills."""

_WITH_CODE: Final = ("refused", "name_held", "busy")
"""Outcomes that the cloud gives a code for."""

_ACTORS: Final = {
    "submit": "alice",
    "cancel": "alice",
    "approve": "bob",
    "reject": "bob",
    "retry": "alice",
    "hand_over": "olga",
    "deletion.ordered": "alice",
    "operator.keeps_watching": "olga",
}
"""Who does what a person does; the portal itself has no name in events."""


def add_request(
    rows: OldRows, situation: Situation, project: Any, people: dict[str, Any]
) -> None:
    """Add a request, its decisions, its attempts and its events."""
    owner = people["charlie" if "hand_over" in situation.life else "alice"]
    name = f"{situation.name}-{rows.values.number()}"
    nodes = rows.values.number() % 90 + 10
    values = rows.filled("ClusterRequest", only=[*_ALWAYS, *situation.columns])
    if "place_sha256" in values:
        values["place_sha256"] = place_of(project)
    values |= {
        "id": rows.values.id(),
        "state": situation.state,
        "cloud_project": project,
        "requester": owner,
        "requester_name": owner.username,
        "name": name,
        "instance_num": nodes,
        **_asked(rows, name, values["flavor"], nodes),
        **situation.set,
    }
    row = rows.add("ClusterRequest", values)
    for verdict in situation.verdicts:
        _add_decision(rows, row, verdict, people["bob"])
    for number, outcome in enumerate(situation.attempts, 1):
        _add_attempt(rows, row, number, outcome)
    _add_events(rows, row, situation, people)


def place_of(project: Any) -> str:
    """Return the one value that stands for a cloud project's place."""
    return f"{project.pk:064}"


def _asked(rows: OldRows, name: str, flavor: str, nodes: int) -> dict[str, Any]:
    """Return a spec and a body; one in five of older releases has none to speak of."""
    if rows.step < 17 and nodes % 5 == 0:
        return {"spec": {}, "body": "{}"}
    number = rows.values.number
    spec = {
        "name": name,
        "flavor": flavor,
        "instance_num": nodes,
        "vpc_id": f"vpc-{number()}",
        "subnet_id": f"subnet-{number()}",
        "security_group_id": f"group-{number()}",
        "volume": {"type": "HIGH", "size_gb": number()},
        "datastore": {"type": "elasticsearch", "version": "7.10.2"},
        "availability_zones": [f"zone-{number()}"],
        "backup": None,
        "tags": [{"key": "team", "value": f"tag-{number()}"}],
    }
    return {"spec": spec, "body": json.dumps({"cluster": {"name": name}})}


def _add_decision(rows: OldRows, row: Any, verdict: str, bob: Any) -> None:
    values = rows.filled("Decision", empty=() if verdict == "void" else ("voided_at",))
    rows.add(
        "Decision",
        values
        | {
            "request": row,
            "verdict": "rejected" if verdict == "rejected" else "approved",
            "by": bob,
            "by_name": bob.username,
            "body_sha256": row.body_sha256,
            "place_sha256": getattr(row, "place_sha256", ""),
        },
    )


def _add_attempt(rows: OldRows, row: Any, number: int, outcome: str) -> None:
    empty = _ANSWER if not outcome else () if outcome in _WITH_CODE else ("code",)
    values = rows.filled("Attempt", empty=empty)
    rows.add(
        "Attempt",
        values
        | {
            "request": row,
            "number": number,
            "claim": number,
            "outcome": outcome,
            "body_sha256": row.body_sha256,
            "cluster_id": row.cluster_id if outcome == "accepted" else "",
        },
    )


def _add_events(
    rows: OldRows, row: Any, situation: Situation, people: dict[str, Any]
) -> None:
    previous = ""
    for seq, kind in enumerate(situation.life, 1):
        actor = people[_ACTORS[kind]] if kind in _ACTORS else None
        source, target = MOVES.get(kind, ("", ""))
        values = rows.filled("Event", only=("at", "correlation_id", "hash"))
        values |= {
            "request": row,
            "seq": seq,
            "kind": kind,
            "from_state": source,
            "to_state": target,
            "actor": actor,
            "actor_name": actor.username if actor else "",
            "data": _data_of(rows, row, kind, situation.life[:seq].count("claim")),
            "previous_hash": previous,
        }
        if actor:
            values |= salted(rows)
        if kind == "hand_over":
            values |= _handed_over(rows, values["data"], people)
        rows.add("Event", values)
        previous = values["hash"]


def _data_of(rows: OldRows, row: Any, kind: str, claims: int) -> dict[str, Any]:
    if kind == "claim":
        return {"claim": claims}
    return {
        key: getattr(row, key, "") or f"{key}-{rows.values.number()}"
        for key in EVENT_DATA.get(kind, ())
    }


def salted(rows: OldRows) -> dict[str, Any]:
    """Return what format 2 keeps beside the name of whoever did something."""
    return {
        "format": 2,
        "actor_salt": rows.values.sha256()[:32],
        "actor_digest": rows.values.sha256(),
    }


def _handed_over(
    rows: OldRows, data: dict[str, Any], people: dict[str, Any]
) -> dict[str, Any]:
    """Return where the names of both people stand: in the data of format 1, or apart."""
    both = {"from": people["alice"], "to": people["charlie"]}
    ids = {f"{key}_id": person.pk for key, person in both.items()}
    if "names" not in rows.columns("Event"):
        names = {key: person.username for key, person in both.items()}
        return {"data": data | ids | names}
    kept = {
        key: {
            "digest": rows.values.sha256(),
            "salt": rows.values.sha256()[:32],
            "text": person.username,
            "person": person.pk,
        }
        for key, person in both.items()
    }
    return {"data": data | ids, "names": kept}
