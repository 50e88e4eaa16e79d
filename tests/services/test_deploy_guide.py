"""What docs/deploy.md shows of connect_cloud and check_cloud is what they print."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.migrated import MigratedDatabases
from tests.services.stack import ROOT, Stack

pytestmark = pytest.mark.services

SHOWN_ADDRESS = "http://127.0.0.1:8020"
CLOUD_COMMAND = re.compile(r"(?:connect|check)_cloud")


def shown() -> list[tuple[str, str]]:
    """Return the commands about a cloud that the guide shows, and what they print."""
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    consoles = re.findall(r"```console\n(.+?)```", guide, re.S)
    pairs = [each.partition("\n")[::2] for each in "\n".join(consoles).split("$ ")]
    return [
        (command, printed.strip())
        for command, printed in pairs
        if CLOUD_COMMAND.search(command)
    ]


@pytest.fixture
def stack(tmp_path: Path, migrated: MigratedDatabases) -> Iterator[Stack]:
    """A database and the simulator, and no process of the portal yet."""
    made = Stack(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path}/portal.sqlite3",
        broker_url=f"filesystem://{tmp_path}/broker",
    )
    try:
        migrated.copy_to(made)
        made.start_simulator()
        yield made
    finally:
        made.stop()


def printed(stack: Stack, command: str) -> str:
    """Type this command; return what it prints, without the lines of the log."""
    environment = {
        **stack.environment,
        "DEBUG": "off",  # the log in JSON, as in production
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace(SHOWN_ADDRESS, stack.simulator_url)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    log = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    text = "\n".join([*done.stdout.splitlines(), *log])
    return text.replace(stack.simulator_url, SHOWN_ADDRESS)


class TestDeployGuide:
    def test_shows_what_the_commands_print(self, stack: Stack) -> None:
        commands = shown()
        assert len(commands) == 3
        assert [(each, printed(stack, each)) for each, _ in commands] == commands
