"""The crash drill itself: it holds on the product, and fails without a guard."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutations import copy_tree
from tests.services.stack import ROOT

pytestmark = [pytest.mark.services, pytest.mark.nightly]

GUARDS = {
    "the gate does not look whose claim it is": (
        11,
        "operations/provisioning/gate.py",
        "        if opened != 1:\n",
        "        if opened > 1:\n",
    ),
    "the clusters are not listed before sending": (
        46,
        "operations/provisioning/provision.py",
        "    if verdict.found is Found.NOTHING:\n",
        "    if verdict:\n",
    ),
    "an event says another comment than the decision": (
        10,
        "operations/requests/decide.py",
        '                "comment": comment,\n            },\n            due_at',
        '                "comment": f"{comment}."\n            },\n            due_at',
    ),
}


def drill(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this tree, with slower times because other tests run beside it."""
    how = ("--seeds", "1", "--slower", "1.5")
    return subprocess.run(
        [sys.executable, "manage.py", "crash_drill", *how, *arguments],
        cwd=root,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "DEBUG": "on"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


class TestDrill:
    def test_holds_and_logs_what_happened_with_seconds(self):
        done = drill(ROOT, "--backend", "sqlite", "--rows", "5,24")
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert "*** w1 is killed, its answer never came" in done.stdout
        assert "sending → unclear (lose)" in done.stdout
        assert "| 1 | 05 | appr send uncl crea actv | 1 | 1 | active |" in done.stdout
        assert "3 hold, 0 do not." in done.stdout

    @pytest.mark.parametrize("backend", ["redis", "rabbitmq"])
    def test_holds_on_servers(
        self, backend: str, postgres_url: str, redis_url: str, amqp_url: str
    ):
        done = drill(ROOT, "--backend", backend, "--rows", "4,10", "--quiet")
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert "w1 starts" not in done.stdout

    def test_fails_where_a_failpoint_is_never_reached(self, tmp_path: Path):
        root = tmp_path / "scratch"
        copy_tree(root)
        targets = root / "tests/drill/fault_cases/failpoint_targets.py"
        text = targets.read_text()
        elsewhere = "clusters.operations.requests.retry:retry_request"
        targets.write_text(f'{text}GATE = "{elsewhere}"\n')
        done = drill(root, "--backend", "sqlite", "--rows", "4", "--quiet")
        assert done.returncode == 1
        assert "never reached its failpoint" in done.stdout

    @pytest.mark.parametrize("guard", GUARDS)
    def test_fails_where(self, guard: str, tmp_path: Path):
        number, file, right, wrong = GUARDS[guard]
        root = tmp_path / "scratch"
        copy_tree(root)
        source = root / "clusters" / file
        text = source.read_text()
        assert text.count(right) == 1
        source.write_text(text.replace(right, wrong))
        done = drill(root, "--backend", "sqlite", "--rows", str(number), "--quiet")
        assert done.returncode == 1, done.stdout[-4000:]
        assert "BROKEN" in done.stdout
        assert "w1 starts" in done.stdout, (
            "the log of a failed case is printed with --quiet, too"
        )
