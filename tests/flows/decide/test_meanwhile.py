"""What a page answers when the request changed between its reading and its writing."""

from collections.abc import Callable

import pytest

from clusters.domain.states import State
from clusters.models import ClusterRequest, Event
from clusters.operations.requests.hand_over import hand_over_request
from tests.factories import CLUSTER_ID, NOON, cluster_request, user
from tests.flows.decide.pages import as_person, state_of, url_of
from tests.flows.operations.interference import meanwhile

pytestmark = pytest.mark.django_db

READY = {
    "approve": State.PENDING,
    "reject": State.PENDING,
    "cancel": State.APPROVED,
    "retry": State.FAILED,
    "delete-cluster": State.FAILED,
    "confirm-absent": State.UNCLEAR,
}
DOER = {"approve": "bob", "reject": "bob"}


def ready_for(action: str) -> ClusterRequest:
    has_cluster = {"cloud_id": CLUSTER_ID} if action == "delete-cluster" else {}
    return cluster_request(state=READY[action], **has_cluster)


def hand_over(row: ClusterRequest, to: str) -> None:
    user(to)
    current = ClusterRequest.objects.get(id=row.id)
    hand_over_request(current, by=user("olga"), requester=to, now=NOON)


def post(row: ClusterRequest, action: str, name: str, other: Callable[[], object]):
    """Let the other one go between the action's reading and its writing."""
    fields = {"body_sha256": row.body_sha256, "name": row.name}
    fields["comment"] = "Because."
    person = as_person(name)
    with meanwhile(other):
        return person.post(url_of(row, action), fields)


@pytest.mark.parametrize("action", READY)
class TestHandedOverMeanwhile:
    def test_is_409_with_the_page_and_what_happened(self, action):
        row, doer = ready_for(action), DOER.get(action, "olga")
        user("charlie")
        answer = post(row, action, doer, lambda: hand_over(row, "charlie"))
        assert answer.status_code == 409
        html = answer.content.decode()
        assert "This request was handed over meanwhile. Read it once more." in html
        assert state_of(row) == row.state
        assert Event.objects.filter(request=row).count() == 2


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_decision_on_what_became_ones_own_is_403(action):
    row = ready_for(action)
    answer = post(row, action, "bob", lambda: hand_over(row, "bob"))
    assert answer.status_code == 403
    assert state_of(row) == State.PENDING


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_decision_on_other_bytes_is_409(action):
    row = ready_for(action)

    def other_bytes() -> None:
        ClusterRequest.objects.filter(id=row.id).update(body_sha256="0" * 64)

    answer = post(row, action, "bob", other_bytes)
    assert answer.status_code == 409
    assert "is not the one that you looked at" in answer.content.decode()
    assert state_of(row) == State.PENDING
