"""Flows that depend on how a database compares and locks, on PostgreSQL."""

import os
import subprocess
import sys

import pytest

from tests.services.stack import ROOT

pytestmark = [pytest.mark.services, pytest.mark.nightly]

FLOWS = (
    "operations/test_expected.py",
    "audit/test_triggers.py",
    "audit/test_opening.py",
    "audit/test_faults.py",
    "operations/test_cluster_rows.py",
    "operations/test_set_back.py",
    "operations/test_clocks.py",
    "provision/test_read_only.py",
    "broken_ground/test_read_only.py",
    "operations/test_watchers.py",
    "safety/test_watchers.py",
)


def test_guards_hold_on_postgres(postgres_url: str):
    files = [f"tests/flows/{name}" for name in FLOWS]
    how = ("--ds=tests.postgres_settings", "-p", "no:cacheprovider", "--quiet")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *files, *how, "--tb=short"],
        cwd=ROOT,
        env={key: os.environ[key] for key in os.environ if key != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
