"""Where nobody ran collectstatic no page could be shown, so web does not start."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.services.stack import ROOT

SETTINGS = """
from portal.settings import *
STATIC_ROOT = {root!r}
"""
WEB = ("-m", "gunicorn", "portal.wsgi", "--check-config")
SERVERS = {
    "gunicorn": WEB,
    "runserver": ("manage.py", "runserver", "127.0.0.1:0"),
    "runserver-noreload": ("manage.py", "runserver", "127.0.0.1:0", "--noreload"),
}


class Production:
    """Settings without DEBUG, and a folder for collected files that is empty at first."""

    def __init__(self, folder: Path) -> None:
        self.static = folder / "static"
        text = SETTINGS.format(root=str(self.static))
        (folder / "production.py").write_text(text)
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(folder),
            "DJANGO_SETTINGS_MODULE": "production",
            "DEBUG": "off",
            "SECRET_KEY": "only-for-tests-" * 4,
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        }

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._manifest.read_text())
        return found

    @manifest.setter
    def manifest(self, changed: dict[str, Any]) -> None:
        self._manifest.write_text(json.dumps(changed))

    @property
    def _manifest(self) -> Path:
        return self.static / "staticfiles.json"


@pytest.fixture
def production(tmp_path: Path) -> Production:
    return Production(tmp_path)


class TestTheStart:
    @pytest.mark.parametrize(
        "server",
        [
            pytest.param(
                each, marks=[pytest.mark.nightly] if each == "runserver" else []
            )
            for each in SERVERS
        ],
    )
    def test_stops_with_one_line(self, production: Production, server: str) -> None:
        done = production.run(*SERVERS[server])
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "is not collected. Run manage.py collectstatic" in line

    @pytest.mark.parametrize(
        "arguments",
        [
            pytest.param(("manage.py", "check"), marks=pytest.mark.nightly),
            ("manage.py", "migrate", "--plan"),
            ("-m", "celery", "--app", "portal", "report"),
        ],
        ids=" ".join,
    )
    def test_of_what_shows_no_page_goes_on(
        self, production: Production, arguments: tuple[str, ...]
    ) -> None:
        assert production.run(*arguments).returncode == 0

    @pytest.mark.nightly
    def test_works_once_they_are_collected_and_while_they_are_whole(
        self, production: Production
    ) -> None:
        collected = production.run("manage.py", "collectstatic", "--no-input")
        assert collected.returncode == 0
        assert production.run(*WEB).returncode == 0

        whole = production.manifest
        paths = {key: whole["paths"][key] for key in whole["paths"]}
        hashed = paths.pop("css/base.css")
        production.manifest = {**whole, "paths": paths}
        assert "css/base.css is not collected" in production.run(*WEB).stderr

        production.manifest = whole
        (production.static / hashed).unlink()
        assert "css/base.css is not collected" in production.run(*WEB).stderr
