"""A service that is not there is said in one line, without its password."""

import pytest

from tests.missing import no_answer

URL = "redis://:secret@127.0.0.1:1/0"
LINE = r"^needs Redis: nothing answers at 127\.0\.0\.1:1/0 \(TEST_REDIS_URL\)$"


class TestAMissingService:
    def test_skips(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REQUIRE_SERVICES", "0")
        with pytest.raises(pytest.skip.Exception, match=LINE):
            no_answer("Redis", "TEST_REDIS_URL", URL)

    def test_fails_where_services_are_required(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUIRE_SERVICES", "1")
        with pytest.raises(pytest.fail.Exception, match=LINE):
            no_answer("Redis", "TEST_REDIS_URL", URL)
