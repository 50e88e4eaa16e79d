"""A migration that is killed, at whatever point, goes on where it was and loses nothing."""

import json

import pytest

from tests.services.apart import run_apart
from tests.services.migration.lost import lost_values, new_rows, wrong_copies

pytestmark = [pytest.mark.services, pytest.mark.nightly]


def test_brings_the_same_rows_when_it_is_killed_at_each_commit(
    database_url: str,
) -> None:
    code = "from tests.services.migration import killed; killed.run()"
    done = run_apart(code, DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kills"] == [
        "0017 0",  # killed before the commit of 0018
        "0018 0",  # and after it
        "0018 0",  # in the first batch
        "0018 10",
        "0018 10",
        "0018 20",
        "0018 20",
        "0018 21",  # all moved, and 0019 not written down as done
        "0019 21",  # in 0020
        "0020 21",
    ]
    before, after = told["before"], told["after"]
    lost = [*lost_values(before, after), *wrong_copies(after)]
    assert not lost, "\n".join(lost[:20])
    assert not [*new_rows(before, after)]
