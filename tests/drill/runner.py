"""Starts the processes of the rows, several at a time, and collects their verdicts."""

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
from tests.drill.fault_case import ROWS
from tests.drill.setting import Setting, free_port
from tests.drill.zygote import Warm

LONGEST_SECONDS: Final = 600
_KEY: Final = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDA="


@dataclass(frozen=True, kw_only=True)
class Part:
    """One row of one seed, played one way."""

    seed: int
    row: int
    variant: str

    @property
    def name(self) -> str:
        """How its lines begin."""
        return f"{self.seed}/{self.row:02d} {self.variant}".strip()


@dataclass(frozen=True, kw_only=True)
class Conductor:
    """
    Where and how fast to play; `say` is called from several threads.

    Where `is_quiet`, it hears of a row only if that did not hold, and then all of it.
    """

    backend: Backend
    folder: Path
    clock: Clock
    certificate: Path
    run_id: str
    warm: Warm
    say: Callable[[str], None]
    is_quiet: bool

    def play(self, parts: Iterable[Part], *, jobs: int) -> Iterator[CaseResult]:
        """
        Play these parts, `jobs` at a time; yield the verdicts in the order of the parts.

        Parts that need the machine for themselves come last, one after another.
        """
        beside: list[Part] = []
        alone: list[Part] = []
        for part in parts:
            (alone if ROWS[part.row][part.variant].alone else beside).append(part)
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            try:
                yield from pool.map(self._play_one, beside)
            finally:
                # Whoever stops in the middle does not wait for what has not begun.
                pool.shutdown(wait=False, cancel_futures=True)
        yield from map(self._play_one, alone)

    def environment(self) -> dict[str, str]:
        """Return what every process gets; OS variables win over anybody's `.env`."""
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

    def _play_one(self, part: Part) -> CaseResult:
        row, port = ROWS[part.row][part.variant], free_port()
        way = list(ROWS[part.row]).index(part.variant)
        name = f"drill_{self.run_id}_{part.seed}_{part.row}_{way}"
        folder = self.folder / name
        folder.mkdir()
        setting = Setting(
            seed=part.seed,
            row=part.row,
            variant=part.variant,
            folder=str(folder),
            backend=self.backend.name,
            clock=self.clock,
            certificate=str(self.certificate),
            port=port,
            tls=row.tls,
        )
        with self.backend.room(name, folder) as room:
            if row.relay:
                broker = urlsplit(room["CELERY_BROKER_URL"])
                setting = replace(setting, broker=f"{broker.hostname}:{broker.port}")
                room["CELERY_BROKER_URL"] = _at_port(broker, port)
            chosen = {
                key: value.format(certificate=self.certificate, port=port)
                for key, value in row.environment.items()
            }
            own = for_own_process({**self.environment(), **chosen, **room})
            return self._listen(part, setting, {**os.environ, **own})

    def _listen(
        self, part: Part, setting: Setting, environment: dict[str, str]
    ) -> CaseResult:
        verdict = CaseResult(
            seed=part.seed,
            row=part.row,
            variant=part.variant,
            problems=("the row's process ended without a verdict",),
        )
        kept: list[str] = []
        say = kept.append if self.is_quiet else self.say
        log = Path(setting.folder) / "row.log"
        with self.warm.row(
            setting.to_json(), environment, log, longest=LONGEST_SECONDS
        ) as lines:
            for line in lines:
                verdict = _hear(part, line, say) or verdict
        if verdict.problems:
            for line in kept:
                self.say(line)
        return verdict


def _hear(part: Part, line: str, say: Callable[[str], None]) -> CaseResult | None:
    try:
        told = json.loads(line)
    except ValueError:  # somebody's own print, or cut short by a kill
        say(f"{part.name:<24} ?  {line.rstrip()}")
        return None
    if "verdict" in told:
        return CaseResult.from_json(told["verdict"])
    say(f"{part.name:<24} {told['at']:6.1f} s  {told['line']}")
    return None


def _at_port(url: SplitResult, port: int) -> str:
    """Return the same URL for a port of this machine."""
    who, at, _ = url.netloc.rpartition("@")
    return url._replace(netloc=f"{who}{at}127.0.0.1:{port}").geturl()
