"""Connections that are used again, requests in a row, and bodies of every kind."""

import re
from urllib.parse import urlencode

import pytest

from tests.services.web.wire import RawResponse, Wire, get, request

pytestmark = pytest.mark.services

KIND = "Content-Type: application/x-www-form-urlencoded"


def chunked(data: bytes, size: int) -> bytes:
    """Return this in chunks of so many bytes, with what may stand beside them."""
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    framed = [f"{len(piece):X};a=b\r\n".encode() + piece + b"\r\n" for piece in pieces]
    return b"".join(framed) + b"0\r\nX-Trailer: y\r\n\r\n"


class TestConnection:
    def test_is_used_again(self, wire: Wire) -> None:
        for _ in range(3):
            answer = wire.send(get("/livez")).answer()
            assert answer.status == 200
            assert answer.headers["connection"] == "keep-alive"

    def test_ends_where_the_client_says_so(self, wire: Wire) -> None:
        assert wire.send(get("/livez", "Connection: close")).answer().status == 200
        assert wire.is_closed()

    def test_ends_with_a_request_of_http_1_0(self, wire: Wire) -> None:
        assert wire.send(b"GET /livez HTTP/1.0\r\n\r\n").answer().status == 200
        assert wire.is_closed()

    def test_answers_who_says_that_nothing_more_comes(self, wire: Wire) -> None:
        wire.send(get("/livez")).end()
        assert wire.answer().status == 200
        assert wire.is_closed()

    def test_answers_requests_in_a_row_in_their_order(self, wire: Wire) -> None:
        paths = ["/livez", "/login/", "/nowhere/", "/livez", "/login/"]
        wire.send(b"".join(get(path) for path in paths))
        answers = [wire.answer() for _ in paths]
        assert [each.status for each in answers] == [200, 200, 404, 200, 200]
        assert answers[0].body == answers[3].body != answers[1].body

    def test_takes_a_request_whose_bytes_come_one_by_one(self, wire: Wire) -> None:
        for byte in get("/livez"):
            wire.send(bytes([byte]))
        assert wire.answer().status == 200

    def test_knows_where_a_body_ends_and_the_next_request_begins(
        self, wire: Wire
    ) -> None:
        post = request("POST", "/login/", KIND, "Content-Length: 3", body=b"a=b")
        chunks = request("POST", "/login/", KIND, "Transfer-Encoding: chunked")
        wire.send(post + get("/livez") + chunks + chunked(b"a=b", 1) + get("/livez"))
        statuses = [wire.answer().status for _ in range(4)]
        assert statuses == [403, 200, 403, 200]

    def test_sends_no_body_for_head(self, wire: Wire) -> None:
        wire.send(request("HEAD", "/login/") + get("/livez"))
        head = wire.answer(to_head=True)
        assert int(head.headers["content-length"]) > 1000
        assert wire.answer().body == b'{"status": "ok"}'

    def test_sends_a_large_file_whole(self, wire: Wire) -> None:
        path = "/static/admin/js/vendor/xregexp/xregexp.js"
        first, second = (wire.send(get(path)).answer() for _ in range(2))
        assert first.body == second.body
        assert len(first.body) > 100_000


class TestAForm:
    def form(self, wire: Wire) -> tuple[str, bytes]:
        """Return the cookie and what somebody posts who forgot the password."""
        page = wire.send(get("/login/")).answer()
        cookie = page.headers["set-cookie"].partition(";")[0]
        token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', page.body)
        assert token
        fields = {"username": "nobody", "password": ""}
        fields |= {"csrfmiddlewaretoken": token[1].decode()}
        return f"Cookie: {cookie}", urlencode(fields).encode()

    def is_read(self, answer: RawResponse) -> bool:
        return answer.status == 200 and b'value="nobody"' in answer.body

    def test_is_read_at_once(self, wire: Wire) -> None:
        cookie, body = self.form(wire)
        length = f"Content-Length: {len(body)}"
        wire.send(request("POST", "/login/", KIND, cookie, length, body=body))
        assert self.is_read(wire.answer())

    def test_is_read_after_leave_was_given(self, wire: Wire) -> None:
        cookie, body = self.form(wire)
        length = f"Content-Length: {len(body)}"
        wire.send(
            request("POST", "/login/", KIND, cookie, length, "Expect: 100-continue")
        )
        assert wire.answer().status == 100
        assert self.is_read(wire.send(body).answer())

    @pytest.mark.parametrize("size", [1, 7, 1000])
    def test_is_read_in_chunks(self, wire: Wire, size: int) -> None:
        cookie, body = self.form(wire)
        coding = "Transfer-Encoding: chunked"
        wire.send(request("POST", "/login/", KIND, cookie, coding))
        wire.send(chunked(body, size))
        assert self.is_read(wire.answer())
