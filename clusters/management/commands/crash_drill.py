"""Injects faults into real processes, then checks that no cluster was made twice."""

import shutil
import tempfile
import threading
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from tests.drill.backends import Backend
from tests.drill.certificate import write_certificate
from tests.drill.clock import DRILL
from tests.drill.evaluation import TABLE_HEAD, CaseResult, by_row, table
from tests.drill.fault_case import BACKENDS, ways_of
from tests.drill.fault_cases import ROWS
from tests.drill.runner import Conductor, Part
from tests.drill.sampling import rows_of, variant_of
from tests.drill.zygote import Warm

TABLE: Final = range(1, 59)
ELSEWHERE: Final = {
    48: "tests/services/test_restore.py",
}
"""Fault cases that a test covers instead, by number: its path."""


class Command(BaseCommand):
    help = (
        "Runs the fault cases on real workers, beat and the simulator, with databases "
        "and queues of its own. Exit code 1 if a check failed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, required=True)
        parser.add_argument("--backend", choices=BACKENDS, required=True)
        parser.add_argument("--first-seed", type=int, default=1)
        parser.add_argument(
            "--rows",
            default="",
            help="numbers of fault cases, such as 1,5,7: run these, in every variant, "
            "instead of 12 random ones for each seed",
        )
        parser.add_argument(
            "--jobs", type=int, default=6, help="fault cases at the same time"
        )
        parser.add_argument(
            "--slower",
            type=float,
            default=1.0,
            help="factor for all times, such as 2 on a busy machine",
        )
        parser.add_argument(
            "--quiet",
            action="store_true",
            help="print the results and the fault cases that failed only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seeds = range(options["first_seed"], options["first_seed"] + options["seeds"])
        chosen = _chosen(options["rows"], options["backend"])
        # One pool for all seeds: none of them waits for the slowest row of another.
        parts = [
            part for seed in seeds for part in _parts(seed, chosen, options["backend"])
        ]
        verdicts: list[CaseResult] = []
        with self._conductor(options) as conductor:
            self._write(*TABLE_HEAD)
            for verdict in conductor.play(parts, jobs=options["jobs"]):
                self._write(verdict.line())
                verdicts.append(verdict)
        self._sum_up(verdicts, chosen)

    @contextmanager
    def _conductor(self, options: dict[str, Any]) -> Iterator[Conductor]:
        folder = Path(tempfile.mkdtemp(prefix="crash-drill-"))
        lock = threading.Lock()

        def write_line(line: str) -> None:
            with lock:
                self._write(line)

        backend = Backend(options["backend"], folder)
        try:
            with Warm() as warm:
                conductor = Conductor(
                    backend=backend,
                    folder=folder,
                    clock=DRILL.slower(options["slower"]),
                    certificate=write_certificate(folder / "certificate.pem"),
                    run_id=uuid.uuid4().hex[:6],
                    warm=warm,
                    say=write_line,
                    is_quiet=options["quiet"],
                )
                with backend.prepared(conductor.environment()):
                    yield conductor
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _sum_up(self, verdicts: list[CaseResult], chosen: list[int] | None) -> None:
        broken = [each for each in verdicts if each.problems]
        self._write("", *by_row(verdicts), "")
        reached = {each.row for each in verdicts}
        self._write(
            f"{len(verdicts)} rows played, {len(reached)} different ones; "
            f"{len(verdicts) - len(broken)} hold, {len(broken)} do not."
        )
        missing = [each for each in TABLE if each not in ROWS and each not in ELSEWHERE]
        for number, place in ELSEWHERE.items():
            self._write(f"Row {number} is played by {place}.")
        if missing and chosen is None:
            self._write(f"Not built: {', '.join(map(str, missing))}.")
        if broken:
            self._write("", *table(broken))
        if broken or (missing and chosen is None):
            raise SystemExit(1)

    def _write(self, *lines: str) -> None:
        for line in lines:
            self.stdout.write(line)
        self.stdout.flush()


def _chosen(text: str, backend: str) -> list[int] | None:
    if not text:
        return None
    try:
        numbers = [int(each) for each in text.split(",")]
    except ValueError as error:
        raise CommandError("--rows takes numbers: 1,5,7") from error
    for number in numbers:
        if not ways_of(number, backend):
            raise CommandError(f"There is no row {number} on {backend}.")
    return numbers


def _parts(seed: int, chosen: list[int] | None, backend: str) -> Iterator[Part]:
    """Yield the seed's random fault cases in one variant each, or `chosen` in all."""
    if chosen is not None:
        for number in chosen:
            for variant in ways_of(number, backend):
                yield Part(seed=seed, row=number, variant=variant)
        return
    possible = [number for number in ROWS if ways_of(number, backend)]
    for number in rows_of(seed, possible):
        variant = variant_of(seed, number, ways_of(number, backend))
        yield Part(seed=seed, row=number, variant=variant)
