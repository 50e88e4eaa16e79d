"""A wrong or missing variable stops the start with one line that names it."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet

from portal.environment.host_names import host_of
from tests.unit.portal.conftest import Given

ROOT = Path(__file__).resolve().parents[3]
CHECK = [sys.executable, "manage.py", "check"]
GUNICORN = [sys.executable, "-m", "gunicorn", "portal.wsgi"]
GUNICORN += ["--config", "python:portal.web_settings"]
WORKER = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--pool", "threads"]
BEAT = [sys.executable, "-m", "celery", "-A", "portal", "beat"]


def start(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one of the product's programs with the product's settings."""
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings", "PORT": "8000"}
    own = dict(os.environ)
    own.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # set for browser tests of this process
    return subprocess.run(
        command,
        cwd=ROOT,
        env=own | settings | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestStart:
    @pytest.mark.parametrize(
        "command",
        [CHECK, GUNICORN, WORKER, BEAT],
        ids=["check", "web", "worker", "beat"],
    )
    def test_ends_with_one_line_whatever_is_started(self, command: list[str]) -> None:
        ended = start(command, POLL_SECONDS="soon")
        assert ended.returncode == 1
        assert ended.stderr == "POLL_SECONDS: 'soon' is not a number greater than 0.\n"
        assert ended.stdout == ""

    @pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS", "PUBLIC_URL"])
    def test_needs_what_has_no_default(self, name: str) -> None:
        ended = start(CHECK, **{name: ""})
        assert ended.stderr == (
            f"{name}: missing. Set it in the environment or in .env.\n"
        )

    def test_needs_no_secrets_while_developing(self) -> None:
        names = dict.fromkeys(("SECRET_KEY", "ENCRYPTION_KEYS", "PUBLIC_URL"), "")
        assert start(CHECK, DEBUG="on", **names).returncode == 0

    def test_is_clean_for_deployment(self) -> None:
        command = [*CHECK, "--deploy", "--fail-level", "WARNING"]
        ended = start(command, PUBLIC_URL="https://portal.test")
        assert ended.returncode == 0, ended.stderr


WRONG = [
    ("DATABASE_URL", "mysql://u:hunter2@h/n"),
    ("DATABASE_URL", "postgres://u:hunter2@h:port/n"),
    ("DATABASE_URL", "postgres://u:hunter2@h/"),
    ("DATABASE_URL", "sqlite:////proc/none/portal.sqlite3"),
    ("CACHE_URL", "rediscache://u:hunter2@h:port/1"),
    ("CACHE_URL", "rediscache://u:hunter2@h/x"),
    ("CELERY_BROKER_URL", "redis://u:hunter2@h:port/0"),
    ("CELERY_BROKER_URL", "redis://u:hunter2@h/x"),
    ("CELERY_BROKER_URL", "amqp://u:hunter2@h:99999"),
    ("CELERY_BROKER_URL", "amqp://u:hunter2@[h"),
    ("ENCRYPTION_KEYS", ","),
    ("AUDIT_HEAD_FILE", "heads"),
    ("AUDIT_HEAD_FILE", "/usr"),
    ("AUDIT_HEAD_MAIL", "dora"),
    ("AUDIT_HEAD_MAIL", "dora@example.com, olga"),
    ("AUDIT_HEAD_MAIL", "Dora <dora@example.com>"),
    ("AUDIT_HEAD_MAIL", "dora@example.com\nBcc: olga@example.com"),
    ("AUDIT_SIGNING_KEY", "hunter2"),
    ("AUDIT_SIGNING_KEY", "aHVudGVyMg=="),
    ("PUBLIC_URL", "https://*"),
    ("ALLOWED_HOSTS", "https://portal.example.com"),
    ("ALLOWED_CLOUD_HOSTS", "127.0.0.1,http://inner"),
    ("ALLOWED_CLOUD_HOSTS", "10.0.0.1/8"),
    ("ALLOWED_CLOUD_HOSTS", "*"),
    ("CSRF_TRUSTED_ORIGINS", "portal.example.com"),
    ("CONNECT_TIMEOUT", "\u0663"),
    ("CLOUD_CA_FILE", __file__),
    ("CLOUD_PROXY", "http://"),
    ("CLOUD_PROXY", "http://u:hunter2@h:port"),
    ("CACHE_URL", "memcache://hunter2"),
    ("CELERY_BROKER_URL", "sqs://hunter2"),
    ("EMAIL_URL", "carrier-pigeon://hunter2"),
    ("SECRET_KEY_FILE", "/no/such/file"),
    ("ENCRYPTION_KEYS", "hunter2"),
    ("PUBLIC_URL", "portal.example.com"),
    ("PUBLIC_URL", "https://portal.example.com/below"),
    ("PUBLIC_URL", "https://portal.example.com:port"),
    ("PUBLIC_URL", "ftp://portal.example.com"),
    ("PORT", "65536"),
    ("BIND_ADDRESS", "localhost:8000"),
    ("BIND_ADDRESS", "0.0.0"),
    ("DEBUG", "maybe"),
    ("TRUST_PROXY", "2"),
    ("LANGUAGE_CODE", "tlh"),
    ("TIME_ZONE", "Mars/Olympus"),
    ("RECONCILE_SECONDS", "0"),
    ("SETTLE_SECONDS", "nan"),
    ("READY_DEADLINE_MINUTES", "inf"),
    ("CONNECT_TIMEOUT", "-1"),
    ("READ_TIMEOUT", "60s"),
    ("CATALOG_SECONDS", "1,5"),
    ("TOKEN_MARGIN_SECONDS", "x\ny"),
    ("WORKER_THREADS", "2.5"),
    ("MAX_CALLS", "0"),
    ("CLOUD_CA_FILE", "/no/such/file"),
    ("CLOUD_PROXY", "socks5://hunter2"),
]


PROBE = """
import json, os, sys, tempfile

# What is slow to load and reads no setting; each case is a fork, with an exit of its own.
import celery.beat, celery.fixups.django, celery.loaders.app, celery.worker.worker
import csp.constants, cryptography.fernet, django.core.checks, django.core.mail
import django.db.models, django_structlog.celery.receivers, environ, structlog.dev

def try_one(name, value):
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            os.environ[name] = value
            os.dup2(said.fileno(), 2)
            return None
        _, status = os.waitpid(child, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read().decode()

cases, ended = json.load(sys.stdin), []
while cases:
    end = try_one(*cases.pop(0))
    if end is None:
        import portal.settings
        sys.exit()
    ended.append(end)
json.dump(ended, sys.stdout)
"""


@pytest.fixture(scope="module")
def refusals() -> dict[tuple[str, str], tuple[int, str]]:
    """How a Python ends that reads the settings, and what it says, for each wrong value."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT,
        env=os.environ | {"PORT": "8000"},
        input=json.dumps(WRONG),
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    ended = [(code, said) for code, said in json.loads(done.stdout)]
    return dict(zip(WRONG, ended, strict=True))


class TestSettings:
    @pytest.mark.parametrize(("name", "value"), WRONG)
    def test_refuse_a_wrong_value_with_one_line(
        self,
        refusals: dict[tuple[str, str], tuple[int, str]],
        name: str,
        value: str,
    ) -> None:
        code, said = refusals[name, value]
        assert code == 1
        assert said.startswith(f"{name}: ")
        assert said.count("\n") == 1
        assert "hunter2" not in said

    def test_are_read_where_all_is_well(self) -> None:
        ended = start([sys.executable, "-c", "import portal.settings"])
        assert (ended.returncode, ended.stderr) == (0, "")


class TestEnvironment:
    def test_goes_before_the_dotenv_file(self, given: Given) -> None:
        given.dotenv.write_text("NAME=from the file\nOTHER=from the file\n")
        env = given("from the system")
        assert env.text("NAME") == "from the system"
        assert env.text("OTHER") == "from the file"

    def test_stays_as_it_was_when_a_dotenv_file_is_read(self, given: Given) -> None:
        given.dotenv.write_text("ONLY_IN_THE_FILE=x\n")
        given("y")
        assert "ONLY_IN_THE_FILE" not in os.environ

    def test_takes_an_empty_value_as_none(self, given: Given) -> None:
        given.dotenv.write_text("NAME=from the file\n")
        assert given(" ").text("NAME", "the default") == "the default"

    def test_reads_a_value_from_a_file(
        self, given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "secret").write_text("from a mounted secret\n")
        monkeypatch.setenv("OTHER_FILE", str(tmp_path / "secret"))
        assert given("x").text("OTHER") == "from a mounted secret"

    def test_takes_a_value_that_begins_with_a_dollar_as_it_is(
        self, given: Given
    ) -> None:
        assert given("$NAME").text("NAME") == "$NAME"

    @pytest.mark.parametrize(
        ("value", "meant"), [("on", True), ("TRUE", True), ("0", False), ("No", False)]
    )
    def test_knows_on_and_off(self, given: Given, value: str, meant: bool) -> None:
        assert given(value).flag("NAME", default=not meant) is meant

    def test_knows_fractions_of_seconds(self, given: Given) -> None:
        assert given("0.25").positive_number("NAME", 15) == 0.25

    def test_keeps_the_order_of_keys(self, given: Given) -> None:
        keys = [Fernet.generate_key().decode() for _ in range(2)]
        assert given(" , ".join(keys)).fernet_keys("NAME") == keys

    def test_gives_an_origin_without_its_slash(self, given: Given) -> None:
        assert given("https://h.test:8443/").origin("NAME").geturl() == (
            "https://h.test:8443"
        )

    def test_puts_an_ipv6_host_into_brackets(self, given: Given) -> None:
        assert host_of(given("http://[::1]:8000").origin("NAME")) == "[::1]"
        assert host_of(given("http://h.test:8000").origin("NAME")) == "h.test"

    @pytest.mark.parametrize(
        "value",
        [
            "amqp://a:5672//;amqp://b:5672//",
            "redis://:p%40ss@h:6379/0",
            "rediscache://h1:6379,h2:6379/1",
            "redis://h",
        ],
    )
    def test_takes_every_usual_way_to_name_servers(
        self, given: Given, value: str
    ) -> None:
        schemes = ("amqp", "redis", "rediscache")
        assert given(value).url("NAME", schemes, "") == value

    def test_takes_origins_with_a_star_for_names_below_a_host(
        self, given: Given
    ) -> None:
        public = urlsplit("https://portal.test")
        env = given("https://*.example.com, http://a.test:81")
        assert env.origins("NAME", public) == [
            "https://portal.test",
            "https://*.example.com",
            "http://a.test:81",
        ]

    def test_writes_sqlite_down_at_once_and_locks_early(self, given: Given) -> None:
        database = given("sqlite:///x/y.sqlite3").database(
            "NAME", "", given.dotenv.parent
        )
        assert database["NAME"] == given.dotenv.parent / "x" / "y.sqlite3"
        assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert "synchronous=FULL" in database["OPTIONS"]["init_command"]

    def test_keeps_little_of_sqlite_for_each_thread(self, given: Given) -> None:
        database = given("sqlite:///x/y.sqlite3").database("NAME", "", ROOT)
        with sqlite3.connect(":memory:") as connection:
            connection.executescript(database["OPTIONS"]["init_command"])
            kept = connection.execute("PRAGMA cache_size").fetchone()
        assert kept == (-512,)

    def test_lets_the_url_of_a_database_say_more(self, given: Given) -> None:
        url = "postgres://u:p@h:5433/n?sslmode=require&connect_timeout=1"
        database = given(url).database("NAME", "", ROOT)
        assert database["OPTIONS"] == {"sslmode": "require", "connect_timeout": 1}
        assert database["CONN_HEALTH_CHECKS"] is True

    def test_lets_the_url_of_a_cache_say_its_prefix(self, given: Given) -> None:
        cache = given("rediscache://h:6379/1?key_prefix=a").cache("NAME", "")
        assert cache["LOCATION"] == "redis://h:6379/1"
        assert cache["KEY_PREFIX"] == "a"

    @pytest.mark.parametrize(
        ("url", "backend"),
        [
            ("dbcache://portal_cache", "portal.caches.database.DatabaseCache"),
            ("rediscache://h/1", "portal.caches.redis.RedisCache"),
            ("redis://h/1", "portal.caches.redis.RedisCache"),
            ("rediss://h/1", "portal.caches.redis.RedisCache"),
        ],
    )
    def test_takes_only_caches_that_read_no_pickle(
        self, given: Given, url: str, backend: str
    ) -> None:
        cache = given(f"{url}?timeout=60").cache("NAME", "")
        assert cache["BACKEND"] == backend
        assert cache["TIMEOUT"] == 60
