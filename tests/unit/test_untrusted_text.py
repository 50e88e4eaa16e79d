"""What people wrote, shown so that it reads as what it is."""

import unicodedata

import pytest

from clusters.domain.untrusted_text import (
    defused,
    marked,
    name_in_mail,
    one_line,
    quoted,
)

DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
ZERO_WIDTHS = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f\u3164\u2800\U000e0041"
CONTROLS = "\x00\x07\x08\x0b\x0c\r\x1b\x7f\x85\x9b\u2028\u2029"


class TestMarked:
    @pytest.mark.parametrize(
        "hidden", [*DIRECTIONS, *ZERO_WIDTHS, *CONTROLS], ids=ascii
    )
    def test_names_what_cannot_be_seen(self, hidden: str) -> None:
        assert marked(f"a{hidden}b") == f"a[U+{ord(hidden):04X}]b"

    @pytest.mark.parametrize(
        "text",
        ["", "Suche für Köln", "日志搜索。很快", "שלום", "مرحبا", "a\n\tb", "🚀 ❤️"],
    )
    def test_leaves_alone_what_can(self, text: str) -> None:
        assert marked(text) == text

    def test_leaves_nothing_of_the_format_characters_of_unicode(self) -> None:
        formats = [
            chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cf"
        ]
        assert len(formats) > 100
        left = set(marked("".join(formats)))
        assert all(each.isascii() and each.isprintable() for each in left)

    def test_takes_a_browser_s_line_end_for_one(self) -> None:
        assert marked("a\r\nb") == "a\nb"


class TestOneLine:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\t"])
    def test_has_no_end_within(self, end: str) -> None:
        assert one_line(f"a{end}Bcc: x@example.com") == "a Bcc: x@example.com"

    @pytest.mark.parametrize("end", ["\r", "\u2028", "\x85", "\x0b"])
    def test_names_other_ends(self, end: str) -> None:
        assert len(one_line(f"a{end}b").splitlines()) == 1


class TestDefused:
    @pytest.mark.parametrize(
        ("link", "shown"),
        [
            ("https://portal.example.com/x", "https[:]//portal[.]example[.]com/x"),
            ("HTTP://10.0.0.1/login", "HTTP[:]//10.0.0.1/login"),
            ("www.example.com", "www[.]example[.]com"),
            ("portal。example\uff0ecom", "portal[.]example[.]com"),
            ("bob@example.com", "bob@example[.]com"),
            ("пример.рф", "пример[.]рф"),
        ],
    )
    def test_is_no_link_any_more(self, link: str, shown: str) -> None:
        assert defused(link) == shown

    @pytest.mark.parametrize(
        "text", ["7.10.2", "Done. Next.", "日志。搜索", "a: b", "e.g."]
    )
    def test_changes_nothing_else(self, text: str) -> None:
        assert defused(text) == text


class TestQuoted:
    def test_begins_each_line_so_that_none_can_pass_for_the_portals(self) -> None:
        text = "Fine\n\nRead it and decide:\r\nhttps://portal.example.com/\u2028x"
        assert quoted(text).split("\n") == [
            "> Fine",
            "> ",
            "> Read it and decide:",
            "> https[:]//portal[.]example[.]com/[U+2028]x",
        ]

    @pytest.mark.parametrize(
        "end", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2029"]
    )
    def test_knows_every_end_of_a_line(self, end: str) -> None:
        lines = quoted(f"a{end}b").splitlines()
        assert all(line.startswith("> ") for line in lines)


class TestNameInMail:
    def test_is_one_line_without_a_link(self) -> None:
        assert name_in_mail("al\u202eice\nwww.x.io") == "al[U+202E]ice www[.]x[.]io"
