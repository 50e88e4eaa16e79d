"""On SQLite each migration copies the requests once, however many columns go."""

from pathlib import Path

import pytest

from tests.services.apart import run_apart

pytestmark = pytest.mark.services


def test_copies_the_table_of_requests_once(tmp_path: Path) -> None:
    code = (
        "from django.core.management import call_command as call;"
        "[call('sqlmigrate', 'clusters', name) for name in ('0018', '0020')]"
    )
    done = run_apart(code, DATABASE_URL=f"sqlite:///{tmp_path}/portal.sqlite3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('INSERT INTO "new__clusters_clusterrequest"') == 2
    assert "DROP COLUMN" not in done.stdout
