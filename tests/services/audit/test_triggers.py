"""Triggers are named when they are weakened, and made anew by `migrate`."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.services.apart import run_apart
from tests.services.audit.weakening import POSTGRES, SQLITE, expected
from tests.services.migrated import MigratedDatabases
from tests.services.stack import KEY, ROOT

pytestmark = pytest.mark.services

Step = Callable[[str], Any]


@pytest.fixture
def step(database_url: str) -> Step:
    """Run a function of a module of this folder apart; return what it printed."""

    def run(name: str) -> Any:
        module, _, function = name.partition(".")
        code = f"from tests.services.audit import {module}; {module}.{function}()"
        done = run_apart(code, DATABASE_URL=database_url)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def is_migrated(migrated: MigratedDatabases, database_url: str) -> None:
    """The database of this test is migrated."""
    migrated.copy(database_url)


def manage(database_url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    variables = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-tests-" * 4,
        "ENCRYPTION_KEYS": KEY,
        "DEBUG": "on",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


class TestATrigger:
    @pytest.mark.usefixtures("is_migrated")
    def test_is_named_when_it_is_missing_disabled_or_changed(self, step: Step) -> None:
        said = step("weakening.run")
        assert said in (expected(SQLITE), expected(POSTGRES))


class TestMigrate:
    def test_makes_the_triggers_with_the_tables(self, step: Step) -> None:
        assert step("migrating.forth_and_back") == {
            "migrated": [],
            "refused": [True, True],
            "left": [],
            "again": [],
        }

    @pytest.mark.usefixtures("is_migrated")
    @pytest.mark.nightly
    def test_makes_those_anew_that_went_with_their_table(self, step: Step) -> None:
        said = step("migrating.table_made_anew")
        for model in ("Event", "Decision", "Attempt"):
            name = f"The trigger clusters_{model.lower()}_is_closed_to_"
            assert said[model]
            assert all(f.startswith(name) for f in said[model])
            assert all(f.endswith(" is missing.") for f in said[model])

    @pytest.mark.usefixtures("is_migrated")
    @pytest.mark.nightly
    def test_lets_the_table_of_openings_be_made_anew(self, step: Step) -> None:
        assert step("migrating.opening_made_anew") == []

    @pytest.mark.usefixtures("is_migrated")
    @pytest.mark.nightly
    def test_that_fails_leaves_the_triggers(self, step: Step) -> None:
        assert step("migrating.refused") == []

    @pytest.mark.usefixtures("is_migrated")
    @pytest.mark.nightly
    def test_that_only_asks_makes_nothing(self, step: Step) -> None:
        assert step("migrating.only_asked") == []


class TestCommands:
    @pytest.mark.nightly
    def test_check_misses_no_trigger_before_the_migrations(
        self, database_url: str
    ) -> None:
        done = manage(database_url, "check", "--deploy")
        assert done.returncode == 0, done.stderr
        assert "clusters.E001" not in done.stderr

    @pytest.mark.usefixtures("is_migrated")
    def test_check_names_a_missing_one(self, database_url: str) -> None:
        drop = (
            "from clusters.operations.audit import triggers; triggers.drop_triggers()"
        )
        assert manage(database_url, "check", "--deploy").returncode == 0
        assert run_apart(drop, DATABASE_URL=database_url).returncode == 0
        done = manage(database_url, "check", "--deploy")
        assert done.returncode == 1
        assert "The trigger clusters_event_is_closed_to_" in done.stderr

    @pytest.mark.usefixtures("is_migrated")
    @pytest.mark.nightly
    def test_flush_empties_no_database_that_is_in_use(self, database_url: str) -> None:
        made = "from tests.factories import user; user('alice')"
        assert run_apart(made, DATABASE_URL=database_url).returncode == 0
        done = manage(database_url, "flush", "--no-input")
        assert done.returncode == 1
        [line] = done.stderr.splitlines()
        assert "Only the database of a test run can be flushed" in line
        there = (
            "from django.contrib.auth.models import User; print(User.objects.count())"
        )
        assert run_apart(there, DATABASE_URL=database_url).stdout == "1\n"
