"""The addresses that the portal is called by: whatever is taken works in Django."""

import pytest
from django.http.request import split_domain_port, validate_host
from django.test import Client
from django.test.utils import override_settings

from portal.environment.host_names import host_of
from tests.unit.portal.conftest import Given

SAME = "https://portal.example.com"
FORMS = [
    (SAME, SAME),
    ("https://portal.example.com/", SAME),
    ("https://Portal.Example.com:443", SAME),
    ("HTTPS://portal.example.com.", SAME),
    ("http://portal.example.com:80", "http://portal.example.com"),
    ("http://portal.example.com:443", "http://portal.example.com:443"),
    ("https://h.test:08443", "https://h.test:8443"),
    ("http://[0:0::0001]:8000", "http://[::1]:8000"),
    ("http://[FE80::A]", "http://[fe80::a]"),
    ("http://10.0.0.1:8000", "http://10.0.0.1:8000"),
    ("https://pörtal.example", "https://xn--prtal-jua.example"),
]
REFUSED = [
    "https://my_portal.example.com",
    "https://portal..example.com",
    "https://-portal.example.com",
    "https://portal.example.com:0",
    "https://portal.example.com:65536",
    "https://u@portal.example.com",
    "https://portal.example.com?x",
    "https://portal.example.com#x",
    "https://127.1",
    "https://2130706433",
    "https://[fe80::1%25eth0]",
    "https://[fe80::1%eth0]",
    "https://straße.example",
    "https://a b",
    "https://.example.com",
    "https://",
    "//portal.example.com",
]


class TestPublicUrl:
    @pytest.mark.parametrize(("given_as", "meant"), FORMS)
    def test_is_kept_as_browsers_send_it(
        self, given: Given, given_as: str, meant: str
    ) -> None:
        assert given(given_as).origin("NAME").geturl() == meant

    @pytest.mark.parametrize("url", REFUSED)
    def test_that_would_not_work_stops_the_start(self, given: Given, url: str) -> None:
        with pytest.raises(SystemExit, match=r"^NAME: must look like"):
            given(url).origin("NAME")

    @pytest.mark.parametrize("url", [meant for _, meant in FORMS])
    def test_leads_to_pages_that_django_does_not_refuse(
        self, given: Given, url: str
    ) -> None:
        origin = given(url).origin("NAME")
        allowed = given("").hosts("NAME", origin)
        domain, _port = split_domain_port(origin.netloc)
        assert validate_host(domain, allowed)
        with override_settings(ALLOWED_HOSTS=allowed):
            answer = Client().get("/no-such-page", headers={"host": origin.netloc})
        assert answer.status_code == 404


class TestHosts:
    @pytest.mark.parametrize(
        ("given_as", "meant"),
        [
            ("Portal.Example.com.", "portal.example.com"),
            (".Example.com", ".example.com"),
            ("::1", "[::1]"),
            ("[::1]", "[::1]"),
            ("10.0.0.1", "10.0.0.1"),
            ("pörtal.example", "xn--prtal-jua.example"),
            ("*", "*"),
        ],
    )
    def test_stand_beside_the_public_one_as_django_compares_them(
        self, given: Given, given_as: str, meant: str
    ) -> None:
        public = given("https://h.test:8443").origin("NAME")
        assert given(given_as).hosts("NAME", public) == [host_of(public), meant]

    @pytest.mark.parametrize(
        "host",
        ["h.test:8000", "[::1]:8000", "*.example.com", "my_host", "..", "a..b", "a b"],
    )
    def test_that_would_never_match_stop_the_start(
        self, given: Given, host: str
    ) -> None:
        public = given("https://h.test").origin("NAME")
        with pytest.raises(SystemExit, match=r"^NAME: .* is no host name"):
            given(host).hosts("NAME", public)


class TestTrustedOrigins:
    @pytest.mark.parametrize(
        ("given_as", "meant"),
        [
            ("https://Other.Example.com:443/", "https://other.example.com"),
            ("https://*.Example.com:443", "https://*.example.com"),
            ("http://[::0001]:81", "http://[::1]:81"),
        ],
    )
    def test_are_written_as_a_browser_sends_them(
        self, given: Given, given_as: str, meant: str
    ) -> None:
        public = given("https://h.test").origin("NAME")
        found = given(given_as).origins("NAME", public)
        assert found == ["https://h.test", meant]

    @pytest.mark.parametrize(
        "origin", ["https://*", "https://a.*.b", "portal.example.com", "https://a_b"]
    )
    def test_that_would_never_match_stop_the_start(
        self, given: Given, origin: str
    ) -> None:
        public = given("https://h.test").origin("NAME")
        with pytest.raises(SystemExit, match=r"^NAME: .* must look like"):
            given(origin).origins("NAME", public)
