"""What a worker does with messages of a cloud project that holds its share of threads."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from clusters import tasks
from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.operations.clusters.delete import AT_ONCE, enqueue_due_deletions
from clusters.operations.core import dispatch
from clusters.tasks.bulkhead import Bulkhead, WorkKind
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The messages that would go to the queue, each with its cloud project."""
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(
        dispatch,
        "_publish",
        lambda task, ids: sent.append((task, ids["cloud_project_id"])),
    )
    return sent


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that were begun, each of which finds the client of a cloud."""
    begun: list[str] = []

    def stand_in(name: str) -> Callable[..., None]:
        return lambda *_ids, **_named: begun.append(name)

    monkeypatch.setattr(tasks, "_BULKHEAD", Bulkhead(8))
    monkeypatch.setattr(tasks, "_cloud", lambda _id: object())
    monkeypatch.setattr(tasks, "begin_refresh", lambda _id: True)
    for name in ("provision_next", "poll_project", "refresh_catalog", "run_deletion"):
        monkeypatch.setattr(tasks, name, stand_in(name))
    return begun


def deliver(work: WorkKind, project: int) -> None:
    """Let a worker take a message of this kind."""
    task: dict[WorkKind, Any] = {
        WorkKind.CREATE: tasks.provision,
        WorkKind.SCAN: tasks.poll_one,
        WorkKind.CATALOG: tasks.refresh_one_catalog,
        WorkKind.DELETE: tasks.delete_one_cluster,
    }
    more = {"request_id": str(uuid4())} if work is WorkKind.DELETE else {}
    task[work](cloud_project_id=project, **more)


class TestAMessage:
    @pytest.mark.parametrize("work", WorkKind)
    def test_takes_a_slot_and_gives_it_back(
        self, done: list[str], asked: list[Any], work: WorkKind
    ) -> None:
        for _ in range(20):
            deliver(work, 1)
        assert len(done) == 20
        assert asked == []

    @pytest.mark.parametrize("work", WorkKind)
    def test_is_dropped_where_its_project_holds_its_share(
        self, done: list[str], work: WorkKind
    ) -> None:
        while tasks._BULKHEAD.acquire(1, work):
            pass
        deliver(work, 1)
        assert done == []
        deliver(work, 2)
        assert len(done) == 1

    @pytest.mark.parametrize(
        ("work", "task"),
        [
            (WorkKind.CREATE, "clusters.provision"),
            (WorkKind.CATALOG, "clusters.refresh_catalog"),
        ],
    )
    def test_that_was_rejected_is_sent_again_by_the_next_release(
        self,
        done: list[str],
        asked: list[tuple[str, int]],
        monkeypatch: pytest.MonkeyPatch,
        work: WorkKind,
        task: str,
    ) -> None:
        while tasks._BULKHEAD.acquire(1, work):
            pass
        tasks._BULKHEAD.release(1, work)
        monkeypatch.setattr(tasks, "_cloud", lambda _id: deliver(work, 1))
        deliver(work, 1)
        assert asked == [(task, 1)]

    def test_gives_its_slot_back_when_it_fails(
        self, done: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "_cloud", lambda _id: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver(WorkKind.SCAN, 1)
        monkeypatch.setattr(tasks, "_cloud", lambda _id: object())
        deliver(WorkKind.SCAN, 1)
        assert done == ["poll_project"]


class TestDueDeletions:
    def test_of_one_cloud_project_leave_those_of_others_their_turn(
        self, asked: list[tuple[str, int]]
    ) -> None:
        slow, other = factories.cloud_project("slow"), factories.cloud_project("other")
        for number in range(AT_ONCE + 5):
            factories.cluster_request(f"slow-{number}", project=slow)
        factories.cluster_request("other-1", project=other)
        for row in ClusterRequest.objects.all():
            due = factories.cluster(
                row, cloud_id=f"of-{row.name}", deletion_due_at=factories.NOON
            )
            ClusterRequest.objects.filter(id=row.id).update(
                state=State.FAILED, cluster=due
            )
        asked.clear()
        enqueue_due_deletions()
        projects = [project for _task, project in asked]
        assert projects.count(slow.pk) == AT_ONCE
        assert projects.count(other.pk) == 1
