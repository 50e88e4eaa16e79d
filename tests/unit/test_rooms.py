"""How many threads one cloud project may hold."""

import pytest

from clusters.rooms import Rooms, Work

SLOW, OTHER = 1, 2


def entered(rooms: Rooms, project: int, work: Work, *, times: int = 100) -> int:
    """Return how many threads find room."""
    return sum(rooms.enter(project, work) for _ in range(times))


class TestRooms:
    @pytest.mark.parametrize(
        ("threads", "creates"), [(1, 1), (2, 1), (3, 1), (8, 4), (32, 16)]
    )
    def test_leave_half_of_the_threads_to_others(
        self, threads: int, creates: int
    ) -> None:
        rooms = Rooms(threads)
        assert entered(rooms, SLOW, Work.CREATE) == creates
        assert not any(rooms.enter(SLOW, work) for work in Work)
        assert entered(rooms, OTHER, Work.CREATE) == creates

    @pytest.mark.parametrize(
        ("work", "most"), [(Work.LOOK, 1), (Work.CATALOG, 1), (Work.DELETE, 4)]
    )
    def test_are_fewer_for_what_need_not_hurry(self, work: Work, most: int) -> None:
        rooms = Rooms(32)
        assert entered(rooms, SLOW, work) == most
        assert rooms.enter(SLOW, Work.CREATE)

    def test_are_free_again_for_whoever_comes_next(self) -> None:
        rooms = Rooms(32)
        assert rooms.enter(SLOW, Work.LOOK)
        rooms.leave(SLOW, Work.LOOK)
        assert rooms.enter(SLOW, Work.LOOK)

    def test_tell_once_what_was_turned_away(self) -> None:
        rooms = Rooms(2)
        rooms.enter(SLOW, Work.CATALOG)
        rooms.enter(SLOW, Work.CREATE)
        rooms.enter(OTHER, Work.CATALOG)
        rooms.enter(OTHER, Work.LOOK)
        assert rooms.leave(SLOW, Work.CATALOG) == {Work.CREATE}
        rooms.enter(SLOW, Work.CATALOG)
        assert rooms.leave(SLOW, Work.CATALOG) == frozenset()
