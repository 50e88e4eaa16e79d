"""A full disk for some processes, simulated by RLIMIT_FSIZE; needs no root."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from tests.drill.process import Process


@contextmanager
def disk_full(*processes: Process) -> Iterator[None]:
    """
    Within this block these processes cannot write to any file (Linux).

    They get EFBIG instead of ENOSPC. Writes of a database server are not affected.
    """
    limits = [_limit(each) for each in processes]
    for process, (_, maximum) in zip(processes, limits, strict=True):
        _limit(process, (0, maximum))
    try:
        yield
    finally:
        for process, limit in zip(processes, limits, strict=True):
            _limit(process, limit)


def _limit(process: Process, *new: tuple[int, int]) -> tuple[int, int]:
    return resource.prlimit(process.pid, resource.RLIMIT_FSIZE, *new)
