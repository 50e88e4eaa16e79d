"""What is too large is refused before it is read, and what is no HTTP at once."""

import pytest

from portal.serving.limits import BODY_BYTES, KIB, MIB
from tests.services.stack import Stack
from tests.services.web.wire import Wire, get, request, wires

pytestmark = pytest.mark.services

MANY_MIB = 400 * MIB
FORM = "Content-Type: multipart/form-data; boundary=x"
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'


class TestABodyThatIsTooLarge:
    def test_is_refused_by_its_length_before_any_of_it_is_sent(
        self, wire: Wire
    ) -> None:
        length = f"Content-Length: {BODY_BYTES + 1}"
        answer = wire.send(request("POST", "/login/", FORM, length)).answer()
        assert answer.status == 413
        assert answer.headers["connection"] == "close"
        assert wire.is_closed()

    def test_is_refused_while_it_is_sent(self, wire: Wire) -> None:
        length = f"Content-Length: {MANY_MIB}"
        wire.send(request("POST", "/login/", FORM, length, body=FILE))
        wire.pours(64 * KIB * b"x", MANY_MIB)
        assert wire.answer().status == 413

    def test_may_still_come_while_its_sender_reads_why(self, wire: Wire) -> None:
        """Else the kernel of some throws the answer away with the connection."""
        wire.send(request("POST", "/login/", f"Content-Length: {MANY_MIB}"))
        assert wire.answer().status == 413
        for _ in range(3):
            wire.send(KIB * b"x")
        assert wire.is_closed()

    def test_gets_no_leave_to_come(self, wire: Wire) -> None:
        wire.send(
            request(
                "POST",
                "/login/",
                f"Content-Length: {BODY_BYTES + 1}",
                "Expect: 100-continue",
            )
        )
        assert wire.answer().status == 413

    @pytest.mark.parametrize("chunk", [1, 1000, 64 * KIB])
    def test_is_refused_in_chunks_that_never_end(self, wire: Wire, chunk: int) -> None:
        wire.send(request("POST", "/login/", "Transfer-Encoding: chunked"))
        framed = f"{chunk:x}\r\n".encode() + chunk * b"x" + b"\r\n"
        poured = wire.pours(framed * (64 * KIB // len(framed) or 1), MANY_MIB)
        assert wire.answer().status == 413
        assert poured < 10 * BODY_BYTES

    def test_may_be_as_large_as_the_limit(self, wire: Wire) -> None:
        length = f"Content-Length: {BODY_BYTES}"
        body = b"a=".ljust(BODY_BYTES, b"x")
        kind = "Content-Type: application/x-www-form-urlencoded"
        wire.send(request("POST", "/login/", kind, length, body=body))
        assert wire.answer().status == 403  # without the token of a form


class TestAHead:
    @pytest.mark.parametrize("end", ["", "\r\n\r\n"])
    def test_that_is_too_large_is_refused(self, wire: Wire, end: str) -> None:
        lines = "".join(f"\r\nX-{number}: {7000 * 'x'}" for number in range(6))
        wire.send(f"GET / HTTP/1.1{lines}{end}".encode())
        assert wire.answer().status == 431

    @pytest.mark.parametrize(
        ("head", "status"),
        [
            (b"GET / HTTP/1.1\n\n", 400),
            (b"\r\n\r\nGET / HTTP/1.1\r\n\r\n", 400),
            (b"nonsense\r\n\r\n", 400),
            (b"GET / HTTP/3.7\r\n\r\n", 400),
            (request("POST", "/", "Content-Length: 1", "Content-Length: 2"), 400),
            (request("POST", "/", "Content-Length: -1"), 400),
            (request("POST", "/", f"Content-Length: {9000 * '9'}"), 431),
            (request("POST", "/", f"Content-Length: {5000 * '9'}"), 400),
            (request("POST", "/", "Content-Length: \u00b2"), 400),
            (
                request("POST", "/", "Content-Length: 1", "Transfer-Encoding: chunked"),
                400,
            ),
            (request("POST", "/", "Transfer-Encoding: gzip, chunked"), 501),
            (request("POST", "/", "Transfer-Encoding: gzip"), 400),
            (request("POST", "/", "Transfer-Encoding: chunked", body=b"x\r\n"), 400),
            (get("/", "Expect: a miracle"), 417),
            (get("/", "X: \u0000"), 400),
        ],
    )
    def test_that_is_no_http_is_refused(
        self, wire: Wire, head: bytes, status: int
    ) -> None:
        answer = wire.send(head).answer()
        assert answer.status == status
        assert answer.headers["connection"] == "close"
        assert wire.is_closed()


class TestAFlood:
    def test_of_refused_ones_leaves_the_pages_alone(self, web: Stack) -> None:
        length = f"Content-Length: {MANY_MIB}"
        with wires(web.web_port, 20) as many:
            for each in many:
                each.send(request("POST", "/login/", length))
            with wires(web.web_port, 1) as (other,):
                assert other.send(get("/livez")).answer().status == 200
