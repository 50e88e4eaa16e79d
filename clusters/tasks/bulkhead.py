"""The bulkhead: limits how many threads of a worker one cloud project may use."""

import threading
from collections import Counter
from enum import StrEnum


class WorkKind(StrEnum):
    """What a thread does for a cloud project."""

    CREATE = "create"
    SCAN = "scan"
    CATALOG = "catalog"
    DELETE = "delete"


class Bulkhead:
    """
    Keeps a cloud that does not answer from blocking every thread of the worker.

    A cloud project gets at most half of the threads; of these at most one scans, one reads
    the catalog, and an eighth of all threads delete. Work without a free slot is
    rejected and dropped; `release` reports what was rejected. Safe between threads.
    """

    def __init__(self, threads: int) -> None:
        self._limit = max(1, threads // 2)
        self._limit_of = {
            WorkKind.CREATE: self._limit,  # MAX_CALLS is counted over all workers, in rows
            WorkKind.SCAN: 1,
            WorkKind.CATALOG: 1,
            WorkKind.DELETE: max(1, threads // 8),
        }
        self._lock = threading.Lock()
        self._held: Counter[tuple[int, WorkKind]] = Counter()
        self._rejected: set[tuple[int, WorkKind]] = set()

    def acquire(self, cloud_project_id: int, work: WorkKind) -> bool:
        """Take a slot for one thread; return False, and note it, if there is none."""
        with self._lock:
            if self._is_full(cloud_project_id, work):
                self._rejected.add((cloud_project_id, work))
                return False
            self._held[cloud_project_id, work] += 1
            return True

    def release(self, cloud_project_id: int, work: WorkKind) -> frozenset[WorkKind]:
        """Give the slot back; return what was rejected since the last release."""
        with self._lock:
            self._held[cloud_project_id, work] -= 1
            rejected = {key for key in self._rejected if key[0] == cloud_project_id}
            self._rejected -= rejected
            return frozenset(work for _id, work in rejected)

    def _is_full(self, cloud_project_id: int, work: WorkKind) -> bool:
        taken = sum(self._held[cloud_project_id, each] for each in WorkKind)
        mine = self._held[cloud_project_id, work]
        return taken >= self._limit or mine >= self._limit_of[work]
