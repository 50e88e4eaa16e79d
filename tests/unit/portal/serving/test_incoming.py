"""However the bytes of requests are cut, the same requests are made of them."""

import itertools
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from hypothesis import given
from hypothesis import strategies as st

from portal.serving.incoming import Incoming, Part
from portal.serving.limits import KIB, Limits, RequestRefused

LIMITS = Limits(body_bytes=100, body_bytes_by_path={"/prices/": 1000})
ROW = (
    b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    b"\r\n"  # some clients send an empty line behind a body
    b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nNote: z\r\n\r\n"
    b"GET /d HTTP/1.1\r\n\r\n"
)
SCRAPS = (
    *(b"GET / HTTP/1.1\r\n", b"POST /b HTTP/1.1\r\n", b"\r\n", b"\n", b"0\r\n", b"5;"),
    *(b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Expect: x\r\n"),
)
MADE = [("/a", b""), ("/b", b"hello"), ("/c", b"abcd"), ("/d", b"")]


def incoming() -> Incoming:
    return Incoming(Config(), ("192.0.2.1", 1234), LIMITS)


def fed(target: Incoming, data: bytes) -> Iterator[Any]:
    """Yield the requests that these bytes complete."""
    request = target.feed(data)
    while request is not None:
        yield request
        request = target.feed(b"")


def refusal(data: bytes) -> HTTPStatus:
    with pytest.raises(RequestRefused) as refused:
        list(fed(incoming(), data))
    return refused.value.status


class TestRequests:
    @given(st.lists(st.integers(1, len(ROW) - 1), max_size=20))
    def test_are_the_same_however_they_are_cut(self, places: list[int]) -> None:
        edges = [0, *sorted(places), len(ROW)]
        target = incoming()
        made = [
            (request.path, request.body.read())
            for start, end in itertools.pairwise(edges)
            for request in fed(target, ROW[start:end])
        ]
        assert made == MADE
        assert target.part is Part.NOTHING

    def test_have_a_length_where_they_came_in_chunks(self) -> None:
        *_, chunked, _ = fed(incoming(), ROW)
        assert chunked.headers == [("CONTENT-LENGTH", "4")]

    def test_are_awaited_part_by_part(self) -> None:
        target = incoming()
        assert target.part is Part.NOTHING
        assert target.feed(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r") is None
        assert target.part is Part.HEAD
        assert target.feed(b"\n1") is None
        assert target.part is Part.BODY
        assert target.feed(b"2") is not None
        assert target.part is Part.NOTHING

    def test_count_what_they_hold_until_it_is_forgotten(self) -> None:
        target = incoming()
        request = b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\n" + 50 * b"x"
        assert target.feed(request + b"GET") is not None
        assert target.size == 53
        target.forget_last()
        assert target.size == 3
        target.forget()
        assert target.size == 0


class TestNonsense:
    @given(st.lists(st.sampled_from(SCRAPS) | st.binary(max_size=9), max_size=30))
    def test_is_refused_and_breaks_nothing(self, scraps: list[bytes]) -> None:
        target = incoming()
        try:
            for scrap in scraps:
                list(fed(target, scrap))
        except (RequestRefused, ParseException):
            pass
        assert target.size <= LIMITS.head_bytes + 1000


class TestLimits:
    @pytest.mark.parametrize(
        ("path", "length", "fits"),
        [
            ("/", 100, True),
            ("/", 101, False),
            ("/prices/", 101, True),
            ("/prices/", 1001, False),
            ("/prices", 101, False),
        ],
    )
    @pytest.mark.parametrize("is_chunked", [False, True])
    def test_are_those_of_the_path(
        self, path: str, length: int, fits: bool, is_chunked: bool
    ) -> None:
        head, body = f"POST {path} HTTP/1.1\r\n", length * b"x"
        if is_chunked:
            head += "Transfer-Encoding: chunked\r\n\r\n"
            body = f"{length:x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
        else:
            head += f"Content-Length: {length}\r\n\r\n"
        if fits:
            (request,) = fed(incoming(), head.encode() + body)
            assert len(request.body.read()) == length
        else:
            status = refusal(head.encode() + body)
            assert status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def test_are_explained_to_people(self) -> None:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        answer = RequestRefused(status).answer()
        head, _, page = answer.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(page)}".encode() in head
        assert b"text/html" in head
        # Pythons differ in what they call it.
        assert f"<h1>413 {status.phrase}</h1>".encode() in page
        assert b"shorten it" in page

    @pytest.mark.parametrize("frame", [b"1;%s\r\nx\r\n" % (4000 * b"x"), b"1\r\nx\r\n"])
    def test_are_for_what_frames_a_body_too(self, frame: bytes) -> None:
        head = b"POST /prices/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        target = incoming()
        target.feed(head)
        with pytest.raises(RequestRefused) as refused:
            for _ in range(70 * KIB // len(frame)):
                target.feed(frame)
        assert refused.value.status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def test_are_for_trailers_too(self) -> None:
        head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        assert refusal(head + 200 * b"A: b\r\n") is HTTPStatus.BAD_REQUEST

    def test_are_for_a_head_that_does_not_end(self) -> None:
        assert refusal(b"GET / HTTP/1.1\r\n" + 33 * KIB * b"x") is (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        )
