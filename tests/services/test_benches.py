"""The benches run, on few rows; their figures stand in docs/benchmarks.md."""

import os
import subprocess
import sys

import pytest

from tests.services.stack import ROOT

pytestmark = [pytest.mark.services, pytest.mark.nightly]


class TestABench:
    @pytest.mark.parametrize(
        ("bench", "sizes", "rows"),
        [
            (
                "pages",
                ("150", "300"),
                ("| approvals | bob | 5 |", "| claim | engine |"),
            ),
            ("spool", ("10", "30"), ("| all different |", "| one cloud project |")),
            ("serving", ("16",), ("| /livez, kept |", "| /login/, new |")),
            ("catalog", ("10", "1200"), ("| 10 | 9 |", "| 1,200 | 11 |")),
            (
                "migrating",
                ("3000",),
                ("| 0019_move_clusters |", "| of the last tenth |"),
            ),
            (
                "long_history",
                ("50", "400"),
                ("| page | 7 |", "| poll, nothing new | 5 | 0 |"),
            ),
            ("guarded_writes", ("2",), ("| submit |", "| all four |")),
            ("large_form", ("200",), ("| page |", "| answer to a search |")),
            ("verifying", ("3000",), ("| verify_audit |", "| export_head |")),
        ],
    )
    def test_prints_its_table(
        self, bench: str, sizes: tuple[str, ...], rows: tuple[str, ...]
    ) -> None:
        done = subprocess.run(
            [sys.executable, "-m", f"tests.bench.{bench}", *sizes],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": "", "BENCH_ROUNDS": "2"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        for row in rows:
            assert row in done.stdout
