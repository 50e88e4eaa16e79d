"""A disk that is full for a while: for some processes, and without being root."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from tests.drill.process import Process


@contextmanager
def disk_full(*processes: Process) -> Iterator[None]:
    """
    Within this block these processes write not one byte to any file (Linux).

    They are told EFBIG in place of ENOSPC. What is on a server is no file of theirs.
    """
    limits = [_limit(each) for each in processes]
    for process, (_, most) in zip(processes, limits, strict=True):
        _limit(process, (0, most))
    try:
        yield
    finally:
        for process, limit in zip(processes, limits, strict=True):
            _limit(process, limit)


def _limit(process: Process, *new: tuple[int, int]) -> tuple[int, int]:
    return resource.prlimit(process.pid, resource.RLIMIT_FSIZE, *new)
