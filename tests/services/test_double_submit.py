"""One form sent several times at the same moment, to real web processes."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.services.stack import Stack, wait_for

pytestmark = [pytest.mark.services, pytest.mark.nightly]

TIMES = 4


class TestDoubleSubmit:
    @pytest.mark.parametrize("stack", ["files-sqlite", "redis-postgres"], indirect=True)
    def test_makes_one_request_of_copies_that_come_together(self, stack: Stack):
        browsers = [stack.person("alice") for _ in range(TIMES)]
        wait_for(lambda: "flavor" in browsers[0].get("/requests/new/"))
        key = str(uuid.uuid4())
        with ThreadPoolExecutor(TIMES) as pool:
            paths = set(
                pool.map(
                    lambda alice: alice.ask("logs-search", submission_key=key),
                    browsers,
                )
            )
        assert len(paths) == 1
        assert browsers[0].get("/requests/").count("logs-search</a>") == 1
