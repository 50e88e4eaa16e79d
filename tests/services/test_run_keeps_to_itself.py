"""`./run` in the folder or the shell of a production portal changes nothing of that portal."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from tests.browser.running import environment_of_a_person, running
from tests.services.small_disk import checkout, commands_in, kill
from tests.services.stack import free_port

pytestmark = [pytest.mark.services, pytest.mark.nightly]

COMMAND = (".venv/bin/python", "-m", "portal.run.demo_server")
# Where nobody listens: whoever asks there is refused, and the portal does not come up.
NOWHERE = {
    "CELERY_BROKER_URL": "redis://:hunter2@127.0.0.1:1/0",
    "CACHE_URL": "rediscache://:hunter2@127.0.0.1:1/1",
    "EMAIL_URL": "smtp://u:hunter2@127.0.0.1:1",
    "CLOUD_PROXY": "http://127.0.0.1:1",
    "PUBLIC_URL": "https://portal.example.com",
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of this checkout, in which nothing runs afterwards."""
    yield checkout(tmp_path / "portal")
    kill(set(commands_in(tmp_path / "portal")))


def migrate(folder: Path, url: str) -> None:
    """Make the tables of a production that nobody has signed in to yet."""
    subprocess.run(
        (".venv/bin/python", "manage.py", "migrate", "--verbosity", "0"),
        cwd=folder,
        env=environment_of_a_person(
            DATABASE_URL=url, DEBUG="on", PORT=str(free_port())
        ),
        check=True,
    )


def people(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return [name for (name,) in database.execute("SELECT username FROM auth_user")]


class TestRun:
    def test_seeds_its_own_database_whatever_is_exported(
        self, folder: Path, tmp_path: Path
    ) -> None:
        theirs = tmp_path / "theirs.sqlite3"
        url = f"sqlite:///{theirs}"
        migrate(folder, url)
        with running(folder, *COMMAND, DATABASE_URL=url, **NOWHERE):
            said = folder.with_suffix(".out").read_text()
            assert (
                "./run keeps to its own folder and does not use: DATABASE_URL" in said
            )
            assert "hunter2" not in said
        assert people(theirs) == []
        assert people(folder / "var" / "portal.sqlite3") == [
            "alice",
            "bob",
            "charlie",
            "dora",
            "olga",
        ]

    def test_seeds_its_own_database_whatever_dotenv_says(
        self, folder: Path, postgres_url: str
    ) -> None:
        lines = [f"{name}={value}\n" for name, value in NOWHERE.items()]
        (folder / ".env").write_text(
            "SECRET_KEY=a-key-of-theirs\n"
            f"ENCRYPTION_KEYS={Fernet.generate_key().decode()}\n"
            f"DATABASE_URL={postgres_url}\n" + "".join(lines)
        )
        with running(folder, *COMMAND):
            pass
        with psycopg.connect(postgres_url) as server:
            tables = server.execute(
                "SELECT count(*) FROM information_schema.tables"
                " WHERE table_schema = 'public'"
            ).fetchone()
        assert tables == (0,)
        assert len(people(folder / "var" / "portal.sqlite3")) == 5
