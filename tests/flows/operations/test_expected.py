"""Each column that an operation depends on is in the WHERE of its UPDATE."""

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from clusters.cloud.errors import ClusterGone
from clusters.domain.states import State
from clusters.models import (
    CloudProject,
    Cluster,
    ClusterRequest,
    Decision,
    Event,
)
from clusters.operations.clusters.delete import run_deletion
from clusters.operations.core.errors import (
    BodyChanged,
    GateShut,
    HandedOver,
    MoveNotAllowed,
    NotAllowed,
)
from clusters.operations.core.expected import Expected
from clusters.operations.projects.pause import pause_cloud_project, resume_cloud_project
from clusters.operations.requests import decide
from clusters.operations.requests.hand_over import hand_over_request
from tests import factories
from tests.factories import CLUSTER_ID, NOON, cluster_request, submitted, user
from tests.flows.operations.interference import (
    ENGINE,
    LATE,
    OPERATIONS,
    Operation,
    meanwhile,
)

pytestmark = pytest.mark.django_db

EACH = [
    pytest.param(operation, column, id=f"{operation.name}-{column}")
    for operation in OPERATIONS
    for column in operation.rests_on
]
IN_A_FILTER = {
    "gate": {"body_sha256", "place_sha256", "cluster_id", "claim", "sent_at"}
}
IN_A_FILTER["take back what was not sent"] = {"claim"}
"""What stands in a WHERE of its own, by the worker's claim."""


def all_there_is(row: ClusterRequest) -> tuple[Any, ...]:
    """Everything that an operation on this request could have written."""
    return (
        ClusterRequest.objects.filter(id=row.id).values().get(),
        Decision.objects.count(),
        Event.objects.count(),
        row.attempts.count(),
        list(Cluster.objects.order_by("pk").values()),
    )


def write(row: ClusterRequest, column: str, value: Any) -> None:
    """Write to this column of the request, or of its cluster."""
    if column == "cluster_id":
        value = factories.cluster(row, cloud_id=value).pk
    if hasattr(ClusterRequest, column):
        assert ClusterRequest.objects.filter(id=row.id).update(**{column: value})
    else:
        assert Cluster.objects.filter(requests=row).update(**{column: value})


def play(operation: Operation, column: str) -> tuple[Any, Any]:
    """Let somebody write to this column in between; return what was, and what is."""
    row = operation.make()
    seen: list[Any] = []

    def interfere() -> None:
        write(row, column, operation.rests_on[column])
        seen.append(all_there_is(row))

    with (
        meanwhile(interfere, before=operation.before),
        contextlib.suppress(MoveNotAllowed, GateShut),
    ):
        operation.do(row)
    return seen[0], all_there_is(row)


class TestEveryOperation:
    @pytest.mark.parametrize(("operation", "column"), EACH)
    def test_writes_nothing_once_what_it_rests_on_changed(self, operation, column):
        then, now = play(operation, column)
        if operation.before == ("UPDATE",):  # its transaction took the change along
            assert now[1:] == (0, 1, 0, [])
        else:
            assert now == then

    @pytest.mark.parametrize(
        ("operation", "column"),
        [
            each
            for each in EACH
            if each.values[1] not in IN_A_FILTER.get(each.values[0].name, ())
        ],
    )
    def test_would_write_without_this_one_condition(
        self, operation, column, monkeypatch
    ):
        """Or the test above could not fail."""
        fewer = property(
            lambda it: Q(**{k: v for k, v in it.columns.items() if k != column})
        )
        monkeypatch.setattr(Expected, "condition", fewer)
        then, now = play(operation, column)
        assert now != then

    @pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
    def test_writes_when_nothing_changed(self, operation):
        row = operation.make()
        before = all_there_is(row)
        operation.do(row)
        assert all_there_is(row) != before


class TestDecision:
    def approve(self, row):
        decide.approve_request(
            row, approver=user("bob"), body_sha256=row.body_sha256, now=LATE
        )

    def reject(self, row):
        decide.reject_request(row, approver=user("bob"), comment="No.", now=LATE)

    @pytest.mark.parametrize("act", [approve, reject])
    def test_is_forbidden_on_what_became_ones_own_meanwhile(self, act):
        row = submitted()
        with pytest.raises(NotAllowed), meanwhile(lambda: hand_over(row, "bob")):
            act(self, row)
        row.refresh_from_db()
        assert (row.state, row.requester.username) == (State.PENDING, "bob")
        assert not row.decisions.exists()

    @pytest.mark.parametrize("act", [approve, reject])
    def test_is_forbidden_on_what_was_ones_own_for_a_moment(self, act):
        row = submitted()

        def there_and_back():
            hand_over(row, "bob")
            hand_over(row, "alice")

        with pytest.raises(NotAllowed), meanwhile(there_and_back):
            act(self, row)
        row.refresh_from_db()
        assert (row.state, row.requester.username) == (State.PENDING, "alice")

    @pytest.mark.parametrize("act", [approve, reject])
    def test_has_to_be_made_again_on_what_is_another_ones_by_now(self, act):
        row = submitted()
        with (
            pytest.raises(HandedOver, match="handed over meanwhile"),
            meanwhile(lambda: hand_over(row, "charlie")),
        ):
            act(self, row)

    def test_stands_over_no_other_bytes(self):
        """Bob's POST stands still; Bill approves, the call changes, that is made void."""
        row = submitted()

        def other_bytes():
            ClusterRequest.objects.filter(id=row.id).update(body_sha256="0" * 64)

        with (
            pytest.raises(BodyChanged, match="is not the one that you looked at"),
            meanwhile(other_bytes),
        ):
            self.approve(row)
        assert not row.decisions.exists()


def hand_over(row: ClusterRequest, to: str) -> None:
    user(to)
    hand_over_request(row, by=user("olga"), requester=to, now=NOON)


class TestLease:
    def test_of_a_deletion_that_ran_out_writes_nothing_more(self):
        row = cluster_request(
            state=State.FAILED, cloud_id=CLUSTER_ID, deletion_due_at=NOON
        )
        later = NOON + timedelta(days=9000)

        class MeanwhileDeleted:
            place = row.cloud_project.place

            def cluster(self, _cluster_id: str) -> None:
                Cluster.objects.update(deletion_due_at=later)
                raise ClusterGone("gone", code="CSS.3027", status=404, is_proven=True)

        run_deletion(row.id, cloud=MeanwhileDeleted(), engine=ENGINE, now=LATE)
        row.refresh_from_db()
        assert (row.cluster.gone_at, row.cluster.deletion_due_at) == (None, later)


class TestResume:
    @pytest.mark.parametrize(
        "change",
        [
            {"paused_by": "portal"},
            {"paused_reason": "No such user."},
            {"credentials_version": 7},
        ],
    )
    def test_is_of_the_pause_that_was_read(self, change):
        olga, project = user("olga"), submitted().cloud_project
        pause_cloud_project(project, by=olga, reason="Moving house.", now=NOON)
        project.refresh_from_db()
        CloudProject.objects.update(**change)
        with pytest.raises(MoveNotAllowed, match="changed meanwhile"):
            resume_cloud_project(project, by=olga, now=LATE)
        project.refresh_from_db()
        assert project.is_paused


class TestColumnThatWasNotLoaded:
    def test_is_no_basis(self):
        row = ClusterRequest.objects.defer("body_sha256").get(id=submitted().id)
        with pytest.raises(ValueError, match="not loaded"):
            Expected.of(row, "body_sha256")
