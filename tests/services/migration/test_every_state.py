"""
No row and no column is lost on the way from any earlier state to the newest.

One pass for each database: the rows of each state are written when it is reached, so that
those of 0001 see all migrations and those of 0017 the last ones.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pytest

from tests.services.apart import run_apart
from tests.services.migration.dump import Row, Rows
from tests.services.migration.lost import (
    COLUMNS,
    cluster_of,
    lost_values,
    new_rows,
    unnamed_columns,
    wrong_copies,
)
from tests.services.migration.situations import SITUATIONS

pytestmark = [pytest.mark.services, pytest.mark.nightly]

MADE: Final = {"id", "tags", "created_at", "ready_at", "cloud_detail", "differing"}
"""Columns of a cluster that were no column of a request."""
LEARNED: Final = ("accept", "adopt", "found")
"""Kinds of the events in which the cloud's id became known."""

_PASSES: dict[str, dict[str, Any]] = {}


@pytest.fixture(params=["sqlite", "postgres"])
def passed(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What `forward.run` tells of one pass; made once for each database."""
    if request.param not in _PASSES:
        _PASSES[request.param] = _pass(request)
    return _PASSES[request.param]


def _pass(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "sqlite":
        folder = request.getfixturevalue("tmp_path")
        url = f"sqlite:///{folder}/portal.sqlite3"
    else:
        url = request.getfixturevalue("postgres_url")
    code = "from tests.services.migration import forward; forward.run()"
    done = run_apart(code, DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture
def after(passed: dict[str, Any]) -> Rows:
    """All rows in the newest state."""
    rows: Rows = passed["after"]
    return rows


def no(lines: Iterator[str]) -> None:
    """Fail with the first of these lines."""
    found = list(lines)
    assert not found, "\n".join([f"{len(found)} in all", *found[:20]])


class TestEarlierRows:
    def test_are_written_in_every_state_and_situation(
        self, passed: dict[str, Any]
    ) -> None:
        written = passed["written"]
        assert [name[:4] for name in written] == [f"{n:04}" for n in range(1, 18)]
        of_last = written["0017_kept_forms"]["ClusterRequest"].values()
        assert {*_names(of_last)} == {each.name for each in SITUATIONS}
        # Before clusters could be deleted there was less to be said of them.
        of_first = written["0001_first"]["ClusterRequest"].values()
        assert len({*_names(of_first)}) == 32

    def test_have_every_column_when_requests_and_clusters_are_parted(
        self, passed: dict[str, Any]
    ) -> None:
        no(unnamed_columns(passed["before"]))

    def test_lose_nothing(self, passed: dict[str, Any], after: Rows) -> None:
        for written in passed["written"].values():
            no(lost_values(written, after))
        no(lost_values(passed["before"], after))

    def test_are_joined_by_no_others(self, passed: dict[str, Any], after: Rows) -> None:
        no(new_rows(passed["before"], after))


class TestClusters:
    def test_are_those_that_requests_named(
        self, passed: dict[str, Any], after: Rows
    ) -> None:
        named = {
            (row["cloud_project_id"], row["cluster_id"])
            for row in passed["before"]["ClusterRequest"].values()
            if row["cluster_id"]
        }
        found = [
            (row["cloud_project_id"], row["cloud_id"])
            for row in after["Cluster"].values()
        ]
        assert sorted(found) == sorted(named)

    def test_say_what_their_requests_say(self, after: Rows) -> None:
        no(wrong_copies(after))

    def test_have_no_column_that_nobody_explains(self, after: Rows) -> None:
        table = COLUMNS["ClusterRequest"]
        explained = {*table["moved"].values(), *table["copied"]}
        for row in after["Cluster"].values():
            unexplained = {f"cluster.{name}" for name in row} - explained
            assert unexplained == {f"cluster.{name}" for name in MADE}

    def test_were_made_when_their_ids_became_known(self, after: Rows) -> None:
        learned: dict[str, datetime] = {}
        for event in after["Event"].values():
            if event["kind"] in LEARNED:
                learned[event["request_id"]] = datetime.fromisoformat(event["at"])
        for pk, row, cluster in _first_of_each(after):
            made = datetime.fromisoformat(cluster["created_at"])
            assert made == learned[pk], row["name"]

    def test_are_ready_since_their_requests_are_active(self, after: Rows) -> None:
        for _pk, row, cluster in _first_of_each(after):
            is_active = row["state"] == "active"
            assert cluster["ready_at"] == (row["moved_at"] if is_active else None)

    def test_have_the_tags_that_were_asked_for(self, after: Rows) -> None:
        for _pk, row, cluster in _first_of_each(after):
            assert cluster["tags"] == row["spec"].get("tags", [])


class TestTwins:
    """Two requests that had recorded one id: a fault, and still nothing is lost."""

    def test_point_to_one_cluster_which_keeps_what_differs(self, after: Rows) -> None:
        twins = [
            (pk, row)
            for pk, row in after["ClusterRequest"].items()
            if row["name"].startswith("twin-")
        ]
        assert len(twins) == 2
        assert len({row["cluster_id"] for _pk, row in twins}) == 1
        cluster = after["Cluster"][twins[0][1]["cluster_id"]]
        [differing] = cluster["differing"]
        [of_active] = [pk for pk, row in twins if row["state"] == "active"]
        assert differing != of_active
        # What each of them said is compared by `lost_values`, column by column.


def _first_of_each(after: Rows) -> Iterator[tuple[str, Row, Row]]:
    """Yield each cluster with the request that its columns came from, and its key."""
    for pk, row in after["ClusterRequest"].items():
        cluster = cluster_of(row, after)
        if cluster is not None and pk not in cluster["differing"]:
            yield pk, row, cluster


def _names(requests: Any) -> Iterator[str]:
    for row in requests:
        yield row["name"].rpartition("-")[0]
