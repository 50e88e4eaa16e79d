"""What is asked among very many requests is found by an index, and in its order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.db.models.functions import Now

from clusters.domain.states import State
from clusters.models import Attempt, Cluster, ClusterRequest, Watcher
from clusters.models.cluster import Health
from clusters.models.request import ClusterRequestQuerySet
from clusters.operations.provisioning.claim import _TURNS, due_requests
from tests import factories

pytestmark = pytest.mark.django_db

ROWS = ClusterRequest.objects
SORTS = "USE TEMP B-TREE FOR ORDER BY"
READS_ALL = ("SCAN clusters_clusterrequest\n", "SCAN clusters_cluster\n")


def by_name(**names: str) -> ClusterRequestQuerySet:
    return ROWS.of(**names).newest_first().as_rows()


IN_ORDER: dict[str, Callable[[], QuerySet[ClusterRequest]]] = {
    "request_newest": lambda: ROWS.newest_first().as_rows(),
    "request_by_state": lambda: ROWS.with_cluster().newest_first().as_rows(),
    "request_mine": lambda: ROWS.asked_by(1).newest_first().as_rows(),
    "request_mine_by_state": lambda: (
        ROWS.asked_by(1).filter(state=State.ACTIVE).newest_first().as_rows()
    ),
    "request_of_flavor": lambda: by_name(flavor="ess.spec-4u16g"),
    "request_of_project": lambda: by_name(cloud_project="demo"),
    "request_needing": lambda: ROWS.needing_operator().as_rows(),
}
"""An index, and what is read in its order."""

BY_INDEX: dict[str, Callable[[], QuerySet[Any]]] = {
    "request_in_project": lambda: ROWS.filter(
        cloud_project_id=1, state=State.CREATING
    ).select_related("cluster"),
    "cluster_in_project": lambda: Cluster.objects.ready_in(1, "").filter(
        health__in=[Health.GOOD, Health.BROKEN]
    ),
    # SQLite's name of the constraint `cluster_is_known_once`.
    "sqlite_autoindex_clusters_cluster_2": lambda: Cluster.objects.filter(
        cloud_project_id=1, cloud_id__in=["a", "b", "c"]
    ),
    "cluster_by_cloud_id": lambda: ROWS.filter(cluster__cloud_id__in=["a", "b"]),
    "cluster_due_deletion": Cluster.objects.with_due_deletion,
    "request_last_turn": lambda: due_requests().order_by(*_TURNS),
}
"""An index, and what it finds among all rows."""


class TestALongHistory:
    @pytest.mark.parametrize("index", IN_ORDER)
    def test_is_read_from_the_end_that_is_shown(self, index: str) -> None:
        factories.cloud_project("demo")
        plan = IN_ORDER[index]().explain() + "\n"
        assert f"USING INDEX {index} " in plan.replace("\n", " ")
        assert SORTS not in plan

    @pytest.mark.parametrize("index", BY_INDEX)
    def test_is_never_read_as_a_whole(self, index: str) -> None:
        plan = BY_INDEX[index]().explain() + "\n"
        assert f"INDEX {index} " in plan.replace("\n", " ")
        assert not any(scan in plan for scan in READS_ALL)

    def test_is_not_read_as_a_whole_for_who_watches_one_request(self) -> None:
        factories.user("charlie")
        factories.submitted(watchers=("charlie",))
        visible = ROWS.visible_to(factories.user("charlie"))
        plan = visible.newest_first().as_rows().explain() + "\n"
        assert "COVERING INDEX request_mine " in plan
        assert "COVERING INDEX sqlite_autoindex_clusters_watcher_1 " in plan
        assert not any(scan in plan for scan in READS_ALL)
        assert "SCAN clusters_clusterrequest" not in plan

    def test_of_who_watches_nothing_is_read_from_the_end(self) -> None:
        plan = ROWS.visible_to(factories.user("alice")).newest_first().explain()
        assert "INDEX request_mine " in plan
        assert SORTS not in plan

    def test_is_searched_for_who_watches_by_an_index(self) -> None:
        plan = Watcher.objects.filter(person_id=1).values("request_id").explain()
        assert "COVERING INDEX" in plan

    def test_of_attempts_is_read_back_to_some_day(self) -> None:
        lately = Attempt.objects.filter(sent_at__gt=Now() - timedelta(days=1))
        assert "USING INDEX attempt_lately" in lately.order_by().explain()
