"""What a page depends on, each taken away."""

from pathlib import Path
from typing import NoReturn

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import Settings

_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"


class Grounds:
    """Each method takes one dependency away, until the end of the test."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, settings: Settings, folder: Path
    ) -> None:
        self._monkeypatch, self._settings, self._folder = monkeypatch, settings, folder

    def database(self) -> None:
        """Nobody is there."""

        def refuse(*_args: object, **_how: object) -> NoReturn:
            raise OperationalError("connection refused")

        self._monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
        self._monkeypatch.setattr(BaseDatabaseWrapper, "_cursor", refuse)

    def cache(self) -> None:
        """Nobody is there."""

        def refuse(*_args: object, **_how: object) -> NoReturn:
            raise ConnectionError

        for name in ("get", "set", "delete"):
            self._monkeypatch.setattr(cache, name, refuse)

    def sessions(self) -> None:
        """The table was never made."""
        self._drop("django_session")

    def migrations(self) -> None:
        """The newest ones were not applied."""
        self._drop("clusters_heartbeat")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'clusters'")

    def manifest(self) -> None:
        """Nobody ran collectstatic."""
        root = self._folder / "static"
        self._settings.STATIC_ROOT = root
        self._settings.STORAGES = {
            **self._settings.STORAGES,
            "staticfiles": {"BACKEND": _MANIFEST},
        }

    def stale_manifest(self) -> None:
        """It is the one of a version that had less files."""
        root = self._folder / "static"
        root.mkdir()
        (root / "staticfiles.json").write_text('{"version": "1.1", "paths": {}}')
        self.manifest()

    def template(self) -> None:
        """The frame of all pages cannot be read as a template."""
        (self._folder / "base.html").write_text("{% block main %}{% nothing %}")
        (engine,) = self._settings.TEMPLATES
        dirs = [self._folder, *engine["DIRS"]]
        self._settings.TEMPLATES = [{**engine, "DIRS": dirs}]

    def every_template(self) -> None:
        """None is there."""
        (engine,) = self._settings.TEMPLATES
        self._settings.TEMPLATES = [{**engine, "DIRS": [self._folder]}]

    def locale(self) -> None:
        """Nobody compiled the translations."""
        self._settings.LOCALE_PATHS = []

    @staticmethod
    def _drop(table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} RENAME TO away")


ALL = tuple(name for name in vars(Grounds) if not name.startswith("_"))
