"""Clients that send or read nothing hold no thread, and a connection only until a deadline."""

from pathlib import Path

import pytest

from portal.serving.limits import MIB
from tests.services.migrated import MigratedDatabases
from tests.services.stack import Stack
from tests.services.web.conftest import PATIENT, THREADS, running_web
from tests.services.web.wire import get, request, wires

pytestmark = pytest.mark.services

MANY = 10 * THREADS
HALF_A_HEAD = b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HALF_A_BODY = request("POST", "/login/", "Content-Length: 100", body=b"username=")
HALF_A_CHUNK = request(
    "POST", "/login/", "Transfer-Encoding: chunked", body=b"9\r\nuser"
)
BIG = "/static/admin/js/vendor/xregexp/xregexp.js"
FEW_BYTES = 4096


def is_up(stack: Stack) -> bool:
    """Whether a page answers somebody else."""
    with wires(stack.web_port, 1) as (other,):
        return other.send(get("/livez")).answer().status == 200


class TestClientsThatStandStill:
    @pytest.mark.parametrize(
        "half",
        [b"", b"G", HALF_A_HEAD, HALF_A_BODY, HALF_A_CHUNK],
        ids=["nothing", "a byte", "half a head", "half a body", "half a chunk"],
    )
    def test_hold_no_thread(self, web: Stack, half: bytes) -> None:
        with wires(web.web_port, MANY) as slow:
            for each in slow:
                each.send(half)
            assert is_up(web)
            assert not any(each.is_answered() for each in slow)

    def test_hold_no_thread_while_they_do_not_read(self, web: Stack) -> None:
        """Each asks for more than the kernel keeps for it, which is some three MB."""
        with wires(web.web_port, MANY, receives=FEW_BYTES) as slow:
            for each in slow:
                each.send(get(BIG) * 50)
            # All take turns, so each of them is far beyond that in the end.
            assert all(is_up(web) for _ in range(50))

    def test_make_room_for_others(self, hurried: Stack) -> None:
        with wires(hurried.web_port, 30) as slow:
            for each in slow:
                each.send(b"GET")
            assert is_up(hurried)
            assert slow[0].is_closed()

    def test_make_room_where_they_hold_too_much(self, hurried: Stack) -> None:
        head = request("POST", "/login/", "Content-Length: 200000")
        with wires(hurried.web_port, 4) as slow:
            for each in slow:
                each.send(head + 190_000 * b"x")
            assert is_up(hurried)
            closed = [
                each for each in slow if each.is_answered(20) and each.is_closed()
            ]
            assert closed


class TestDeadlines:
    @pytest.mark.parametrize(
        ("begun", "drop"),
        [
            (b"", b"G"),
            (HALF_A_HEAD, b"x"),
            (request("POST", "/login/", "Content-Length: 9000"), b"x"),
            (request("POST", "/login/", "Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
        ],
        ids=["nothing", "head", "body", "chunks"],
    )
    def test_are_for_the_whole_and_not_between_two_bytes(
        self, hurried: Stack, begun: bytes, drop: bytes
    ) -> None:
        with wires(hurried.web_port, 1) as (slow,):
            slow.send(begun).drips(drop)
            assert slow.answer().status == 408
            assert slow.is_closed()

    def test_are_anew_for_each_request(self, hurried: Stack) -> None:
        with wires(hurried.web_port, 1) as (kept,):
            assert kept.send(get("/livez")).answer().status == 200
            kept.send(HALF_A_HEAD).drips(b"x")
            assert kept.answer().status == 408

    def test_hold_for_half_a_request_behind_a_whole_one(self, hurried: Stack) -> None:
        with wires(hurried.web_port, 1) as (kept,):
            kept.send(get("/livez") + HALF_A_HEAD)
            assert kept.answer().status == 200
            assert kept.answer().status == 408

    @pytest.mark.parametrize("before", [b"", get("/livez")], ids=["new", "kept"])
    def test_close_who_says_nothing(self, hurried: Stack, before: bytes) -> None:
        with wires(hurried.web_port, 1) as (silent,):
            if before:
                assert silent.send(before).answer().status == 200
            assert silent.is_closed()

    def test_close_who_does_not_read(self, hurried: Stack) -> None:
        with wires(hurried.web_port, 1, receives=FEW_BYTES) as (slow,):
            one = len(slow.send(get(BIG)).answer().body)
            slow.send(get(BIG) * 50)
            # Each is closed after the second that the slow one has, too.
            for _ in range(3):
                with wires(hurried.web_port, 1) as (silent,):
                    assert silent.is_closed()
            read = 0
            while block := slow.reads(MIB):
                read += len(block)
            assert 0 < read < 49 * one


class TestManyClients:
    def test_leave_open_files_for_the_pages(
        self, tmp_path: Path, migrated: MigratedDatabases
    ) -> None:
        with running_web(tmp_path, migrated, *PATIENT, open_files=160) as stack:
            with wires(stack.web_port, 200) as slow:
                for each in slow:
                    each.send(HALF_A_HEAD)
                with wires(stack.web_port, 1) as (other,):
                    other.send(get("/login/") + get(BIG))
                    assert [other.answer().status for _ in range(2)] == [200, 200]
            assert stack.log("web").count("Booting worker") == 1
