"""Where a value stands, and in which bytes."""

import codecs
import os
from pathlib import Path

import pytest

from portal.environment.sources import Sources

UNREADABLE = {
    "UTF-16 with a mark": "NAME=Bär\n".encode("utf-16"),
    "UTF-16, little end first": "NAME=x\n".encode("utf-16-le"),
    "UTF-16, big end first": "NAME=x\n".encode("utf-16-be"),
    "Latin-1": "NAME=Bär\n".encode("latin-1"),
}
READABLE = {
    "a mark": codecs.BOM_UTF8 + b"NAME=B\xc3\xa4r\n",
    "a mark and CRLF": codecs.BOM_UTF8 + b"NAME=B\xc3\xa4r\r\nOTHER=x\r\n",
    "no line break at the end": b"NAME=B\xc3\xa4r",
    "export": b"export NAME=B\xc3\xa4r\n",
    "single quotes": b"NAME='B\xc3\xa4r'\n",
    "double quotes": b'NAME="B\xc3\xa4r"\n',
    "blanks": b"  NAME = B\xc3\xa4r  \n",
    "twice": b"NAME=x\nNAME=B\xc3\xa4r\n",
}


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that NAME_FILE names."""
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "secret"))
    return tmp_path / "secret"


class TestDotenv:
    @pytest.mark.parametrize("text", READABLE.values(), ids=READABLE)
    def test_is_read_however_it_was_saved(self, dotenv: Path, text: bytes) -> None:
        dotenv.write_bytes(text)
        assert Sources(dotenv).find("NAME") == "Bär"

    @pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
    def test_in_other_bytes_than_utf_8_stops_the_start(
        self, dotenv: Path, text: bytes
    ) -> None:
        dotenv.write_bytes(text)
        with pytest.raises(SystemExit) as stopped:
            Sources(dotenv)
        line = str(stopped.value)
        assert line.startswith(".env: ")
        assert line.endswith(".env' is not text in UTF-8. Save it as UTF-8.")

    @pytest.mark.parametrize(
        "line", ["SECRET KEY=hunter2", "hunter2", "NAME: hunter2", "1NAME=hunter2"]
    )
    def test_with_a_line_that_is_none_stops_the_start_and_hides_it(
        self, dotenv: Path, line: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        dotenv.write_text(f"# a comment\n\nOTHER=x\n{line}\n")
        with pytest.raises(SystemExit) as stopped:
            Sources(dotenv)
        words = ".env: line 4 is neither NAME=value nor a comment."
        assert str(stopped.value) == words
        assert caplog.text == ""

    def test_that_is_a_folder_stops_the_start(self, dotenv: Path) -> None:
        dotenv.mkdir()
        with pytest.raises(SystemExit, match=r"^\.env: the file cannot be read \("):
            Sources(dotenv)

    def test_may_be_missing(self, dotenv: Path) -> None:
        assert Sources(dotenv).find("NAME") == ""

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            (r'"a\"b"', 'a"b'),
            (r'"a\\b"', r"a\b"),
            (r'"a\nb"', r"a\nb"),
            (r"'a\"b'", r"a\"b"),
            ("a # b", "a # b"),
            ("a=b", "a=b"),
            ('"', '"'),
            ("$NAME", "$NAME"),
            ("a\u2028b\x85c", "a\u2028b\x85c"),
        ],
    )
    def test_says_what_is_written(self, dotenv: Path, written: str, meant: str) -> None:
        dotenv.write_text(f"NAME={written}\n", encoding="utf-8")
        assert Sources(dotenv).find("NAME") == meant


class TestFiles:
    @pytest.mark.parametrize(
        "text", [b"\xef\xbb\xbfx y \n", b"x y \r\n", b"x y ", b"\nx y \n\n"]
    )
    def test_hold_the_value_without_mark_and_line_breaks(
        self, dotenv: Path, secret: Path, text: bytes
    ) -> None:
        secret.write_bytes(text)
        assert Sources(dotenv).find("NAME") == "x y "

    @pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
    def test_in_other_bytes_than_utf_8_stop_the_start(
        self, dotenv: Path, secret: Path, text: bytes
    ) -> None:
        secret.write_bytes(text)
        with pytest.raises(SystemExit) as stopped:
            Sources(dotenv).find("NAME")
        line = f"NAME_FILE: {str(secret)!a} is not text in UTF-8. Save it as UTF-8."
        assert str(stopped.value) == line

    def test_that_cannot_be_read_stop_the_start_without_a_word_of_what_was_given(
        self, dotenv: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NAME_FILE", "postgres://u:hunter2@h/db")
        with pytest.raises(SystemExit) as stopped:
            Sources(dotenv).find("NAME")
        assert str(stopped.value) == "NAME_FILE: names no file that can be read."


class TestEnvironment:
    def test_in_other_bytes_than_utf_8_stops_the_start(
        self, dotenv: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(os.environb, b"NAME", b"B\xe4r")
        with pytest.raises(SystemExit) as stopped:
            Sources(dotenv).find("NAME")
        assert str(stopped.value) == "NAME: is not text in UTF-8."

    def test_may_begin_with_a_mark(
        self, dotenv: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NAME", "\ufeffx")
        assert Sources(dotenv).find("NAME") == "x"
