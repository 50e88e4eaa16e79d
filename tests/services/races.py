"""
Races of threads on a real database, for a process of their own.

The tests' own database will not do: it is one connection within one transaction.
"""

import json
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from clusters.domain.events import EventKind
from clusters.models import Attempt, ClusterRequest, Event
from clusters.operations.core.history import (
    record_event,
    record_installation_event,
    record_subject_event,
)
from clusters.operations.provisioning import gate as gate_module
from clusters.operations.provisioning.claim import Claim, claim_next
from clusters.operations.provisioning.gate import Gate
from clusters.operations.provisioning.reconcile import reconcile
from clusters.operations.requests.cancel import cancel_request
from tests.factories import NOON, approved, cloud_project, submitted, user
from tests.openings import change_history
from tests.services.cluster_races import owners
from tests.services.crowds import mails, refreshes, submits
from tests.services.decision_races import heirs, heirs_in_between, voids
from tests.services.password_races import looks
from tests.services.racing import ENGINE, ROUNDS, approve, at_once


def claims() -> dict[str, Any]:
    """Let 12 workers claim under a cap of 5."""
    for number in range(20):
        approved(f"claimed-{number}")
    project = cloud_project()
    capped = replace(ENGINE, max_calls=5)
    claimed = at_once(
        *[lambda: claim_next(project.pk, engine=capped, now=NOON) for _ in range(12)]
    )
    rows = [claim.request_id for claim in claimed if claim]
    ClusterRequest.objects.update(state="rejected")
    return {"claims": len(rows), "rows": len(set(rows))}


def cancels() -> dict[str, Any]:
    """Let a worker claim a request while its requester cancels it."""
    both = []
    for number in range(ROUNDS):
        row = approved(f"cancelled-{number}")
        claim, said = at_once(
            lambda row=row: claim_next(row.cloud_project_id, engine=ENGINE, now=NOON),
            lambda row=row: cancel_request(row, by=row.requester, now=NOON),
        )
        row.refresh_from_db()
        won = {"sending": claim is not None, "cancelled": said is None}[row.state]
        lost = claim is None or said is not None
        both.append(won and lost)
    ClusterRequest.objects.update(state="rejected")
    return {"rounds": ROUNDS, "with one winner": sum(both)}


def gates() -> dict[str, Any]:
    """Let a gate open while a sweep takes the expired claim back."""
    wins = {"gate": 0, "sweep": 0, "both": 0}
    for number in range(ROUNDS):
        row = approved(f"swept-{number}")
        claim = claim_next(row.cloud_project_id, engine=ENGINE, now=NOON)
        ClusterRequest.objects.filter(id=row.id).update(
            claimed_until=F("claimed_until") - timedelta(days=1)
        )
        at_once(gate_of(claim), lambda: reconcile(now=NOON))
        row.refresh_from_db()
        sent = Attempt.objects.filter(request=row).exists()
        kept = row.state == "sending"
        wins["gate" if sent and kept else "both" if sent else "sweep"] += 1
        ClusterRequest.objects.update(state="rejected")
    return wins


def twice() -> dict[str, Any]:
    """Let one claim's gate be opened by two threads."""
    seen: set[tuple[int, int]] = set()
    for number in range(ROUNDS):
        row = approved(f"twice-{number}")
        claim = claim_next(row.cloud_project_id, engine=ENGINE, now=NOON)
        results = at_once(gate_of(claim), gate_of(claim))
        seen.add((results.count(None), row.attempts.count()))
    return {"opened, attempts": sorted(seen)}


def notes() -> dict[str, Any]:
    """Let a worker claim a row while somebody adds a line to its history."""
    whole = 0
    for number in range(ROUNDS):
        row = approved(f"noted-{number}")
        at_once(
            lambda row=row: claim_next(row.cloud_project_id, engine=ENGINE, now=NOON),
            lambda row=row: record_event(row.id, EventKind.LATE_ANSWER, now=NOON),
        )
        kinds = row.events.values_list("kind", flat=True)
        whole += {EventKind.CLAIM, EventKind.LATE_ANSWER} <= set(kinds)
        ClusterRequest.objects.update(state="rejected")
    return {"rounds": ROUNDS, "with both lines": whole}


def names() -> dict[str, Any]:
    """Let two requests for one name be approved at the same moment."""
    seen: set[tuple[str, ...]] = set()
    for number in range(ROUNDS):
        rows = [submitted(f"named-{number}") for _ in range(2)]
        at_once(*[partial(approve, row) for row in rows])
        states = ClusterRequest.objects.filter(id__in=[row.id for row in rows])
        seen.add(tuple(sorted(states.values_list("state", flat=True))))
    ClusterRequest.objects.update(state="rejected")
    return {"states": sorted(seen)}


def durability() -> dict[str, Any]:
    """Return how durable a commit is before, within and after a gate."""
    row = approved()
    claim = claim_next(row.cloud_project_id, engine=ENGINE, now=NOON)
    asked = "SHOW synchronous_commit"
    if connection.vendor == "sqlite":
        asked = "PRAGMA synchronous"
    seen: list[Any] = []
    original = gate_module._require_durable_commit

    def commit_and_read() -> None:
        seen.append(answer_to(asked))
        original()
        seen.append(answer_to(asked))

    gate_module._require_durable_commit = commit_and_read
    gate_of(claim)()
    with transaction.atomic():
        seen.append(answer_to(asked))
    return {"before, within, after": seen}


def gate_of(claim: Claim) -> Gate:
    row = ClusterRequest.objects.get(id=claim.request_id)
    return Gate(
        claim,
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        call=ENGINE.call,
        is_stopping=lambda: False,
    )


def answer_to(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def subjects() -> dict[str, Any]:
    """Let four threads each append to two chains of events: a person, the installation."""
    bob, rounds = user("bob"), 20
    told = partial(record_subject_event, bob, EventKind.PERSON_CHANGED, now=NOON)
    closed = partial(record_installation_event, EventKind.SIGN_IN_LIMITED, now=NOON)
    rowless = Event.objects.of_subject("installation", None)
    written = []
    for _ in range(rounds):
        with change_history():
            rowless.all().delete()  # the first event has nothing to lock
        at_once(*[told] * 4, *[closed] * 4)
        written.append(list(rowless.order_by("seq").values_list("seq", flat=True)))
    return {
        "person": Event.objects.of_subject("person", bob.pk).count() / rounds,
        "installation": written == [[1, 2, 3, 4]] * rounds,
    }


def chains_hold() -> bool:
    """Whether every history is whole, as the database returns it."""
    chains = defaultdict(list)
    for event in Event.objects.order_by("seq"):
        chains[event.subject].append(event)
    return all(
        event.is_intact() for chain in chains.values() for event in chain
    ) and all(
        after.previous_hash == before.hash and after.seq == before.seq + 1
        for chain in chains.values()
        for before, after in pairwise(chain)
    )


def run() -> None:
    """Run every race and write what came of it to stdout."""
    call_command("migrate", verbosity=0)
    for name in ("olga", "bob"):
        user(name)  # made here: threads only read them
    races = (
        claims,
        cancels,
        gates,
        twice,
        notes,
        names,
        subjects,
        submits,
        refreshes,
        mails,
        heirs,
        heirs_in_between,
        voids,
        owners,
        looks,
        durability,
    )
    results: dict[str, Any] = {race.__name__: race() for race in races}
    json.dump(results | {"chains hold": chains_hold()}, sys.stdout)
