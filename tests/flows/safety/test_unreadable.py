"""What cannot be read is said to be so, once, to anybody, and never as our own fault."""

import io
from typing import Any

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from portal.middleware.client_ip import client_address
from tests import factories

pytestmark = pytest.mark.django_db

LARGE = b"a=" + b"x" * 3_000_000
MANY = b"&".join([b"a=b"] * 1_200)
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
FILES = (
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n' * 120
)
PART = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n'

BROKEN = {
    "too large": (413, {"data": LARGE, "content_type": FORM}),
    "too large a part": (
        413,
        {"data": PART[:-3] + LARGE + b"\r\n--b--", "content_type": PARTS},
    ),
    "too many fields": (400, {"data": MANY, "content_type": FORM}),
    "too many parts": (400, {"data": PART * 1_200 + b"--b--", "content_type": PARTS}),
    "too many files": (400, {"data": FILES + b"--b--", "content_type": PARTS}),
    "no boundary": (400, {"data": b"x", "content_type": "multipart/form-data"}),
    "no length": (400, {"data": b"a=b", "content_type": FORM, "CONTENT_LENGTH": "abc"}),
}


class Cut(io.BytesIO):
    """A connection that ends in the middle of a body."""

    def read(self, *_: Any) -> bytes:
        raise OSError("the client went away")


@pytest.fixture
def client() -> Client:
    """Somebody with a cookie for forms, whose mistakes raise nothing."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["csrftoken"] = "a" * 32
    return client


@pytest.mark.parametrize("kind", BROKEN)
class TestBody:
    def test_is_refused_by_a_page(self, client: Client, kind: str) -> None:
        status, sent = BROKEN[kind]
        answer = client.generic("POST", "/login/", **sent)
        assert answer.status_code == status
        assert "Traceback" not in answer.content.decode()

    @pytest.mark.parametrize("path", ["/nothing-here", "/requests/no-id/"])
    def test_changes_nothing_where_there_is_no_page(
        self, client: Client, kind: str, path: str
    ) -> None:
        answer = client.generic("POST", path, **BROKEN[kind][1])
        assert answer.status_code == 404
        assert "This page was not found" in answer.content.decode()

    def test_is_refused_by_the_admin(self, client: Client, kind: str) -> None:
        root = factories.user("root")
        type(root)._default_manager.update(is_staff=True, is_superuser=True)
        client.force_login(root)
        status, sent = BROKEN[kind]
        answer = client.generic("POST", "/admin/auth/user/add/", **sent)
        assert answer.status_code == status


class TestConnection:
    @pytest.mark.parametrize("path", ["/login/", "/admin/login/", "/nothing-here"])
    def test_that_ends_in_the_middle_is_no_fault_of_ours(
        self, client: Client, path: str
    ) -> None:
        sent = {"CONTENT_LENGTH": "9", "wsgi.input": Cut()}
        token = {"HTTP_X_CSRFTOKEN": "a" * 32}
        answer = client.generic("POST", path, content_type=FORM, **sent, **token)
        assert answer.status_code in (200, 404)


WRONG_NAMES = ["a" * 151, "a" * 256, "a" * 5_000, "alice\x00", "\U0001f600" * 300]


@pytest.mark.parametrize("path", ["/login/", "/admin/login/"])
class TestSignIn:
    @pytest.mark.parametrize("name", WRONG_NAMES)
    def test_calls_a_name_that_nobody_can_have_wrong(
        self, client: Client, path: str, name: str
    ) -> None:
        self.assert_is_wrong(client, path, name, "x")

    @pytest.mark.parametrize("password", ["x\x00", "x" * 5_000])
    def test_calls_a_password_that_nobody_can_have_wrong(
        self, client: Client, path: str, password: str
    ) -> None:
        factories.user("alice")
        self.assert_is_wrong(client, path, "alice", password)

    @staticmethod
    def assert_is_wrong(client: Client, path: str, name: str, password: str) -> None:
        form = {"username": name, "password": password}
        form["csrfmiddlewaretoken"] = "a" * 32
        answer = client.post(path, form)
        assert answer.status_code == 200
        errors = answer.context["form"].errors.as_data()
        assert [[one.code for one in each] for each in errors.values()] == [
            ["invalid_login"]
        ]


class TestAddress:
    @pytest.mark.parametrize(
        "written",
        [
            "fe80::1%eth0", "fe80::1%" + "z" * 300, "[fe80::1%eth0]:80", "::1%", "%",
            "fe80::1%25eth0", "1.2.3.4%a", "\x00", "9" * 5_000, "1.2.3.4.5", "::g",
        ],
    )  # fmt: skip
    def test_that_is_none_is_unknown(
        self, rf: RequestFactory, settings: Settings, written: str
    ) -> None:
        settings.TRUST_PROXY = True
        request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=written)
        assert client_address(request) == "192.0.2.1"

    @pytest.mark.parametrize("trusted", [True, False])
    def test_of_a_neighbour_has_no_zone(
        self, rf: RequestFactory, settings: Settings, trusted: bool
    ) -> None:
        settings.TRUST_PROXY = trusted
        request = rf.get("/", REMOTE_ADDR="fe80::1%eth0")
        assert client_address(request) == "fe80::1"
