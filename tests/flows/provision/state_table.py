"""Each verb of the state table, done by the product; and a way to each state."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from clusters.cloud.types import Cloud, CreateResult, Outcome
from clusters.domain.states import State, Verb
from clusters.models import Attempt, Cluster, ClusterRequest
from clusters.operations.core.cluster_rows import take_up_cluster
from clusters.operations.core.errors import MoveNotAllowed
from clusters.operations.core.transitions import advance
from clusters.operations.provisioning.adopt import adopt
from clusters.operations.provisioning.answer import (
    CompletedAttempt,
    apply_result,
    save_answer,
)
from clusters.operations.provisioning.claim import Claim, claim_next
from clusters.operations.provisioning.gate import Gate
from clusters.operations.provisioning.release import release_at_once
from clusters.operations.provisioning.void_decision import void_decision
from clusters.operations.requests.cancel import cancel_request
from clusters.operations.requests.decide import approve_request, reject_request
from clusters.operations.requests.manual_resolution import confirm_absent
from clusters.operations.requests.retry import retry_request
from tests.factories import CLUSTER_ID, ENDPOINT, NOON, submitted, user
from tests.flows.provision.conftest import ENGINE

LATER: Final = NOON + timedelta(minutes=5)
WAYS: Final[dict[State, tuple[Verb, ...]]] = {
    State.PENDING: (),
    State.APPROVED: (Verb.APPROVE,),
    State.SENDING: (Verb.APPROVE, Verb.CLAIM),
    State.UNCLEAR: (Verb.APPROVE, Verb.CLAIM, Verb.LOSE),
    State.CREATING: (Verb.APPROVE, Verb.CLAIM, Verb.ACCEPT),
    State.ACTIVE: (Verb.APPROVE, Verb.CLAIM, Verb.ACCEPT, Verb.READY),
    State.FAILED: (Verb.APPROVE, Verb.CLAIM, Verb.REFUSE),
    State.REJECTED: (Verb.REJECT,),
    State.CANCELLED: (Verb.APPROVE, Verb.CANCEL),
    State.EXPIRED: (Verb.EXPIRE,),
}
"""The verbs that lead from a new request to each state."""


def request_in(state: State, cloud: Cloud) -> ClusterRequest:
    """Return a request that has come to this state as requests do."""
    row = submitted()
    for verb in WAYS[state]:
        do(verb, row, cloud)
    assert row.state == state
    return row


def do(verb: Verb, row: ClusterRequest, cloud: Cloud) -> None:
    """Let the product do this, in whatever state the request is; it may refuse."""
    with suppress(MoveNotAllowed):
        _DOINGS[verb](row, cloud)
    row.refresh_from_db()


def _approve(row: ClusterRequest, _: Cloud) -> None:
    bob, body = user("bob"), row.body_sha256
    approve_request(row, approver=bob, body_sha256=body, comment="Fine.", now=LATER)


def _reject(row: ClusterRequest, _: Cloud) -> None:
    reject_request(row, approver=user("bob"), comment="Too large.", now=LATER)


def _cancel(row: ClusterRequest, _: Cloud) -> None:
    cancel_request(row, by=row.requester, now=LATER, comment="Not any more.")


def _revert(row: ClusterRequest, _: Cloud) -> None:
    void_decision(row, (), {"because": "It was approved too long ago."}, now=LATER)


def _claim(row: ClusterRequest, _: Cloud) -> None:
    claim_next(row.cloud_project_id, engine=ENGINE, now=LATER)


def _release(row: ClusterRequest, _: Cloud) -> None:
    release_at_once(_claim_of(row), reason="The worker stops.", now=LATER)


def _mark_unclear(row: ClusterRequest, _: Cloud) -> None:
    _send(row)
    advance(row.id, Verb.LOSE, now=LATER, expected_claim=row.claim)


def _adopt(row: ClusterRequest, _: Cloud) -> None:
    adopt(row.id, CLUSTER_ID, now=LATER)


def _find(row: ClusterRequest, _: Cloud) -> None:
    data = {"cluster_id": CLUSTER_ID}
    take_up_cluster(row.id, Verb.FOUND, CLUSTER_ID, now=LATER, data=data)


def _resend(row: ClusterRequest, _: Cloud) -> None:
    advance(row.id, Verb.RESEND, now=LATER, sent_at=None, answer_by=None)


def _settle(row: ClusterRequest, _: Cloud) -> None:
    confirm_absent(row, by=user("olga"), comment="I have looked.", now=LATER)


def _become_ready(row: ClusterRequest, _: Cloud) -> None:
    Cluster.objects.filter(requests=row).update(
        endpoint=ENDPOINT, cloud_status="200", ready_at=LATER
    )
    advance(row.id, Verb.READY, now=LATER, data={"endpoint": ENDPOINT})


def _break(row: ClusterRequest, _: Cloud) -> None:
    error = {"error_code": "CSS.6000", "error_message": "Failed to create it."}
    advance(row.id, Verb.BREAK, now=LATER, data=error, **error)


def _retry(row: ClusterRequest, _: Cloud) -> None:
    retry_request(row, by=row.requester, now=LATER)


def _answered(result: CreateResult) -> Callable[[ClusterRequest, Cloud], None]:
    """Return what sends the request, if it is not sent yet, and takes this answer."""

    def answer(row: ClusterRequest, cloud: Cloud) -> None:
        _send(row)
        claim = _claim_of(row)
        save_answer(claim, result, took=timedelta(seconds=1), now=LATER)
        ended = CompletedAttempt(claim=claim, result=result, engine=ENGINE, now=LATER)
        apply_result(ended, cloud=cloud)

    return answer


def _send(row: ClusterRequest) -> None:
    if row.state != State.SENDING or Attempt.objects.filter(claim=row.claim).exists():
        return
    Gate(
        _claim_of(row),
        body_sha256=row.body_sha256,
        place_sha256=row.place_sha256,
        call=ENGINE.call,
        is_stopping=lambda: False,
    )()


def _claim_of(row: ClusterRequest) -> Claim:
    project = row.cloud_project_id
    return Claim(request_id=row.id, cloud_project_id=project, number=row.claim)


_DOINGS: Final[dict[Verb, Callable[[ClusterRequest, Cloud], None]]] = {
    Verb.APPROVE: _approve,
    Verb.REJECT: _reject,
    Verb.EXPIRE: lambda row, _: advance(row.id, Verb.EXPIRE, now=LATER),
    Verb.CANCEL: _cancel,
    Verb.REVERT: _revert,
    Verb.CLAIM: _claim,
    Verb.RELEASE: _release,
    Verb.ACCEPT: _answered(
        CreateResult(outcome=Outcome.ACCEPTED, cluster_id=CLUSTER_ID)
    ),
    Verb.REFUSE: _answered(CreateResult(outcome=Outcome.REFUSED, code="CSS.1112")),
    Verb.LOSE: _mark_unclear,
    Verb.ADOPT: _adopt,
    Verb.FOUND: _find,
    Verb.RESEND: _resend,
    Verb.SETTLE: _settle,
    Verb.READY: _become_ready,
    Verb.BREAK: _break,
    Verb.RETRY: _retry,
}
