"""How many threads of one worker a cloud project may hold, so that others find some."""

import threading
from collections import Counter
from enum import StrEnum


class Work(StrEnum):
    """What a thread does for a cloud project."""

    CREATE = "create"
    LOOK = "look"
    CATALOG = "catalog"
    DELETE = "delete"


class Rooms:
    """
    A cloud that does not answer keeps every thread that calls it, call after call.

    So a cloud project gets half of the threads at most, one of them to look and one to
    read the catalog. Who finds no room goes on to other work; whoever leaves hears of it.
    """

    def __init__(self, threads: int) -> None:
        self._in_all = max(1, threads // 2)
        self._of_work = {
            Work.CREATE: self._in_all,  # MAX_CALLS is counted over all workers, in rows
            Work.LOOK: 1,
            Work.CATALOG: 1,
            Work.DELETE: max(1, threads // 8),
        }
        self._lock = threading.Lock()
        self._held: Counter[tuple[int, Work]] = Counter()
        self._turned_away: set[tuple[int, Work]] = set()

    def enter(self, cloud_project_id: int, work: Work) -> bool:
        """Take a thread's room; False where there is none."""
        with self._lock:
            if self._is_full(cloud_project_id, work):
                self._turned_away.add((cloud_project_id, work))
                return False
            self._held[cloud_project_id, work] += 1
            return True

    def leave(self, cloud_project_id: int, work: Work) -> frozenset[Work]:
        """Give the room back; returns what was turned away since somebody last left."""
        with self._lock:
            self._held[cloud_project_id, work] -= 1
            missed = {key for key in self._turned_away if key[0] == cloud_project_id}
            self._turned_away -= missed
            return frozenset(work for _id, work in missed)

    def _is_full(self, cloud_project_id: int, work: Work) -> bool:
        in_all = sum(self._held[cloud_project_id, each] for each in Work)
        mine = self._held[cloud_project_id, work]
        return in_all >= self._in_all or mine >= self._of_work[work]
