"""The command line of the crash drill; `manage.py crash_drill` hands its options here."""

import shutil
import tempfile
import threading
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError, OutputWrapper

from tests.drill.backends import Backend
from tests.drill.certificate import write_certificate
from tests.drill.clock import DRILL
from tests.drill.evaluation import TABLE_HEAD, CaseResult, result_table, summary_by_case
from tests.drill.fault_case import BACKENDS, variants_of
from tests.drill.fault_cases import FAULT_CASES
from tests.drill.runner import CaseRun, Runner
from tests.drill.sampling import cases_of, first_of_each, variant_of
from tests.drill.zygote import Zygote

FAULT_TABLE: Final = range(1, 59)
"""The rows of the fault table (docs/crash-drill.md)."""
TESTED_ELSEWHERE: Final = {
    48: "tests/services/test_restore.py",
}
"""Rows of the fault table that a test covers instead."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of the drill."""
    parser.add_argument("--seeds", type=int, required=True)
    parser.add_argument("--backend", choices=BACKENDS, required=True)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument(
        "--rows", default="", help="1,5,7: these, in every variant, in place of 13"
    )
    parser.add_argument(
        "--once", action="store_true", help="no case that an earlier seed plays, too"
    )
    parser.add_argument("--jobs", type=int, default=6, help="cases at a time")
    parser.add_argument(
        "--slower",
        type=float,
        default=1.0,
        help="2 on a busy machine: all of the engine's times twice as long",
    )
    parser.add_argument(
        "--quiet", action="store_true", help="print results, and logs of failed cases"
    )


def run_drill(options: dict[str, Any], output: OutputWrapper) -> int:
    """
    Run the drill with the options of `add_arguments`; return the exit code.

    :raises CommandError: if `--rows` names a case that cannot be run
    """
    return _Drill(options, output).run()


class _Drill:
    """One run of the command: its options, and where it prints."""

    def __init__(self, options: dict[str, Any], output: OutputWrapper) -> None:
        self._options = options
        self._output = output
        self._lock = threading.Lock()

    def run(self) -> int:
        first, backend = self._options["first_seed"], self._options["backend"]
        chosen = _parse_rows(self._options["rows"], backend)
        # One pool for all seeds, so that no seed waits for the slowest case of another.
        cases = [
            case
            for seed in range(first, first + self._options["seeds"])
            for case in _cases_of_seed(seed, chosen, backend)
        ]
        if self._options["once"]:
            cases = first_of_each(cases)
        results: list[CaseResult] = []
        with self._runner() as runner:
            self._print(*TABLE_HEAD)
            for result in runner.run(cases, jobs=self._options["jobs"]):
                self._print(result.line())
                results.append(result)
        return self._summarize(results, is_complete=chosen is None)

    @contextmanager
    def _runner(self) -> Iterator[Runner]:
        folder = Path(tempfile.mkdtemp(prefix="crash-drill-"))
        backend = Backend(self._options["backend"], folder)
        try:
            with Zygote() as zygote:
                runner = Runner(
                    backend=backend,
                    folder=folder,
                    clock=DRILL.slower(self._options["slower"]),
                    certificate=write_certificate(folder / "certificate.pem"),
                    run_id=uuid.uuid4().hex[:6],
                    zygote=zygote,
                    log=self._print,
                    is_quiet=self._options["quiet"],
                )
                with backend.prepared(runner.environment()):
                    yield runner
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _summarize(self, results: list[CaseResult], *, is_complete: bool) -> int:
        """Print the summary; return 1 if a case failed or, if complete, is missing."""
        failed = [each for each in results if each.problems]
        self._print("", *summary_by_case(results), "")
        self._print(
            f"{len(results)} cases played, {len({each.case for each in results})} "
            f"different ones; {len(results) - len(failed)} hold, {len(failed)} do not."
        )
        for number, place in TESTED_ELSEWHERE.items():
            self._print(f"Row {number} is played by {place}.")
        missing = sorted({*FAULT_TABLE} - {*FAULT_CASES} - {*TESTED_ELSEWHERE})
        if missing and is_complete:
            self._print(f"Not built: {', '.join(map(str, missing))}.")
        if failed:
            self._print("", *result_table(failed))
        return 1 if failed or (missing and is_complete) else 0

    def _print(self, *lines: str) -> None:
        with self._lock:
            for line in lines:
                self._output.write(line)
            self._output.flush()


def _parse_rows(text: str, backend: str) -> list[int] | None:
    """Return the case numbers of `--rows`, None without that option."""
    if not text:
        return None
    try:
        numbers = [int(each) for each in text.split(",")]
    except ValueError as error:
        raise CommandError("--rows takes numbers: 1,5,7") from error
    for number in numbers:
        if not variants_of(number, backend):
            raise CommandError(f"There is no row {number} on {backend}.")
    return numbers


def _cases_of_seed(
    seed: int, chosen: list[int] | None, backend: str
) -> Iterator[CaseRun]:
    """Yield the seed's sample, one variant each; or the chosen cases in all variants."""
    if chosen is not None:
        for number in chosen:
            for variant in variants_of(number, backend):
                yield CaseRun(seed=seed, case=number, variant=variant)
        return
    possible = [number for number in FAULT_CASES if variants_of(number, backend)]
    for number in cases_of(seed, possible):
        variant = variant_of(seed, number, variants_of(number, backend))
        yield CaseRun(seed=seed, case=number, variant=variant)
