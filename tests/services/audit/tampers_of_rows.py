"""Ways to change requests, decisions and attempts by SQL, and what the check says."""

import hashlib
from functools import partial
from typing import Any

from clusters.models import ClusterRequest, Decision
from tests.factories import user
from tests.services.audit.history import NAME, delete, request_id, update
from tests.services.audit.tampers_of_events import OF, Tamper, recompute


def requests() -> dict[str, Tamper]:
    """Change the row of a request, and of its cluster."""
    other = "its row shows another name, flavor or number of nodes than its spec"
    return {
        "state": (
            partial(_request, state="failed"),
            OF
            + r"it is “failed” by its row, and event 5 \(ready\) left it “active”\.$",
        ),
        "state sending": (
            partial(_request, state="sending", claimed_until="2026-11-23"),
            OF + r"it is “sending” by its row, and event 5 \(ready\) left it “active”",
        ),
        "body": (
            partial(_request, body="{}"),
            OF + "its stored body does not have the SHA-256 that stands beside it",
        ),
        "hash": (
            partial(_request, body_sha256="0" * 64),
            OF + "its stored body does not have the SHA-256 that stands beside it",
        ),
        "body with its hash": (
            _other_body,
            OF + "its row has another body than the one that its events name",
        ),
        "spec": (
            _other_spec,
            OF + "its stored spec makes another body than the one that was asked for",
        ),
        "spec that is none": (
            partial(_request, spec="[1]"),
            OF + "its stored spec makes another body than the one that was asked for",
        ),
        "name": (
            partial(_request, name="other"),
            OF.replace("audit-search", "other") + other,
        ),
        "nodes": (partial(_request, instance_num=99), OF + other),
        "place": (
            partial(_request, place_sha256="0" * 64),
            OF + "its row has another place than the one that its events name",
        ),
        "requester": (
            lambda: _request(requester_id=user("bob").pk),
            OF + r"its row belongs to person \d+, and by its events to person \d+\.$",
        ),
        "name of the requester": (
            lambda: _request(requester_name="bob"),
            OF + "its row names another requester than its events",
        ),
        "cluster id": (
            _rename_cluster,
            OF + "its cluster is “another” by its row, and “[0-9a-f-]+” by its events",
        ),
        "cluster taken away": (
            _take_cluster_away,
            r"^Request events-search \(.*\): its cluster is “” by its row, and “[0-9a-f-]+”",
        ),
    }


def decisions() -> dict[str, Tamper]:
    """Change the decision on a request, or tell of another one."""

    def of(what: str) -> str:
        return OF + what + r" of decision \d+ is not that of event 2 \(approve\)\.$"

    values: dict[str, tuple[Any, str]] = {
        "verdict": ("rejected", of("the verdict")),
        "by_id": (None, of("the person")),
        "by_name": ("olga", of("the name of the person")),
        "at": ("2026-11-23 12:00:00", of("the time")),
        "comment": ("Fine.", of("the comment")),
        "body_sha256": ("0" * 64, of("the body")),
        "place_sha256": ("0" * 64, of("the place")),
        "voided_at": (
            "2026-11-23 12:00:00",
            OF + "decision [0-9]+ is void, and no event made it void",
        ),
    }
    changes: dict[str, Tamper] = {
        f"decision {column}": (partial(_mine, "decision", **{column: value}), found)
        for column, (value, found) in values.items()
    }
    return changes | {
        "decision deleted": (
            lambda: delete("decision", request_id=request_id()),
            OF + r"the decision that event 2 \(approve\) tells of is not there",
        ),
        "decision inserted": (
            _second_decision,
            OF + r"no event tells of decision \d+ \(approved\)",
        ),
        "approval forged in the chain": (
            partial(recompute, 2, actor_name="olga", actor_salt="", actor_digest=""),
            OF + r"event 2 .* a name in it is not the one that was written",
        ),
        "body forged in the chain": (
            partial(recompute, 2, data={"body_sha256": "0" * 64}),
            of("the body"),
        ),
    }


def attempts() -> dict[str, Tamper]:
    """Change the attempt of a request."""
    change = partial(_mine, "attempt")
    return {
        "attempt number": (
            partial(change, number=2),
            OF + "attempt 1 is missing",
        ),
        "attempt body": (
            partial(change, body_sha256="0" * 64),
            OF + "attempt 1 was for another body than the approved one",
        ),
        "attempt place": (
            partial(change, place_sha256="0" * 64),
            OF + "attempt 1 was for another place than the approved one",
        ),
        "attempt of nobody": (
            _attempt_elsewhere,
            r"^Request catalog-es \(.*\): attempt 1 was for another body than the appr",
        ),
    }


def _request(**values: Any) -> None:
    update("clusterrequest", {"id": request_id()}, **values)


def _mine(table: str, **values: Any) -> None:
    update(table, {"request_id": request_id()}, **values)


def _other_body() -> None:
    _request(body="{}", body_sha256=hashlib.sha256(b"{}").hexdigest())


def _other_spec() -> None:
    spec = ClusterRequest.objects.get(name=NAME).spec
    _request(spec=spec | {"datastore": {"type": "opensearch", "version": "7.10.2"}})


def _rename_cluster() -> None:
    cluster = ClusterRequest.objects.get(name=NAME).cluster_id
    update("cluster", {"id": cluster}, cloud_id="another")


def _take_cluster_away() -> None:
    update("clusterrequest", {"name": "events-search"}, cluster_id=None)


def _second_decision() -> None:
    decision = Decision.objects.get(request_id=request_id())
    decision.pk, decision.voided_at = None, decision.at
    decision.save(force_insert=True)


def _attempt_elsewhere() -> None:
    _mine("attempt", request_id=request_id("catalog-es"))
