"""Each variable of `.env.example` is read in each way that it promises."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import certifi
import pytest

from tests.unit.portal.test_env_example import ROOT, listed

KEY = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDE="
SAMPLES = {
    "SECRET_KEY": "another-key",
    "ENCRYPTION_KEYS": KEY,
    "AUDIT_SIGNING_KEY": "YW5vdGhlci1hbm90aGVyLWFub3RoZXItYW5vdGhlci0=",
    "AUDIT_HEAD_FILE": "/var/lib/another/heads",
    "AUDIT_HEAD_MAIL": "dora@another.example",
    "PUBLIC_URL": "https://portal.example.com",
    "CELERY_BROKER_URL": "redis://h:6379/3",
    "CELERY_QUEUE": "another-queue",
    "CACHE_URL": "dbcache://another_table",
    "INSTALLATION_ID": "another",
    "BIND_ADDRESS": "::1",
    "PORT": "8123",
    "TRUST_PROXY": "on",
    "ALLOWED_HOSTS": "other.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://other.example.com",
    "EMAIL_URL": "smtp://mail.example.com:587",
    "DEFAULT_FROM_EMAIL": "other@example.com",
    "LANGUAGE_CODE": "zh-hans",
    "TIME_ZONE": "Europe/Berlin",
    "SIGN_IN_LOG_HASHED": "on",
    "DEBUG": "on",
    "ALLOWED_CLOUD_HOSTS": "10.1.0.0/16",
    "CLOUD_PROXY": "http://proxy.example.com:3128",
    "CLOUD_PASSWORD": "s3cret  Passw0rd",
    "SIMULATOR_PASSWORD": "another-Passw0rd",
    "TEST_POSTGRES_URL": "postgres://h/other",
    "TEST_REDIS_URL": "redis://h/9",
    "TEST_AMQP_URL": "amqp://h//",
    "REQUIRE_SERVICES": "1",
    "TEST_KEYSTONE": "1",
}
NUMBER = "37"  # for each of the others, which are seconds, minutes or counts
NEEDED = ("SECRET_KEY", "ENCRYPTION_KEYS", "PUBLIC_URL", "DATABASE_URL")
PROBE = """
import json, os, sys
from pathlib import Path
import portal.environment

dotenv, names = Path(sys.argv[1]), sys.argv[2:]
usual = portal.environment.Environment
portal.environment.Environment = lambda _: usual(dotenv)
from django.conf import settings
import portal.run.demo_server
import tests.variables
from clusters.management.variables import variable
from portal.environment.sources import Sources

tests.variables._SOURCES = Sources(dotenv)
portal.run.demo_server.FOLDER = portal.run.demo_server.STATE = dotenv.parent

def build_seconds():
    os.environ["PORT"] = "8000"
    portal.run.demo_server._set_environment()
    return os.environ["SIMULATOR_BUILD_SECONDS"]

elsewhere = {
    "DATABASE_URL": lambda: settings.DATABASES["default"]["NAME"],
    "CACHE_URL": lambda: settings.CACHES["default"]["LOCATION"],
    "EMAIL_URL": lambda: settings.EMAIL_HOST,
    "CELERY_QUEUE": lambda: settings.CELERY_TASK_DEFAULT_QUEUE,
    "CLOUD_PASSWORD": lambda: variable("CLOUD_PASSWORD"),
    "SIMULATOR_PASSWORD": lambda: variable("SIMULATOR_PASSWORD"),
    "SIMULATOR_BUILD_SECONDS": build_seconds,
}
def read(name):
    if name in elsewhere:
        return elsewhere[name]()
    if name.startswith(("TEST_", "REQUIRE_")):
        return tests.variables.variable(name)
    return getattr(settings, name)

order = sorted(names, key=lambda name: name == "SIMULATOR_BUILD_SECONDS")
print(json.dumps({name: str(read(name)) for name in order}))
"""

Setting = Callable[[dict[str, str], Path], tuple[dict[str, str], str]]


def _in_environment(
    values: dict[str, str], _folder: Path
) -> tuple[dict[str, str], str]:
    return values, ""


def _in_dotenv(values: dict[str, str], _folder: Path) -> tuple[dict[str, str], str]:
    return {}, "".join(f"{name}={value}\n" for name, value in values.items())


def _files(values: dict[str, str], folder: Path) -> dict[str, str]:
    for name, value in values.items():
        (folder / name).write_text(f"{value}\n")
    return {f"{name}_FILE": str(folder / name) for name in values}


def _in_files(values: dict[str, str], folder: Path) -> tuple[dict[str, str], str]:
    return _files(values, folder), ""


def _in_files_of_dotenv(
    values: dict[str, str], folder: Path
) -> tuple[dict[str, str], str]:
    return _in_dotenv(_files(values, folder), folder)


WAYS: dict[str, Setting] = {
    "the environment": _in_environment,
    ".env": _in_dotenv,
    "files": _in_files,
    "files that .env names": _in_files_of_dotenv,
}
FROM_FILES = (_in_files, _in_files_of_dotenv)


def samples(folder: Path) -> dict[str, str]:
    """Return a value for each variable that is not its default."""
    own = {"DATABASE_URL": f"sqlite:///{folder}/another.sqlite3"}
    own |= {name: certifi.where() for name in listed() if name.endswith("_CA_FILE")}
    return {name: (SAMPLES | own).get(name, NUMBER) for name in listed()}


def read(way: Setting, values: dict[str, str], folder: Path) -> Mapping[str, str]:
    """Return what the portal makes of these values, set in this way and in no other."""
    variables, dotenv = way(values, folder)
    (folder / ".env").write_text(dotenv)
    ours = {each for name in listed() for each in (name, f"{name}_FILE")}
    shell = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(folder / ".env"), *listed()],
        cwd=ROOT,
        env=shell | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


class TestEveryVariable:
    @pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
    def test_is_read(self, way: Setting, tmp_path: Path) -> None:
        values = samples(tmp_path)
        found = read(way, values, tmp_path)
        for name in listed():
            word = values[name].removeprefix("sqlite:///").rpartition("://")[2]
            word = word.partition(":")[0] if name == "EMAIL_URL" else word
            assert _meaning(word).casefold() in found[name].casefold(), name

    @pytest.mark.parametrize(
        "way",
        [
            pytest.param(
                way, id=name, marks=[pytest.mark.nightly] if way in FROM_FILES else []
            )
            for name, way in WAYS.items()
        ],
    )
    def test_that_is_empty_counts_as_not_set(
        self, way: Setting, tmp_path: Path
    ) -> None:
        needed = {name: samples(tmp_path)[name] for name in NEEDED}
        others = dict.fromkeys(set(listed()) - set(NEEDED), "")
        unset = read(_in_environment, needed, tmp_path)
        assert read(way, needed | others, tmp_path) == unset
        assert all(
            _meaning(value).casefold() not in unset[name].casefold()
            for name, value in samples(tmp_path).items()
            if name not in NEEDED
        )


def _meaning(value: str) -> str:
    return {"on": "True"}.get(value, value)
