"""Reading the whole list, however the cloud pages."""

import contextlib
import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clusters.cloud.errors import AnswerUnreadable
from clusters.cloud.huawei.css import cluster_page
from clusters.cloud.huawei.json_object import JsonObject
from clusters.cloud.types import CloudCluster, CloudStatus, ClusterPage
from clusters.operations.inventory.pagination import list_all_clusters


def cluster(number: int) -> CloudCluster:
    return CloudCluster(
        id=f"c{number}", name=f"name-{number}", status=CloudStatus.AVAILABLE
    )


class ListOnly:
    """A cloud that only lists: newest first, its own cap on pages."""

    def __init__(self, count: int, *, cap: int = 1000, tells_total: bool = True):
        self.clusters = [cluster(number) for number in range(count, 0, -1)]
        self.cap = cap
        self.tells_total = tells_total
        self.calls = 0
        self.before_call = lambda: None

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        self.calls += 1
        self.before_call()
        page = self.clusters[start - 1 : start - 1 + min(limit, self.cap)]
        total = len(self.clusters) if self.tells_total else None
        return ClusterPage(clusters=tuple(page), total=total)


class Garbled(ListOnly):
    """Some of its rows, those that are False, have no id; read as the client does."""

    def __init__(self, rows: list[bool], **how):
        super().__init__(0, **how)
        self.rows = [
            {"id": f"c{at}", "name": f"name-{at}"} if good else {"name": f"lost-{at}"}
            for at, good in enumerate(rows)
        ]

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        page = self.rows[start - 1 : start - 1 + min(limit, self.cap)]
        total = len(self.rows) if self.tells_total else None
        return cluster_page(JsonObject({"clusters": page, "totalSize": total}))


class Repeating(ListOnly):
    """Rows of these ids, some of them more than once; read as the client does."""

    def __init__(self, rows: list[str], **how):
        super().__init__(0, **how)
        self.rows = [{"id": each, "name": f"name-{each}"} for each in rows]

    def list_page(self, *, start: int, limit: int) -> ClusterPage:
        self.calls += 1
        page = self.rows[start - 1 : start - 1 + min(limit, self.cap)]
        return cluster_page(JsonObject({"clusters": page}))


def ids(cloud: ListOnly) -> set[str]:
    return {each.id for each in list_all_clusters(cloud).clusters}


class TestWalk:
    @pytest.mark.parametrize("count", [0, 1, 7, 8, 35])
    @pytest.mark.parametrize("tells_total", [True, False])
    def test_sees_every_cluster_through_capped_pages(self, count, tells_total):
        cloud = ListOnly(count, cap=7, tells_total=tells_total)
        assert len(ids(cloud)) == count

    @pytest.mark.parametrize("tells_total", [True, False])
    def test_asks_for_news_and_for_the_top_again_after_a_list_of_one_page(
        self, tells_total
    ):
        cloud = ListOnly(900, tells_total=tells_total)
        list_all_clusters(cloud)
        assert cloud.calls == 3

    def test_does_not_take_the_total_of_a_page_for_that_of_the_list(self):
        cloud = ListOnly(35, cap=7)

        def list_page(*, start: int, limit: int) -> ClusterPage:
            page = ListOnly.list_page(cloud, start=start, limit=limit)
            return ClusterPage(clusters=page.clusters, total=len(page.clusters))

        cloud.list_page = list_page
        assert len(ids(cloud)) == 35

    def test_does_not_believe_one_empty_answer(self):
        cloud = ListOnly(20)
        there = cloud.clusters

        def hide_once():
            cloud.clusters = [] if cloud.calls == 1 else there

        cloud.before_call = hide_once
        assert len(ids(cloud)) == 20

    def test_does_not_take_the_first_page_after_an_empty_answer_for_the_list(self):
        cloud = ListOnly(35, cap=7, tells_total=False)
        there = cloud.clusters

        def hide_twice():
            cloud.clusters = [] if cloud.calls in (1, 3) else there

        cloud.before_call = hide_twice
        assert len(ids(cloud)) == 35

    @pytest.mark.parametrize("cap", [3, 7])
    def test_reads_on_past_rows_that_are_listed_twice(self, cap):
        cloud = Repeating(["a", "a", "b", "c", "c", "d", "e", "e"], cap=cap)
        assert ids(cloud) == set("abcde")

    @pytest.mark.parametrize("tells_total", [True, False])
    def test_does_not_take_a_page_of_one_row_for_the_whole_list(self, tells_total):
        """Its only row is the one that each next page has to repeat."""
        cloud = ListOnly(35, cap=1, tells_total=tells_total)
        with pytest.raises(AnswerUnreadable):
            list_all_clusters(cloud)

    def test_ends_at_a_cloud_that_does_not_heed_where_a_page_begins(self):
        """As one would that knows the parameter by its other name, `offset`."""
        cloud = ListOnly(35)
        original = cloud.list_page
        cloud.list_page = lambda *, start, limit: original(start=1, limit=limit)
        assert len(ids(cloud)) == 35

    @pytest.mark.parametrize("told", [None, 35])
    def test_does_not_end_there_while_there_may_be_more(self, told):
        cloud = ListOnly(35, cap=7)
        original = cloud.list_page

        def list_page(*, start: int, limit: int) -> ClusterPage:
            return ClusterPage(
                clusters=original(start=1, limit=limit).clusters, total=told
            )

        cloud.list_page = list_page
        with pytest.raises(AnswerUnreadable):
            list_all_clusters(cloud)

    def test_sees_what_a_newer_one_pushed_off_a_page_that_was_counted_before(self):
        cloud = ListOnly(7, cap=7)
        count_before = 7

        def list_page(*, start: int, limit: int) -> ClusterPage:
            page = ListOnly.list_page(cloud, start=start, limit=limit)
            if cloud.calls > 1:
                return page
            return ClusterPage(clusters=page.clusters, total=count_before)

        cloud.clusters.insert(0, cluster(99))
        cloud.list_page = list_page
        assert "c1" in ids(cloud)

    @pytest.mark.parametrize("call", [2, 3])
    def test_begins_again_when_a_row_is_deleted_between_two_pages(self, call):
        cloud = ListOnly(20, cap=7)

        def delete_one():
            if cloud.calls == call:
                del cloud.clusters[3]

        cloud.before_call = delete_one
        assert ids(cloud) == {each.id for each in cloud.clusters}

    def test_sees_a_cluster_that_comes_in_while_it_reads(self):
        cloud = ListOnly(20, cap=7)

        def add_one():
            if cloud.calls == 2:
                cloud.clusters.insert(0, cluster(99))

        cloud.before_call = add_one
        assert "c99" in ids(cloud)

    @pytest.mark.parametrize("tells_total", [True, False])
    def test_is_not_held_up_by_clusters_that_come_in_at_every_call(self, tells_total):
        """As those of a burst of creates do, each followed by a look."""
        cloud = ListOnly(20, cap=7, tells_total=tells_total)
        before = {each.id for each in cloud.clusters}
        cloud.before_call = lambda: cloud.clusters.insert(0, cluster(100 + cloud.calls))
        assert before <= ids(cloud)
        assert cloud.calls < 10

    @pytest.mark.parametrize("tells_total", [True, False])
    def test_misses_nothing_behind_a_page_that_only_repeats(self, tells_total):
        """As many came in on top as a page holds, less one: it brings no news."""
        cloud = ListOnly(100, cap=7, tells_total=tells_total)
        before = {each.id for each in cloud.clusters}

        def add_some():
            if cloud.calls == 2:
                for number in range(6):
                    cloud.clusters.insert(0, cluster(1000 + number))

        cloud.before_call = add_some
        assert before <= ids(cloud)

    def test_gives_up_on_a_list_whose_top_is_new_at_every_reading(self):
        cloud = ListOnly(20, cap=7)

        def add_a_page():
            for number in range(7):
                cloud.clusters.insert(0, cluster(1000 * cloud.calls + number))

        cloud.before_call = add_a_page
        with pytest.raises(AnswerUnreadable):
            list_all_clusters(cloud)

    def test_gives_up_on_a_list_that_promises_more_than_it_shows(self):
        cloud = ListOnly(20)
        original = cloud.list_page

        def promise(*, start: int, limit: int) -> ClusterPage:
            page = original(start=start, limit=limit)
            return ClusterPage(clusters=page.clusters, total=21)

        cloud.list_page = promise
        with pytest.raises(AnswerUnreadable):
            list_all_clusters(cloud)

    def test_gives_up_on_a_list_that_never_ends(self, monkeypatch):
        monkeypatch.setattr("clusters.operations.inventory.pagination.MAX_PAGES", 10)
        cloud = ListOnly(100, cap=5, tells_total=False)
        with pytest.raises(AnswerUnreadable):
            list_all_clusters(cloud)

    def test_does_not_trust_a_total_that_the_first_page_disproves(self):
        cloud = ListOnly(20, cap=7)
        original = cloud.list_page

        def promise(*, start: int, limit: int) -> ClusterPage:
            return ClusterPage(
                clusters=original(start=start, limit=limit).clusters, total=0
            )

        cloud.list_page = promise
        assert len(ids(cloud)) == 20

    @given(
        rows=st.lists(st.booleans(), max_size=30),
        cap=st.integers(2, 9),
        tells_total=st.booleans(),
    )
    def test_reads_on_past_rows_that_it_cannot_read(self, rows, cap, tells_total):
        """As long as no page holds nothing else."""
        runs = [len(run) for run in "".join("01"[row] for row in rows).split("1")]
        assume(max(runs) < cap - 1 and (any(rows) or not rows))
        listed = list_all_clusters(Garbled(rows, cap=cap, tells_total=tells_total))
        assert len(listed.clusters) == sum(rows)
        assert len(listed.left_out) == len(rows) - sum(rows)
        assert all(each.may_be_ours for each in listed.left_out)

    @settings(deadline=None)
    @given(
        rows=st.lists(st.sampled_from("abcdefgh"), max_size=30), cap=st.integers(2, 9)
    )
    def test_never_ends_before_the_end(self, rows, cap):
        """However often a row is repeated: whole, or not at all."""
        with contextlib.suppress(AnswerUnreadable):
            assert ids(Repeating(rows, cap=cap)) == set(rows)

    @given(
        count=st.integers(0, 40),
        cap=st.integers(2, 7),
        tells_total=st.booleans(),
        changes=st.lists(
            st.tuples(st.integers(0, 8), st.lists(st.integers(0, 39), max_size=2)),
            max_size=12,
        ),
    )
    def test_misses_nothing_that_was_there_all_the_time(
        self, count, cap, tells_total, changes
    ):
        """So many come in on top, and these positions go, before each call."""
        cloud = ListOnly(count, cap=cap, tells_total=tells_total)
        there = {each.id for each in cloud.clusters}
        pending = iter(changes)

        def change():
            came, gone = next(pending, (0, []))
            for _ in range(came):
                cloud.clusters.insert(0, cluster(1000 + next(numbers)))
            for position in gone:
                if position < len(cloud.clusters):
                    del cloud.clusters[position]

        numbers = itertools.count()
        cloud.before_call = change
        with contextlib.suppress(AnswerUnreadable):
            seen = ids(cloud)
            stayed = there & {each.id for each in cloud.clusters}
            assert stayed <= seen
