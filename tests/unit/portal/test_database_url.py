"""DATABASE_URL: what is read is what Django and its drivers take."""

import os
from pathlib import Path
from typing import Any

import pytest

from portal.environment import Environment
from tests.unit.portal.conftest import Given


def read(env: Environment) -> dict[str, Any]:
    return env.database("NAME", "", Path("/nowhere"))


def said(env: Environment) -> str:
    """Return the line with which the start stops."""
    with pytest.raises(SystemExit) as stopped:
        read(env)
    return str(stopped.value)


class TestDatabase:
    @pytest.mark.parametrize(
        ("option", "setting", "value"),
        [
            ("conn_max_age=0", "CONN_MAX_AGE", 0),
            ("conn_max_age=none", "CONN_MAX_AGE", None),
            ("CONN_MAX_AGE=5", "CONN_MAX_AGE", 5),
            ("sslmode=require", "CONN_MAX_AGE", 60),
            ("conn_health_checks=false", "CONN_HEALTH_CHECKS", False),
            ("disable_server_side_cursors=true", "DISABLE_SERVER_SIDE_CURSORS", True),
            ("disable_server_side_cursors=off", "DISABLE_SERVER_SIDE_CURSORS", False),
        ],
    )
    def test_takes_an_option_as_what_it_means(
        self, given: Given, option: str, setting: str, value: object
    ) -> None:
        found = read(given(f"postgres://u:p@h/db?{option}"))
        assert found[setting] is value or found[setting] == value
        assert type(found[setting]) is type(value)

    @pytest.mark.parametrize(
        "option",
        [
            "atomic_requests=true",
            "autocommit=false",
            "conn_max_age=-1",
            "conn_max_age=",
            "conn_health_checks=maybe",
            "no_such_option=1",
            "pool=true",
        ],
    )
    def test_takes_no_option_that_would_not_work(
        self, given: Given, option: str
    ) -> None:
        line = said(given(f"postgres://u:p@h/db?{option}"))
        assert line.startswith("NAME: ")
        assert line.count("\n") == 0

    @pytest.mark.parametrize(
        ("url", "host", "port", "name"),
        [
            (
                "postgres://u:p@%2Fvar%2Frun%2FpostgreSQL/db",
                "/var/run/postgreSQL",
                "",
                "db",
            ),
            ("postgres://u:p@%2fvar%2frun:5433/db", "/var/run", 5433, "db"),
            ("postgres:////var/run/postgresql/db", "/var/run/postgresql", "", "db"),
            ("postgres:///db", "", "", "db"),
            ("postgres://u@[::1]:5433/db", "::1", 5433, "db"),
            ("postgres://u@h1:1,h2:2/db", "h1,h2", "1,2", "db"),
            ("postgres://u@h/my+db%20x", "h", "", "my+db x"),
        ],
    )
    def test_is_where_the_url_says(
        self, given: Given, url: str, host: str, port: object, name: str
    ) -> None:
        found = read(given(url))
        assert (found["HOST"], found["PORT"], found["NAME"]) == (host, port, name)

    @pytest.mark.parametrize(
        "url",
        [
            "postgres://u:p@h/a/b",
            "postgres://u:p@h/",
            f"postgres://u:p@h/{'x' * 64}",
            "postgres://u:p@h:0/db",
            "postgres://u:p@h h/db",
            "postgres://u:p@%zz/db",
            "sqlite://var/portal.sqlite3",
            "sqlite://",
            "sqlite:///:memory:",
            "sqlite:///a#b",
            "sqlite:///x?mode=ro",
            "sqlite:///x?init_command=PRAGMA",
            "sqlite:////proc/version",
            "sqlite:////proc",
        ],
    )
    def test_that_nothing_can_open_stops_the_start(
        self, given: Given, tmp_path: Path, url: str
    ) -> None:
        with pytest.raises(SystemExit, match=r"^NAME: "):
            given(url).database("NAME", "", tmp_path)

    def test_in_a_folder_that_is_read_only_stops_the_start(
        self, given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Not by its mode: root may write anything.
        monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path)
        with pytest.raises(SystemExit, match=r"cannot be written\.$"):
            given("sqlite:///x").database("NAME", "", tmp_path)

    def test_in_a_file_may_have_blanks_and_plus_signs(
        self, given: Given, tmp_path: Path
    ) -> None:
        url = "sqlite:///a%20b/c+d.sqlite3?timeout=5"
        found = given(url).database("NAME", "", tmp_path)
        assert found["NAME"] == tmp_path / "a b" / "c+d.sqlite3"
        assert found["OPTIONS"]["timeout"] == 5
