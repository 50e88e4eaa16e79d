"""Every outcome of a create leads somewhere; a new one fails here until it does."""

from datetime import timedelta

import pytest

from clusters.cloud.types import CreateResult, Outcome
from clusters.domain.states import State
from clusters.operations.provisioning.answer import (
    CompletedAttempt,
    apply_result,
    save_answer,
)
from clusters.operations.provisioning.claim import claim_next
from clusters.operations.provisioning.gate import Gate
from tests.factories import CLUSTER_ID, NOON, approved
from tests.flows.provision.conftest import ENGINE

GOES_TO = {
    Outcome.NOT_SENT: State.APPROVED,
    Outcome.ACCEPTED: State.CREATING,
    Outcome.UNAUTHORISED: State.APPROVED,
    Outcome.THROTTLED: State.APPROVED,
    Outcome.REFUSED: State.FAILED,
    Outcome.NAME_HELD: State.UNCLEAR,
    Outcome.BUSY: State.UNCLEAR,
    Outcome.UNKNOWN: State.UNCLEAR,
}
"""The state of a request after its first attempt came to this."""

pytestmark = pytest.mark.django_db


class TestEveryOutcome:
    @pytest.mark.parametrize("outcome", Outcome)
    def test_leads_to_a_state(self, outcome, cloud):
        row = approved()
        claim = claim_next(row.cloud_project_id, engine=ENGINE, now=NOON)
        gate = Gate(
            claim,
            body_sha256=row.body_sha256,
            place_sha256=row.place_sha256,
            call=ENGINE.call,
            is_stopping=lambda: False,
        )
        gate()
        cluster_id = CLUSTER_ID if outcome is Outcome.ACCEPTED else ""
        result = CreateResult(outcome=outcome, cluster_id=cluster_id)
        save_answer(claim, result, took=timedelta(), now=NOON)
        ended = CompletedAttempt(claim=claim, result=result, engine=ENGINE, now=NOON)
        apply_result(ended, cloud=cloud)
        row.refresh_from_db()
        assert row.state == GOES_TO[outcome]
        assert row.attempts.get().outcome == outcome

    def test_stays_when_another_one_comes(self, take_turn):
        row = approved()
        claim = take_turn()
        first = row.attempts.get()
        refused = CreateResult(outcome=Outcome.REFUSED, code="CSS.1112")
        save_answer(claim, refused, took=timedelta(), now=NOON)
        kept = row.attempts.get()
        assert (kept.outcome, kept.code) == (first.outcome, "") == ("accepted", "")
