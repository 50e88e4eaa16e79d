"""Nothing that processes share is unpickled: caches, sessions, messages, the queue."""

import pickle
from pathlib import Path

import pytest
from celery import beat
from django.conf import settings
from django.core.cache import caches
from kombu.utils.imports import symbol_by_name

from portal.caches.redis import RedisCache
from portal.celery import app
from tests.services.stack import ROOT

RUNS_CODE = ("pickle", "marshal", "shelve", "yaml.load", "eval(", "exec(")


class TestPickles:
    def test_are_named_nowhere_in_the_product(self) -> None:
        files = [*ROOT.glob("portal/**/*.py"), *ROOT.glob("clusters/**/*.py")]
        # The drill plants one, to see that nobody reads it.
        files = [file for file in files if "drill" not in file.parts]
        found = [
            (file.name, word)
            for file in files
            for word in RUNS_CODE
            if any(word in line for line in code_of(file))
        ]
        assert found == []

    def test_are_no_values_of_any_cache(self) -> None:
        for name in settings.CACHES:
            assert type(caches[name]).__module__.startswith("portal.caches.")

    def test_are_no_sessions_and_no_messages_for_the_next_page(self) -> None:
        assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
        assert settings.SESSION_SERIALIZER.endswith(".JSONSerializer")
        assert settings.MESSAGE_STORAGE.startswith("django.contrib.messages.storage.")

    def test_are_no_tasks_results_or_memory_of_the_clock(self) -> None:
        conf = app.conf
        assert conf.task_serializer == "json"
        assert list(conf.accept_content) == ["json"]
        assert conf.result_accept_content in (None, ["json"])
        assert conf.result_backend is None
        scheduler = symbol_by_name(conf.beat_scheduler)
        assert issubclass(scheduler, beat.Scheduler)
        assert not issubclass(scheduler, beat.PersistentScheduler), "it keeps a shelve"

    def test_are_not_brought_back_by_an_option_of_a_cache(self) -> None:
        serializer = "django.core.cache.backends.redis.RedisSerializer"
        cache = RedisCache("redis://h", {"OPTIONS": {"serializer": serializer}})
        stored = cache._cache._serializer.dumps({"a": 1})
        assert stored == '{"a": 1}'
        with pytest.raises(pickle.UnpicklingError):
            pickle.loads(stored.encode())  # noqa: S301 - text of this test


def code_of(file: Path) -> list[str]:
    """Return the lines that may run: imports and calls, not words of a docstring."""
    return [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith(("import ", "from ")) or "(" in line
    ]
