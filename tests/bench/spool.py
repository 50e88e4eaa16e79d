"""
How long a worker takes to read the messages that wait in the embedded broker's folder.

`python -m tests.bench.spool [FEW MANY]` prints a table; 500 and 5,000 without arguments.
Once each message asks for something else, once all say that one cloud project has work.
"""

import sys
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Final

from celery import Celery
from kombu import Connection

from portal.queue.celery_settings import transport_options
from tests.bench.table import head, row

SIZES: Final = (500, 5_000)


def main(few: int, many: int) -> None:
    """Print the table."""
    head("messages", f"{few:,}: s", f"{many:,}: s", "ratio", "read")
    for kind, projects in (("all different", many), ("one cloud project", 1)):
        short, _ = _seconds(few, projects=projects)
        long, read = _seconds(many, projects=projects)
        row(kind, f"{short:.2f}", f"{long:.2f}", f"{long / short:.1f}", f"{read:,}")


def _seconds(count: int, *, projects: int) -> tuple[float, int]:
    """Write so many messages; return how long reading took, and how many came."""
    with tempfile.TemporaryDirectory() as folder, _connect(Path(folder)) as broker:
        queue = broker.SimpleQueue("portal")
        app = Celery(broker="memory://")
        for number in range(count):
            app.send_task(
                "clusters.provision",
                kwargs={"cloud_project_id": number % projects},
                connection=broker,
                queue="portal",
            )
        began, read = time.perf_counter(), 0
        while True:
            try:
                queue.get(block=False).ack()
            except Empty:
                return time.perf_counter() - began, read
            read += 1


def _connect(folder: Path) -> Connection:
    options = transport_options(
        "filesystem://", folder=folder, queue="portal", call_seconds=65
    )
    return Connection(
        transport="portal.queue.embedded_broker:Transport", transport_options=options
    )


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    main(*sizes)
