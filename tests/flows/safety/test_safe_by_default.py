"""What the settings promise about logins, headers and addresses."""

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django import Settings

from portal.middleware.client_ip import client_address
from tests.factories import PASSWORD, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> None:
    user("alice")


class TestClientAddress:
    FORWARDED = "203.0.113.9, 198.51.100.7"

    def test_is_the_peer_s_without_a_trusted_proxy(
        self, rf: RequestFactory, settings: Settings
    ) -> None:
        settings.TRUST_PROXY = False
        request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="8.8.8.8")
        assert client_address(request) == "192.0.2.1"

    def test_is_the_one_that_the_trusted_proxy_saw(
        self, rf: RequestFactory, settings: Settings
    ) -> None:
        settings.TRUST_PROXY = True
        request = rf.get(
            "/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=self.FORWARDED
        )
        assert client_address(request) == "198.51.100.7"

    @pytest.mark.parametrize(
        ("last", "address"),
        [
            ("198.51.100.7:5678", "198.51.100.7"),
            ("[2001:db8::7]:5678", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("unknown", "192.0.2.1"),
            ("x" * 300, "192.0.2.1"),
            ("", "192.0.2.1"),
        ],
    )
    def test_is_an_address_whatever_the_proxy_wrote(
        self, rf: RequestFactory, settings: Settings, last: str, address: str
    ) -> None:
        settings.TRUST_PROXY = True
        forwarded = f"203.0.113.9, {last}"
        request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
        assert client_address(request) == address


@pytest.mark.usefixtures("alice")
class TestLogin:
    @pytest.mark.parametrize("way", ["/login/", "/login/?next=/login/"])
    def test_leads_nobody_in_a_circle(self, client: Client, way: str) -> None:
        client.force_login(user("alice"))
        answer = client.get("/login/", {"next": way})
        assert (answer.status_code, answer["Location"]) == (302, "/")

    @pytest.mark.parametrize(
        "way", ["//evil.test/", "https://evil.test", "/\\evil.test", "javascript:x"]
    )
    def test_leads_nobody_elsewhere(self, client: Client, way: str) -> None:
        form = {"username": "alice", "password": PASSWORD, "next": way}
        assert client.post("/login/", form)["Location"] == "/"

    def test_takes_no_session_from_before(self, client: Client) -> None:
        client.cookies["sessionid"] = "a" * 32
        client.post("/login/", {"username": "alice", "password": PASSWORD})
        assert client.cookies["sessionid"].value != "a" * 32

    def test_leaves_a_garbled_cookie_out(self, client: Client) -> None:
        # The raw header: some builds of Python refuse to make such a cookie.
        cookie = 'sessionid="{}"'.format("\\000" * 32)
        answer = client.get("/", headers={"cookie": cookie})
        assert not answer.wsgi_request.COOKIES
        assert answer["Location"] == "/login/?next=/"


class TestPages:
    @pytest.mark.parametrize("path", ["/login/", "/admin/login/", "/nowhere/"])
    def test_allow_nothing_inline_and_nothing_from_elsewhere(
        self, client: Client, path: str
    ) -> None:
        headers = client.get(path).headers
        policy = dict(
            part.strip().split(" ", 1)
            for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "font-src": "'self'",
            "connect-src": "'self'",
            "img-src": "'self' data:",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }
        assert headers["X-Content-Type-Options"] == "nosniff"

    def test_lead_to_https_except_for_health(
        self, client: Client, settings: Settings
    ) -> None:
        settings.SECURE_SSL_REDIRECT = True
        settings.SECURE_SSL_HOST = "portal.test"
        to_login = client.get("/login/")
        assert (to_login.status_code, to_login["Location"]) == (
            301,
            "https://portal.test/login/",
        )
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 200


class TestMigrate:
    def test_makes_the_table_of_the_cache_again(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE portal_cache")
        call_command("migrate", verbosity=0)
        cache.set("kept", 1)
        assert cache.get("kept") == 1
