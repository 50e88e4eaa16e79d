"""Ways to change events by SQL, with what the check has to say of each."""

from collections.abc import Callable
from functools import partial
from typing import Any

from clusters.models import ClusterRequest, Event, KeptHead
from tests.services.audit.history import (
    NAME,
    delete,
    drop_checks,
    insert,
    request_id,
    update,
    update_event,
)

Tamper = tuple[Callable[[], object], str]
"""What is done, and a regular expression for what is found."""

CHANGED = r"was changed: its hash is not that of its content\.$"
OF = r"^Request audit-search \([0-9a-f-]{36}\): "


def columns() -> dict[str, Tamper]:
    """Change each column of an event: number 2, the approval."""
    values: dict[str, tuple[Any, str]] = {
        "id": (
            10**6,
            OF + r"event 3 \(claim\) follows event 2 \(approve\), and its pri",
        ),
        "format": (1, OF + r"event 2 \(approve\) " + CHANGED),
        "subject_kind": (
            "group",
            OF + r"event 2 \(approve\) has two subjects, or none",
        ),
        "subject_id": ("7", OF + r"event 2 \(approve\) has two subjects, or none"),
        "request_id": (
            request_id("catalog-es"),
            OF
            + r"event 3 .* event 2 is missing|catalog-es .* event 2 .* does not cont",
        ),
        "seq": (20, OF + r"event 3 \(claim\) follows event 1 \(submit\); event 2 is"),
        "at": ("2026-11-23 12:00:00", OF + r"event 2 \(approve\) " + CHANGED),
        "kind": ("reject", OF + r"event 2 \(reject\) " + CHANGED),
        "from_state": ("failed", OF + r"event 2 \(approve\) " + CHANGED),
        "to_state": ("failed", OF + r"event 2 \(approve\) " + CHANGED),
        "actor_id": (None, OF + r"event 2 \(approve\) " + CHANGED),
        "actor_name": ("olga", OF + r"event 2 .* a name in it is not the one"),
        "actor_salt": ("0" * 32, OF + r"event 2 .* a name in it is not the one"),
        "actor_digest": ("0" * 64, OF + r"event 2 \(approve\) " + CHANGED),
        "data": ('{"body_sha256": "00"}', OF + r"event 2 \(approve\) " + CHANGED),
        "names": ('{"to": {"text": "olga"}}', OF + r"event 2 \(approve\) " + CHANGED),
        "correlation_id": ("x", OF + r"event 2 \(approve\) " + CHANGED),
        "previous_hash": (
            "0" * 64,
            OF + r"event 2 \(approve\) does not continue event 1",
        ),
        "hash": ("0" * 64, OF + r"event 2 \(approve\) " + CHANGED),
    }
    return {
        f"column {column}": (partial(_update, column, value), found)
        for column, (value, found) in values.items()
    }


def _update(column: str, value: Any) -> None:
    if column.startswith("subject"):
        drop_checks()
    update_event(2, **{column: value})


def rows() -> dict[str, Tamper]:
    """Delete, insert, reorder and swap events."""
    return {
        "first deleted": (
            partial(_delete, 1),
            OF + r"the history begins with event 2 \(approve\); event 1 is missing",
        ),
        "middle deleted": (
            partial(_delete, 3),
            OF + r"event 4 \(accept\) follows event 2 \(approve\); event 3 is missing",
        ),
        "last deleted": (
            partial(_delete, 5),
            OF
            + r"it is “active” by its row, and event 4 \(accept\) left it “creating”",
        ),
        "one inserted": (_insert, OF + r"event 6 \(cluster.back\) " + CHANGED),
        "one inserted in between": (
            _insert_between,
            OF + r"event 3 \(cluster.back\) " + CHANGED,
        ),
        "reordered": (_reorder, OF + r"event 2 \(claim\) does not continue event 1"),
        "swapped between requests": (
            _swap,
            r"^Request (audit|events)-search \(.*\): event 2 \(approve\) does not contin",
        ),
        "an actor erased by hand": (
            partial(update_event, 2, actor_name=""),
            OF + r"event 2 .* a name in it is not the one",
        ),
        "data that is none": (
            partial(update_event, 2, data=[]),
            OF + r"event 2 \(approve\) " + CHANGED,
        ),
    }


def chains() -> dict[str, Tamper]:
    """Change what only the rows beside the chain, or a head, can show."""
    head = (
        r"^The head that was kept at 2026-11-23T12:00:00\+00:00 covers \d+ events up "
    )
    anew = head + r"to number \d+, and so many are there, but with other hashes"
    removed = head + r"to number \d+, and \d+ of them are there; the newest event is"
    return {
        "events of a request deleted": (
            lambda: delete("event", request_id=request_id()),
            r"^Request audit-search \([0-9a-f-]{36}\) has no events\.$",
        ),
        "a request deleted, not its events": (
            _delete_row,
            r"^Request \([0-9a-f-]{36}\) has events and no row\.$",
        ),
        "all of a request deleted": (_delete_everything, removed),
        "chain of a group deleted": (
            partial(delete, "event", subject_kind="group"),
            removed,
        ),
        "tail cut, and the row changed": (_cut, removed),
        "computed anew": (
            partial(recompute, 2, data={"comment": "x"}),
            OF + r"the comment of decision \d+ is not that of event 2 \(approve\)\.$",
        ),
        "last one computed anew": (partial(recompute, 5, data={"a": 1}), anew),
        "forged head": (
            _forge_head,
            r"^The head that was kept at .* has a signature that is not that of its cont",
        ),
        "kept head deleted": (
            partial(delete, "kepthead"),
            r"^The installation: event 1 \(history.head_kept\) tells of a head that is",
        ),
        "opening left behind": (
            _leave_open,
            r"^The history was left open: a row in clusters_historyopening names",
        ),
    }


def _delete(seq: int) -> None:
    delete("event", request_id=request_id(), seq=seq)


def _copy(seq: int, of: int, **values: Any) -> None:
    event = Event.objects.get(request_id=request_id(), seq=of)
    event.pk, event.seq = None, seq
    for name, value in values.items():
        setattr(event, name, value)
    event.save(force_insert=True)


def _insert() -> None:
    last = Event.objects.get(request_id=request_id(), seq=5)
    _copy(6, 5, kind="cluster.back", previous_hash=last.hash)


def _insert_between() -> None:
    for seq in (5, 4, 3):
        update_event(seq, seq=seq + 1)
    before = Event.objects.get(request_id=request_id(), seq=2)
    _copy(3, 2, kind="cluster.back", previous_hash=before.hash)


def _reorder() -> None:
    for old, new in ((2, 90), (3, 2), (90, 3)):
        update_event(old, seq=new)


def _swap() -> None:
    other = request_id("events-search")
    mine, theirs = (
        {"id": Event.objects.get(request_id=each, seq=2).pk}
        for each in (request_id(), other)
    )
    update("event", theirs, request_id=request_id(), seq=90)
    update("event", mine, request_id=other)
    update("event", theirs, seq=2)


def _delete_row() -> None:
    delete("clusterrequest", id=request_id())


def _delete_everything() -> None:
    mine = request_id()
    for table in ("event", "decision", "attempt"):
        delete(table, request_id=mine)
    _delete_row()


def _cut() -> None:
    _delete(5)
    update("clusterrequest", {"id": request_id()}, state="creating")


def recompute(seq: int, **values: Any) -> None:
    """Change one event of the request, and compute all hashes from there on anew."""
    last = ""
    for event in ClusterRequest.objects.get(name=NAME).events.order_by("seq"):
        if event.seq == seq:
            for column, value in values.items():
                setattr(event, column, value)
        event.previous_hash = last
        last = event.expected_hash()
        changed = values if event.seq == seq else {}
        update_event(event.seq, previous_hash=event.previous_hash, hash=last, **changed)


def _forge_head() -> None:
    line = KeptHead.objects.get().line
    update("kepthead", {}, line=line.replace('"events":', '"events":1'))


def _leave_open() -> None:
    event = Event.objects.latest("pk").pk
    insert("historyopening", event_id=event, transaction_id=0)
