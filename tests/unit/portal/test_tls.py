"""TLS to broker and cache: always verified, whatever a library's default is."""

import ssl
from pathlib import Path

import certifi
import pytest

from portal.environment import Environment
from portal.tls import broker_over_tls, cache_over_tls

CA = certifi.where()
WRONG = {
    "ssl_cert_reqs=none": "ssl_cert_reqs",
    "ssl_cert_reqs=CERT_NONE": "ssl_cert_reqs",
    "ssl_cert_reqs=optional": "ssl_cert_reqs",
    "ssl_check_hostname=false": "CA of your own",
    "ssl_check_hostname=perhaps": "neither true nor false",
    "ssl_ca_certs=/nowhere.pem": "no file",
    f"ssl_ca_certs={__file__}": "PEM",
    f"ssl_certfile={CA}": "PEM",
    "ssl_keyfile=/nowhere.pem": "no file",
    "ssl_ciphers=NULL": "is none of",
}


def broker(url: str, ca_file: str = "") -> tuple[str, dict[str, object]]:
    return broker_over_tls("CELERY_BROKER_URL", url, ca_file=ca_file)


def cache(
    monkeypatch: pytest.MonkeyPatch, url: str, ca_file: str = ""
) -> dict[str, object]:
    monkeypatch.setenv("CACHE_URL", url)
    settings = Environment(Path("/nowhere")).cache("CACHE_URL", "")
    return cache_over_tls("CACHE_URL", settings, ca_file=ca_file)


class TestBroker:
    def test_verifies_a_redis_where_the_url_says_nothing(self) -> None:
        url, options = broker("rediss://:p%40@h:6379/0")
        assert url == "rediss://:p%40@h:6379/0"
        assert options == {"ssl_cert_reqs": "required", "ssl_check_hostname": True}

    def test_verifies_a_rabbitmq_where_the_url_says_nothing(self) -> None:
        url, options = broker("amqps://u:p@a//;amqps://u:p@b//")
        assert url == "amqps://u:p@a//;amqps://u:p@b//"
        assert options == {"cert_reqs": ssl.CERT_REQUIRED, "check_hostname": True}

    @pytest.mark.parametrize("scheme", ["rediss", "amqps"])
    def test_takes_the_ca_out_of_the_url(self, scheme: str) -> None:
        url, options = broker(f"{scheme}://h/0?ssl_ca_certs={CA}&x=1", "/other.pem")
        assert url == f"{scheme}://h/0?x=1"
        assert CA in options.values()

    @pytest.mark.parametrize("scheme", ["rediss", "amqps"])
    def test_takes_the_ca_of_the_variable(self, scheme: str) -> None:
        url, options = broker(f"{scheme}://h/0", CA)
        assert url == f"{scheme}://h/0"
        assert CA in options.values()

    @pytest.mark.parametrize("url", ["redis://h/0", "amqp://h//", "filesystem://"])
    def test_leaves_a_broker_without_tls_alone(self, url: str) -> None:
        assert broker(url, CA) == (url, {})

    def test_leaves_the_name_out_only_with_a_ca_of_ones_own(self) -> None:
        _, options = broker("rediss://h/0?ssl_check_hostname=False", CA)
        assert options["ssl_check_hostname"] is False
        assert options["ssl_cert_reqs"] == "required"

    @pytest.mark.parametrize("scheme", ["rediss", "amqps"])
    @pytest.mark.parametrize(("query", "why"), WRONG.items())
    def test_stops_the_start(self, scheme: str, query: str, why: str) -> None:
        with pytest.raises(SystemExit, match=f"CELERY_BROKER_URL: .*{why}"):
            broker(f"{scheme}://:hunter2@h/0?{query}")

    def test_stops_the_start_where_tls_is_meant_and_not_said(self) -> None:
        with pytest.raises(SystemExit, match="needs rediss or amqps://"):
            broker(f"redis://h/0?ssl_ca_certs={CA}")

    def test_stops_the_start_where_two_brokers_differ(self) -> None:
        with pytest.raises(SystemExit, match="the next"):
            broker(
                f"rediss://a/0?ssl_check_hostname=false&ssl_ca_certs={CA};"
                "rediss://b/0?ssl_check_hostname=true"
            )


class TestCache:
    def test_is_verified(self, monkeypatch: pytest.MonkeyPatch) -> None:
        options = cache(monkeypatch, "rediss://h/1?key_prefix=a", CA)["OPTIONS"]
        assert options == {
            "ssl_ca_certs": CA,
            "ssl_cert_reqs": "required",
            "ssl_check_hostname": True,
        }

    def test_takes_the_ca_of_the_url(self, monkeypatch: pytest.MonkeyPatch) -> None:
        options = cache(monkeypatch, f"rediss://h/1?ssl_ca_certs={CA}")["OPTIONS"]
        assert isinstance(options, dict)
        assert options["ssl_ca_certs"] == CA

    @pytest.mark.parametrize("url", ["rediscache://h/1", "dbcache://portal_cache"])
    def test_without_tls_is_left_alone(
        self, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        assert "OPTIONS" not in cache(monkeypatch, url, CA)

    @pytest.mark.parametrize(("query", "why"), WRONG.items())
    def test_stops_the_start(
        self, monkeypatch: pytest.MonkeyPatch, query: str, why: str
    ) -> None:
        with pytest.raises(SystemExit, match=f"CACHE_URL: .*{why}"):
            cache(monkeypatch, f"rediss://:hunter2@h/1?{query}")
