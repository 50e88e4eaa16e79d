"""What is sent in a charset that no page of ours uses."""

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.test import Client

from clusters.models import ClusterRequest
from portal.middleware.charset import strip_charset
from portal.wsgi import application
from tests import factories

pytestmark = pytest.mark.django_db

HALF_CHARACTER = b"+2AA-"  # in UTF-7
CHARSETS = ("utf-7", "rot13", "undefined", "idna", "utf-16")


def sent(client: Client, url: str, field: str, charset: str) -> int:
    """Post one field in this charset, and return the status."""
    body = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n--b--\r\n'
    answer = client.generic(
        "POST",
        url,
        body % (field.encode(), HALF_CHARACTER),
        content_type=f"multipart/form-data; boundary=b; charset={charset}",
    )
    return answer.status_code


@pytest.mark.parametrize("charset", CHARSETS)
class TestForms:
    def test_take_what_was_sent_for_utf_8(self, charset: str) -> None:
        row = factories.submitted()
        bob = Client()
        bob.force_login(factories.user("bob"))
        url = f"{row.get_absolute_url()}reject/"
        assert sent(bob, url, "comment", charset) == 302
        row.refresh_from_db()
        assert row.decisions.get().comment == HALF_CHARACTER.decode()

    def test_refuse_a_wrong_hash_calmly(self, charset: str) -> None:
        row = factories.submitted()
        bob = Client()
        bob.force_login(factories.user("bob"))
        url = f"{row.get_absolute_url()}approve/"
        assert sent(bob, url, "body_sha256", charset) == 409
        assert ClusterRequest.objects.get().is_pending

    def test_let_the_login_say_what_is_missing(self, charset: str) -> None:
        assert sent(Client(), "/login/", "username", charset) == 200


class TestQueries:
    @pytest.mark.parametrize("charset", CHARSETS)
    def test_are_taken_for_utf_8_too(self, charset: str) -> None:
        kind = f"text/html; charset={charset}"
        assert self.status(CONTENT_TYPE=kind, QUERY_STRING="next=%2B2AA-") == "200 OK"

    def test_survive_a_parameter_that_nobody_can_read(self) -> None:
        kind = "multipart/form-data; boundary*=nowhere''b"
        assert self.status(CONTENT_TYPE=kind, QUERY_STRING="") == "200 OK"

    def test_keep_the_boundary(self) -> None:
        kept: dict[str, Any] = {}
        named = {"CONTENT_TYPE": 'multipart/form-data; charset=x; boundary="a b"'}
        strip_charset(lambda environ, _start: kept.update(environ))(named, None)
        assert kept == {"CONTENT_TYPE": 'multipart/form-data; boundary="a b"'}

    @staticmethod
    def status(**environ: str) -> str:
        said: list[str] = []
        asked: dict[str, Any] = {
            "PATH_INFO": "/login/",
            "HTTP_HOST": "testserver",
            **environ,
        }
        setup_testing_defaults(asked)
        application(asked, lambda status, _headers: said.append(status))
        return said[0]
