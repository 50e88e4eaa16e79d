"""Starts the processes of the cases, several at a time, and collects their results."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from clusters.management.variables import for_own_process
from tests.drill import resolver
from tests.drill.backends import Backend
from tests.drill.clock import Clock
from tests.drill.evaluation import CaseResult
from tests.drill.fault_case import FAULT_CASES
from tests.drill.setting import Setting, free_port
from tests.drill.zygote import Zygote

CASE_TIMEOUT_SECONDS: Final = 600
_KEY: Final = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDA="


@dataclass(frozen=True, kw_only=True)
class CaseRun:
    """One variant of one case, in one seed."""

    seed: int
    case: int
    variant: str

    @property
    def name(self) -> str:
        """The prefix of its log lines."""
        return f"{self.seed}/{self.case:02d} {self.variant}".strip()


@dataclass(frozen=True, kw_only=True)
class Runner:
    """
    Where and how fast the cases run; `log` is called from several threads.

    With `is_quiet`, the log of a case is printed, as a whole, only if the case failed.
    """

    backend: Backend
    folder: Path
    clock: Clock
    certificate: Path
    run_id: str
    zygote: Zygote
    log: Callable[[str], None]
    is_quiet: bool

    def run(self, cases: Iterable[CaseRun], *, jobs: int) -> Iterator[CaseResult]:
        """
        Run these cases, `jobs` at a time; yield their results in the order of the cases.

        Those that are `alone` come last, one after another.
        """
        parallel: list[CaseRun] = []
        alone: list[CaseRun] = []
        for each in cases:
            is_alone = FAULT_CASES[each.case][each.variant].alone
            (alone if is_alone else parallel).append(each)
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            try:
                yield from pool.map(self._run_one, parallel)
            finally:
                # If the caller stops early, cases that have not begun are dropped.
                pool.shutdown(wait=False, cancel_futures=True)
        yield from map(self._run_one, alone)

    def environment(self) -> dict[str, str]:
        """Return what all processes get; OS variables take precedence over a `.env`."""
        return {
            "DEBUG": "on",
            "SECRET_KEY": "only-for-a-drill-" * 4,
            "ENCRYPTION_KEYS": _KEY,
            "INSTALLATION_ID": "drill",
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "ALLOWED_HOSTS": "127.0.0.1",
            "ALLOWED_CLOUD_HOSTS": f"127.0.0.1,{resolver.HOST}",
            "EMAIL_URL": "memorymail://",
            "CLOUD_PROXY": "",
            "LANGUAGE_CODE": "en",
            "WORKER_THREADS": "4",
            "MAX_CALLS": "2",
            **self.clock.environment(),
        }

    def _run_one(self, run: CaseRun) -> CaseResult:
        case, port = FAULT_CASES[run.case][run.variant], free_port()
        index = list(FAULT_CASES[run.case]).index(run.variant)
        name = f"drill_{self.run_id}_{run.seed}_{run.case}_{index}"
        folder = self.folder / name
        folder.mkdir()
        setting = Setting(
            seed=run.seed,
            case=run.case,
            variant=run.variant,
            folder=str(folder),
            backend=self.backend.name,
            clock=self.clock,
            certificate=str(self.certificate),
            port=port,
            tls=case.tls,
        )
        with self.backend.resources(name, folder) as resources:
            if case.relay:
                broker = urlsplit(resources["CELERY_BROKER_URL"])
                setting = replace(setting, broker=f"{broker.hostname}:{broker.port}")
                resources["CELERY_BROKER_URL"] = _at_port(broker, port)
            chosen = {
                key: value.format(certificate=self.certificate, port=port)
                for key, value in case.environment.items()
            }
            own = for_own_process({**self.environment(), **chosen, **resources})
            return self._collect(run, setting, {**os.environ, **own})

    def _collect(
        self, run: CaseRun, setting: Setting, environment: dict[str, str]
    ) -> CaseResult:
        """Start the process of a case, log its lines and return its result."""
        result = CaseResult(
            seed=run.seed,
            case=run.case,
            variant=run.variant,
            problems=("the process of the case ended without a result",),
        )
        kept: list[str] = []
        log = kept.append if self.is_quiet else self.log
        errors = Path(setting.folder) / "case.log"
        with self.zygote.start_case(
            setting.to_json(), environment, errors, timeout=CASE_TIMEOUT_SECONDS
        ) as lines:
            for line in lines:
                result = _read_line(run, line, log) or result
        if result.problems:
            for line in kept:
                self.log(line)
        return result


def _read_line(
    run: CaseRun, line: str, log: Callable[[str], None]
) -> CaseResult | None:
    """Log a line of a case's output, or return the result that it holds."""
    try:
        message = json.loads(line)
    except ValueError:  # a print of another module, or cut off by a kill
        log(f"{run.name:<24} ?  {line.rstrip()}")
        return None
    if "result" in message:
        return CaseResult.from_json(message["result"])
    log(f"{run.name:<24} {message['at']:6.1f} s  {message['line']}")
    return None


def _at_port(url: SplitResult, port: int) -> str:
    """Return the same URL for a port of this machine."""
    user, at, _ = url.netloc.rpartition("@")
    return url._replace(netloc=f"{user}{at}127.0.0.1:{port}").geturl()
