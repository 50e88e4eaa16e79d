"""A head is read as it was signed, or refused with half a sentence that says why."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clusters.credentials.signing import Signer, is_signature
from clusters.domain.signed_head import BadHead, Head, line_of, read_line
from tests.services.stack import ROOT

SIGNER = Signer("aGVhZC1oZWFkLWhlYWQtaGVhZC1oZWFkLWhlYWQtaGU=")
HEAD = Head(
    installation="grüße",
    at="2026-11-23T12:00:00+00:00",
    last_event=7,
    events=5,
    chains=2,
    root="ab" * 32,
)
LINE = line_of(HEAD, SIGNER)


def changed(**values: Any) -> str:
    """Return the line with other values and the signature as it was."""
    return json.dumps(json.loads(LINE) | values)


def signed_anew(**values: Any) -> str:
    """Return a line with other values, signed by somebody who has the key."""
    content = json.loads(LINE) | values
    del content["signature"]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return json.dumps(content | {"signature": SIGNER.sign(text.encode())})


class TestAHead:
    def test_is_one_line_of_ascii(self) -> None:
        assert LINE.isascii()
        assert "\n" not in LINE
        assert list(json.loads(LINE)) == sorted(json.loads(LINE))

    def test_is_read_as_it_was_signed(self) -> None:
        signed = read_line(LINE + "\n")
        assert (signed.head, signed.public_key) == (HEAD, SIGNER.public_key)

    @pytest.mark.parametrize(
        "key", ["installation", "at", "last_event", "events", "chains", "root"]
    )
    def test_cannot_be_changed(self, key: str) -> None:
        other = {
            "installation": "other",
            "at": "2026-11-24T12:00:00+00:00",
            "root": "cd" * 32,
        }.get(key, 99)
        with pytest.raises(BadHead, match="a signature that is not that"):
            read_line(changed(**{key: other}))

    def test_cannot_be_signed_with_the_key_of_another(self) -> None:
        with pytest.raises(BadHead, match="a signature that is not that"):
            read_line(changed(public_key=Signer.new().public_key))

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("", "is empty"),
            ("\n", "is empty"),
            (LINE[:-30], "is cut"),
            (LINE[30:], "is no JSON"),
            ("[" * 100_000, "is no JSON"),
            ("[1]", "is JSON, and no head"),
            (signed_anew(format=2), "has the format 2, and 1 is known"),
            (signed_anew(format=None), "has the format None"),
            (signed_anew(events=True), "has no “events” that can be read"),
            (signed_anew(events=-1), "has no “events” that can be read"),
            (signed_anew(last_event="7"), "has no “last_event” that can be read"),
            (signed_anew(root="AB" * 32), "has no “root” that can be read"),
            (signed_anew(at="yesterday"), "has no “at” that can be read"),
            (signed_anew(installation=None), "has no “installation” that can be read"),
            (signed_anew(more=1), "has “more”, which no head has"),
            (changed(signature="x"), "has no “signature” that can be read"),
            (changed(public_key=None), "has no “public_key” that can be read"),
        ],
    )
    def test_is_refused_if_it_is_none(self, line: str, why: str) -> None:
        with pytest.raises(BadHead) as error:
            read_line(line)
        assert str(error.value).startswith(why)


class TestASigner:
    def test_keeps_its_key_in_base64(self) -> None:
        made = Signer.new()
        again = Signer(made.private_key)
        assert again.public_key == made.public_key
        assert is_signature(again.sign(b"x"), b"x", public_key=made.public_key)

    def test_shows_its_key_to_nobody(self) -> None:
        assert SIGNER.private_key not in repr(SIGNER)

    @pytest.mark.parametrize("key", ["", "hunter2", "aHVudGVyMg==", "ü" * 44])
    def test_needs_32_bytes(self, key: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            Signer(key)

    @pytest.mark.parametrize(
        ("signature", "key"), [("", SIGNER.public_key), ("ü", "x"), ("AAAA", "")]
    )
    def test_is_not_behind_what_cannot_be_read(self, signature: str, key: str) -> None:
        assert not is_signature(signature, b"x", public_key=key)


class TestTheVerifierOfTheDocuments:
    def run(
        self, *arguments: str, lines: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-I", str(ROOT / "docs/verify_head.py"), *arguments],
            input=lines,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def test_takes_lines_that_were_signed(self, tmp_path: Path) -> None:
        file = tmp_path / "heads"
        file.write_text(f"{LINE}\n\n{LINE}\n")
        said = (
            "right, 2026-11-23T12:00:00+00:00: 5 events in 2 chains,"
            f" key {SIGNER.public_key}\n"
        )
        done = self.run(str(file))
        assert (done.returncode, done.stdout) == (0, f"1. {said}2. {said}")

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            (changed(events=6), "the signature is not that of this content"),
            (LINE[:-9], "this is no head, or it is cut"),
            ("7", "this is no head, or it is cut"),
            ('{"signature": 7}', "this is no head, or it is cut"),
        ],
    )
    def test_names_a_wrong_line(self, line: str, why: str) -> None:
        done = self.run(lines=f"{LINE}\n{line}\n")
        assert done.returncode == 1, done.stderr
        assert done.stdout.endswith(f"\n2. WRONG: {why}\n")

    def test_takes_no_lines_for_no_heads(self) -> None:
        assert self.run().returncode == 1

    def test_is_short(self) -> None:
        """The contract says thirty lines, which a reader can read."""
        code = (ROOT / "docs/verify_head.py").read_text().split('"""')[2]
        assert sum(bool(line.strip()) for line in code.splitlines()) <= 30
