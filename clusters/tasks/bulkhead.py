"""How many threads of one worker a cloud project may hold, so that others find some."""

import threading
from collections import Counter
from enum import StrEnum


class WorkKind(StrEnum):
    """What a thread does for a cloud project."""

    CREATE = "create"
    LOOK = "look"
    CATALOG = "catalog"
    DELETE = "delete"


class Bulkhead:
    """
    A cloud that does not answer keeps every thread that calls it, call after call.

    So a cloud project gets half of the threads at most, one of them to look and one to
    read the catalog. Who finds no room goes on to other work; whoever leaves hears of it.
    """

    def __init__(self, threads: int) -> None:
        self._in_all = max(1, threads // 2)
        self._of_work = {
            WorkKind.CREATE: self._in_all,  # MAX_CALLS is counted over all workers, in rows
            WorkKind.LOOK: 1,
            WorkKind.CATALOG: 1,
            WorkKind.DELETE: max(1, threads // 8),
        }
        self._lock = threading.Lock()
        self._held: Counter[tuple[int, WorkKind]] = Counter()
        self._turned_away: set[tuple[int, WorkKind]] = set()

    def enter(self, cloud_project_id: int, work: WorkKind) -> bool:
        """Take a thread's room; False where there is none."""
        with self._lock:
            if self._is_full(cloud_project_id, work):
                self._turned_away.add((cloud_project_id, work))
                return False
            self._held[cloud_project_id, work] += 1
            return True

    def leave(self, cloud_project_id: int, work: WorkKind) -> frozenset[WorkKind]:
        """Give the room back; returns what was turned away since somebody last left."""
        with self._lock:
            self._held[cloud_project_id, work] -= 1
            missed = {key for key in self._turned_away if key[0] == cloud_project_id}
            self._turned_away -= missed
            return frozenset(work for _id, work in missed)

    def _is_full(self, cloud_project_id: int, work: WorkKind) -> bool:
        in_all = sum(self._held[cloud_project_id, each] for each in WorkKind)
        mine = self._held[cloud_project_id, work]
        return in_all >= self._in_all or mine >= self._of_work[work]
