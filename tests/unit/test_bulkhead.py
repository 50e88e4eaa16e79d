"""How many threads one cloud project may hold."""

import pytest

from clusters.tasks.bulkhead import Bulkhead, WorkKind

SLOW, OTHER = 1, 2


def entered(rooms: Bulkhead, project: int, work: WorkKind, *, times: int = 100) -> int:
    """Return how many threads find room."""
    return sum(rooms.enter(project, work) for _ in range(times))


class TestRooms:
    @pytest.mark.parametrize(
        ("threads", "creates"), [(1, 1), (2, 1), (3, 1), (8, 4), (32, 16)]
    )
    def test_leave_half_of_the_threads_to_others(
        self, threads: int, creates: int
    ) -> None:
        rooms = Bulkhead(threads)
        assert entered(rooms, SLOW, WorkKind.CREATE) == creates
        assert not any(rooms.enter(SLOW, work) for work in WorkKind)
        assert entered(rooms, OTHER, WorkKind.CREATE) == creates

    @pytest.mark.parametrize(
        ("work", "most"),
        [(WorkKind.LOOK, 1), (WorkKind.CATALOG, 1), (WorkKind.DELETE, 4)],
    )
    def test_are_fewer_for_what_need_not_hurry(self, work: WorkKind, most: int) -> None:
        rooms = Bulkhead(32)
        assert entered(rooms, SLOW, work) == most
        assert rooms.enter(SLOW, WorkKind.CREATE)

    def test_are_free_again_for_whoever_comes_next(self) -> None:
        rooms = Bulkhead(32)
        assert rooms.enter(SLOW, WorkKind.LOOK)
        rooms.leave(SLOW, WorkKind.LOOK)
        assert rooms.enter(SLOW, WorkKind.LOOK)

    def test_tell_once_what_was_turned_away(self) -> None:
        rooms = Bulkhead(2)
        rooms.enter(SLOW, WorkKind.CATALOG)
        rooms.enter(SLOW, WorkKind.CREATE)
        rooms.enter(OTHER, WorkKind.CATALOG)
        rooms.enter(OTHER, WorkKind.LOOK)
        assert rooms.leave(SLOW, WorkKind.CATALOG) == {WorkKind.CREATE}
        rooms.enter(SLOW, WorkKind.CATALOG)
        assert rooms.leave(SLOW, WorkKind.CATALOG) == frozenset()
