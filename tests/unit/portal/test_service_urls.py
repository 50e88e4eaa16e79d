"""URLs of the database, the cache, the broker, the mail server and the proxy."""

from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.mail import get_connection

from portal.environment import BROKERS, Environment
from tests.unit.portal.conftest import Given

FOLDER = Path("/nowhere")
READERS = {
    "database": lambda env: env.database("NAME", "", FOLDER),
    "cache": lambda env: env.cache("NAME", ""),
    "broker": lambda env: env.url("NAME", BROKERS, ""),
    "email": lambda env: env.email("NAME", ""),
    "proxy": lambda env: env.url("NAME", ("http", "https"), ""),
}
TEMPLATES = [
    ("database", "postgres://u:{}@host/db"),
    ("database", "postgresql://u:{}@host:5433/db?sslmode=require"),
    ("cache", "rediscache://:{}@host:6379/1"),
    ("cache", "rediss://u:{}@host/1"),
    ("broker", "redis://:{}@host:6379/0"),
    ("broker", "amqp://u:{}@host:5672//"),
    ("broker", "amqps://u:{}@host/vhost"),
    ("broker", "amqp://a:x@host1//;amqp://u:{}@host2//"),
    ("email", "smtp://u:{}@host:587"),
    ("email", "smtp+tls://u@example.com:{}@host:587"),
    ("proxy", "http://u:{}@host:3128"),
]
# Each reads as a port, a path, a query or a fragment where it stands unencoded.
BROKEN = [
    "12/34",
    "12#34",
    "12?34",
    "12?a=34",
    "12%34%",
    "1[2",
    "1]2",
    "hunter2/x",
    "%ff",
]


def said(read: str, env: Environment) -> str:
    """Return the line with which the start stops."""
    with pytest.raises(SystemExit) as stopped:
        READERS[read](env)
    return str(stopped.value)


class TestPasswords:
    @pytest.mark.parametrize("password", BROKEN)
    @pytest.mark.parametrize(("read", "url"), TEMPLATES)
    def test_that_are_not_encoded_stop_the_start(
        self, given: Given, read: str, url: str, password: str
    ) -> None:
        line = said(read, given(url.format(password)))
        assert line.startswith("NAME: percent-encode / ? #")
        assert password not in line.replace("/ ? # %", "")

    @pytest.mark.parametrize("password", ["12;34", "hunter2;x"])
    def test_of_a_broker_have_no_bare_semicolon(
        self, given: Given, password: str
    ) -> None:
        for url in ("amqp://u:{}@host//", "redis://:{}@host/0"):
            assert "percent-encode" in said("broker", given(url.format(password)))

    def test_of_a_cache_have_no_bare_comma(self, given: Given) -> None:
        assert "percent-encode" in said("cache", given("redis://:1,2@host/0"))

    @pytest.mark.parametrize(("read", "url"), TEMPLATES)
    def test_that_are_encoded_are_taken(
        self, given: Given, read: str, url: str
    ) -> None:
        password = "a/b#c?d%e@f:g[h]i;j,k+l m"
        found = READERS[read](given(url.format(quote(password, safe=""))))
        if read == "database":
            assert found["PASSWORD"] == password
            assert (found["HOST"], found["NAME"]) == ("host", "db")
        if read == "email":
            assert found["EMAIL_HOST_PASSWORD"] == password

    def test_may_hold_an_at_and_a_colon(self, given: Given) -> None:
        found = READERS["database"](given("postgres://u:a:b@c@host/db"))
        assert (found["PASSWORD"], found["HOST"]) == ("a:b@c", "host")


class TestProxy:
    @pytest.mark.parametrize("url", ["http://", "http://h/path", "http://h:1/?a=b"])
    def test_that_is_no_host_stops_the_start(self, given: Given, url: str) -> None:
        assert said("proxy", given(url)).startswith("NAME: must be a host")


class TestCache:
    def test_takes_options_as_what_they_mean(self, given: Given) -> None:
        url = "rediss://h/1?timeout=0&ssl_check_hostname=false&socket_timeout=2.5"
        found = READERS["cache"](given(url))
        assert found["TIMEOUT"] == 0
        assert found["OPTIONS"] == {
            "ssl_check_hostname": "false",
            "socket_timeout": 2.5,
        }

    def test_may_be_on_several_servers(self, given: Given) -> None:
        found = READERS["cache"](given("redis://:p@h1,:p@h2:6380/1"))
        assert found["LOCATION"] == ["redis://:p@h1/1", "redis://:p@h2:6380/1"]

    @pytest.mark.parametrize(
        "url",
        [
            "redis://h/1?no_such_option=1",
            "redis://h/1?health_check_interval=often",
            "redis://h/1?timeout=soon",
            "redis://h1,h2:0/1",
            "redis:///1",
            "dbcache://",
            "dbcache://a;b",
            "dbcache://portal_cache?max_entries=many",
            "dbcache://portal_cache?key_function=os.system",
        ],
    )
    def test_that_would_not_work_stops_the_start(self, given: Given, url: str) -> None:
        assert said("cache", given(url)).startswith("NAME: ")


class TestEmail:
    @pytest.mark.parametrize(
        ("url", "tls", "port"),
        [
            ("smtp://h:25", "", 25),
            ("smtp+tls://h:587", "starttls", 587),
            ("smtps://h:465", "implicit", 465),
            ("smtp+ssl://h:465", "implicit", 465),
            ("smtps://h", "implicit", 465),
        ],
    )
    def test_is_encrypted_as_the_scheme_says(
        self, given: Given, url: str, tls: str, port: int
    ) -> None:
        found = READERS["email"](given(url))
        mails = get_connection(
            found["EMAIL_BACKEND"],
            host=found["EMAIL_HOST"],
            port=found["EMAIL_PORT"],
            use_tls=found["EMAIL_USE_TLS"],
            use_ssl=found["EMAIL_USE_SSL"],
        )
        assert (mails.use_tls, mails.use_ssl) == (tls == "starttls", tls == "implicit")
        assert (found["EMAIL_PORT"] or mails.connection_class.default_port) == port

    @pytest.mark.parametrize(
        "url",
        [
            "smtps://h:587",
            "smtp+ssl://h:25",
            "smtp+tls://h:465",
            "smtp://h:465",
            "smtp://",
            "smtp://h?tls=true",
            "smtp://h/path",
            "smtp://h:0",
            "filemail:///var/mail",
            "amazonses://h",
            "smtp:h",
        ],
    )
    def test_that_would_not_leave_stops_the_start(self, given: Given, url: str) -> None:
        assert said("email", given(url)).startswith("NAME: ")

    def test_says_which_schemes_there_are(self, given: Given) -> None:
        line = said("email", given("pigeon://hunter2"))
        assert "smtp, smtp+tls, smtp+ssl, smtps, consolemail" in line
        assert "hunter2" not in line
