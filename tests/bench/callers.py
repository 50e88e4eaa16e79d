"""Processes of threads that all make a call to the cloud at the same moment."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final, Self

import django

LEAD_SECONDS: Final = 0.3
"""How long before the moment the processes hear of it."""

_CONTEXT: Final = multiprocessing.get_context("spawn")


class Callers:
    """
    Each process has the one client that wiring gives a worker, and threads that stay.

    The clock of `time.monotonic` is the same in all processes of a machine.
    """

    def __init__(self, cloud_project_id: int, *, processes: int, threads: int) -> None:
        self._threads = threads
        self._pipes = []
        self._processes = []
        for _ in range(processes):
            ours, theirs = _CONTEXT.Pipe()
            how = (cloud_project_id, threads, theirs)
            process = _CONTEXT.Process(target=_serve, args=how, daemon=True)
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(10)

    def warm_up(self) -> None:
        """Let every thread open its connections, to the database and to the cloud."""
        for _ in range(3):
            self.last_of(processes=len(self._pipes), threads=self._threads)

    def last_of(self, *, processes: int, threads: int) -> float:
        """Return the seconds from the common start until the last one has its answer."""
        start = time.monotonic() + LEAD_SECONDS
        asked = self._pipes[:processes]
        for pipe in asked:
            pipe.send((start, threads))
        answers = [pipe.recv() for pipe in asked]
        troubles = [each for each in answers if isinstance(each, str)]
        assert not troubles, troubles
        return max(answers) - start


def _serve(cloud_project_id: int, threads: int, pipe: Connection) -> None:
    django.setup()
    from clusters import wiring  # noqa: PLC0415 - its models need the settings first
    from clusters.models import CloudProject  # noqa: PLC0415

    cloud = wiring.cloud(CloudProject.objects.get(pk=cloud_project_id))

    def call(start: float) -> float:
        time.sleep(max(0.0, start - time.monotonic()))
        cloud.list_page(start=1, limit=10)
        return time.monotonic()

    with ThreadPoolExecutor(threads) as pool:
        while asked := pipe.recv():
            start, count = asked
            try:
                pipe.send(max(pool.map(call, [start] * count)))
            except Exception as error:  # noqa: BLE001 - the bench has to hear of it
                pipe.send(repr(error))
