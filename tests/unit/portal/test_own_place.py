"""What `./run` takes from outside, and what never."""

import os
from pathlib import Path

import pytest

from portal.run.own_place import isolate_environment

ADDRESS = "http://127.0.0.1:8001"
OWN = {
    "DATABASE_URL": "sqlite:///var/portal.sqlite3",
    "CELERY_BROKER_URL": "filesystem://",
    "CACHE_URL": "dbcache://portal_cache",
    "EMAIL_URL": "consolemail://",
    "PUBLIC_URL": ADDRESS,
    "BIND_ADDRESS": "127.0.0.1",
    "CLOUD_PROXY": "",
}
THEIRS = {
    "DATABASE_URL": "postgres://u:hunter2@db.example.com/portal",
    "CELERY_BROKER_URL": "redis://:hunter2@redis.example.com/0",
    "CACHE_URL": "rediscache://:hunter2@redis.example.com/1",
    "EMAIL_URL": "smtp://u:hunter2@mail.example.com:587",
    "PUBLIC_URL": "https://portal.example.com",
    "BIND_ADDRESS": "0.0.0.0",  # noqa: S104 - what must not be taken
    "CLOUD_PROXY": "http://proxy.example.com:3128",
}
KEYS = "SECRET_KEY=own\nENCRYPTION_KEYS=own\nINSTALLATION_ID=own\n"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set here goes when the test ends."""
    for name in (*OWN, "SECRET_KEY", "ENCRYPTION_KEYS", "INSTALLATION_ID"):
        monkeypatch.setenv(name, "")
        monkeypatch.setenv(f"{name}_FILE", "")


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text(KEYS)
    return tmp_path / ".env"


def own() -> dict[str, str | None]:
    return {name: os.environ.get(name) for name in OWN}


class TestPlaces:
    def test_are_own_where_nobody_says_anything(self, dotenv: Path) -> None:
        assert isolate_environment(dotenv, address=ADDRESS) == []
        assert own() == OWN

    def test_are_own_whatever_the_shell_exports(
        self, dotenv: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in THEIRS.items():
            monkeypatch.setenv(name, value)
        assert isolate_environment(dotenv, address=ADDRESS) == list(OWN)
        assert own() == OWN

    def test_are_own_whatever_dotenv_says(self, dotenv: Path) -> None:
        lines = [f"{name}={value}\n" for name, value in THEIRS.items()]
        dotenv.write_text(KEYS + "".join(lines))
        # An empty value in the shell would hide it.
        for name in THEIRS:
            del os.environ[name]
        assert isolate_environment(dotenv, address=ADDRESS) == list(OWN)
        assert own() == OWN

    def test_are_own_whatever_a_file_says(
        self, dotenv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in THEIRS.items():
            (tmp_path / name).write_text(value)
            monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
        assert isolate_environment(dotenv, address=ADDRESS) == list(OWN)
        assert own() == OWN
        assert not any(f"{name}_FILE" in os.environ for name in OWN)

    def test_at_another_port_are_no_news(self, dotenv: Path) -> None:
        dotenv.write_text(f"{KEYS}PUBLIC_URL=http://127.0.0.1:8000\n")
        del os.environ["PUBLIC_URL"]
        assert isolate_environment(dotenv, address=ADDRESS) == []
        assert os.environ["PUBLIC_URL"] == ADDRESS


class TestKeys:
    @pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS"])
    def test_are_those_of_dotenv(
        self, dotenv: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv(name, "hunter2")
        assert isolate_environment(dotenv, address=ADDRESS) == [name]
        assert name not in os.environ

    @pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS"])
    def test_that_dotenv_lacks_end_it_with_one_sentence(
        self, dotenv: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv(name, "hunter2")
        dotenv.write_text(KEYS.replace(name, "OTHER"))
        with pytest.raises(SystemExit) as stopped:
            isolate_environment(dotenv, address=ADDRESS)
        assert str(stopped.value).startswith(f"{name}: missing in .env, and ./run")
        assert "hunter2" not in str(stopped.value)
