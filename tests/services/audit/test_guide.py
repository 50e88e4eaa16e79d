"""What docs/guides/auditing.md shows of the commands is what they print."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.apart import run_apart
from tests.services.migrated import MigratedDatabases
from tests.services.stack import KEY, ROOT

pytestmark = pytest.mark.services


def shown() -> list[tuple[str, str]]:
    """Return the commands that the guide shows, and what they print."""
    guide = (ROOT / "docs" / "guides" / "auditing.md").read_text(encoding="utf-8")
    consoles = re.findall(r"```console\n(.+?)```", guide, re.S)
    return [
        each.partition("\n")[::2] for each in "\n".join(consoles).split("$ ") if each
    ]


def masked(text: str) -> str:
    """Return the text without what differs each time: numbers, times, keys."""
    text = re.sub(r"[A-Za-z0-9+/]{43}=", "KEY", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", "TIME", text)
    return re.sub(r"\d+", "N", text.strip())


class TestTheGuide:
    def test_shows_what_the_commands_print(
        self, tmp_path: Path, migrated: MigratedDatabases
    ) -> None:
        url = f"sqlite:///{tmp_path}/portal.sqlite3"
        migrated.copy(url)
        code = "from tests.services.audit import history; history.write()"
        assert run_apart(code, DATABASE_URL=url).returncode == 0
        environment = {
            **os.environ,
            "DEBUG": "on",
            "DATABASE_URL": url,
            "ENCRYPTION_KEYS": KEY,
            "SECRET_KEY": "only-for-tests-" * 4,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        python = shlex.quote(sys.executable)
        assert len(shown()) == 4
        for command, printed in shown():
            typed = command.replace("python ", f"{python} {ROOT}/", 1)
            done = subprocess.run(
                ["/bin/sh", "-c", typed],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert masked(done.stdout) == masked(printed), command
