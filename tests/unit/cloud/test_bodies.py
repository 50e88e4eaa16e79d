"""Response bodies that are truncated, compressed, or larger than the limit."""

import gzip

import pytest

from clusters.cloud.errors import CloudUnavailable
from clusters.cloud.huawei import http as http_module
from clusters.cloud.huawei.http import READ_LIMIT, WRITE_LIMIT
from tests.unit.cloud.test_http import read, write
from tests.unit.cloud.wire import ScriptedServer, raw, reply


class TestBodies:
    def test_that_are_truncated_have_a_fault(self) -> None:
        with ScriptedServer(
            raw(b'HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{"a": 1')
        ) as wire:
            answer = read(wire)

        assert answer.fault
        assert answer.json is None
        assert answer.body == b'{"a": 1'

    def test_are_taken_up_to_their_end_without_a_length(self) -> None:
        with ScriptedServer(raw(b'HTTP/1.1 200 X\r\n\r\n{"a": 1}')) as wire:
            assert read(wire).json == {"a": 1}

    @pytest.mark.parametrize("status", [200, 401, 409])
    def test_of_a_head_that_broke_off_are_no_empty_answers(self, status: int) -> None:
        with ScriptedServer(raw(f"HTTP/1.1 {status} X\r\nA: b".encode())) as wire:
            answer = write(wire)

        assert answer.fault == "The answer broke off before its body"

    @pytest.mark.parametrize(
        "head", [b"204 X\r\n\r\n", b"409 X\r\nContent-Length: 0\r\n\r\n"]
    )
    def test_that_are_empty_have_no_fault(self, head: bytes) -> None:
        with ScriptedServer(raw(b"HTTP/1.1 " + head)) as wire:
            answer = write(wire)

        assert (answer.body, answer.fault) == (b"", "")

    @pytest.mark.parametrize(
        "head",
        [
            b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot a zip",
            b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
            b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        ],
    )
    def test_that_cannot_be_decompressed_have_a_fault(self, head: bytes) -> None:
        with ScriptedServer(raw(head)) as wire:
            answer = read(wire)

        assert answer.status == 200
        assert answer.fault

    @pytest.mark.parametrize(
        "head",
        [
            b"HTTP/1.1 20x X\r\n\r\n",
            b"rubbish\r\n\r\n",
            b"HTTP/1.1 200 X\r\n" + b"A: b\r\n" * 200 + b"\r\n",
            b"HTTP/1.1 200 X\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
            b"",
        ],
    )
    def test_after_a_broken_head_are_no_answer(self, head: bytes) -> None:
        with ScriptedServer(raw(head)) as wire, pytest.raises(CloudUnavailable):
            write(wire)

        assert len(wire.posts) == 1

    def test_of_binary_data_leave_text_that_every_database_stores(self) -> None:
        rubbish = raw(b"\x00\x01rub\x00bish\r\n\r\n")
        with ScriptedServer(rubbish) as wire, pytest.raises(CloudUnavailable) as failed:
            write(wire)

        assert "bish" in str(failed.value)
        assert "\x00" not in str(failed.value)

    def test_of_10_megabytes_are_read(self) -> None:
        with ScriptedServer(reply(200, text="x" * 10_000_000)) as wire:
            assert len(read(wire).body) == 10_000_000

    @pytest.mark.parametrize("extra", [0, 1])
    def test_are_read_up_to_a_limit(
        self, extra: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http_module, "READ_LIMIT", 100_000)
        with ScriptedServer(reply(200, text="x" * (100_000 + extra))) as wire:
            answer = read(wire)

        assert len(answer.body) == 100_000
        assert bool(answer.fault) is bool(extra)

    def test_have_the_documented_limits(self) -> None:
        assert (READ_LIMIT, WRITE_LIMIT) == (16 * 1024**2, 1024**2)

    @pytest.mark.parametrize("chunked", [False, True])
    def test_are_limited_after_decompression_too(self, chunked: bool) -> None:
        bomb = gzip.compress(b"0" * 50_000_000)
        length = f"Content-Length: {len(bomb)}\r\n\r\n".encode()
        if chunked:
            length = (
                b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(bomb):x}\r\n".encode()
            )
            bomb += b"\r\n0\r\n\r\n"
        head = b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\n" + length
        with ScriptedServer(raw(head + bomb)) as wire:
            answer = write(wire)

        assert len(answer.body) == WRITE_LIMIT
        assert "longer than" in answer.fault
