"""Pasted values in their normal form: invisible characters, spellings of a host."""

import pytest

from clusters.cloud.text_cleaning import (
    tidy_url,
    tidy_value,
    without_line_end,
    without_outer_blanks,
)

BLANKS = [" ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2060"]


class TestTidyValue:
    @pytest.mark.parametrize("blank", BLANKS, ids=ascii)
    def test_has_no_blanks_at_its_ends(self, blank: str) -> None:
        assert tidy_value(f"{blank}hwaccount{blank} {blank}") == "hwaccount"

    def test_has_nothing_invisible_within(self) -> None:
        assert tidy_value("0a1b2c3d\u200b4e5f\u00ad6071") == "0a1b2c3d4e5f6071"

    @pytest.mark.parametrize("text", ["Portal Bot", "Portal\u00a0Bot"])
    def test_keeps_a_blank_between_words(self, text: str) -> None:
        assert tidy_value(text) == "Portal Bot"

    @pytest.mark.parametrize("text", ["", "cn-north-4_team", "账户", "a.b@c"])
    def test_leaves_other_text_alone(self, text: str) -> None:
        assert tidy_value(text) == text


class TestWithoutOuterBlanks:
    @pytest.mark.parametrize("blank", BLANKS, ids=ascii)
    def test_keeps_what_stands_within(self, blank: str) -> None:
        text = "a\u200db c"
        assert without_outer_blanks(f"{blank}{text}{blank}") == text


class TestTidyUrl:
    @pytest.mark.parametrize(
        "text",
        [
            "https://css.test",
            " https://css.test\n",
            "https://css.test/",
            "https://css.test//",
            "https://css.test:443",
            "https://css.test:0443/",
            "https://css.test.",
            "HTTPS://CSS.Test:443/",
            "https://css.\u200btest",
        ],
        ids=ascii,
    )
    def test_has_one_spelling(self, text: str) -> None:
        assert tidy_url(text) == "https://css.test"

    @pytest.mark.parametrize(
        ("text", "tidy"),
        [
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://127.0.0.1:443", "http://127.0.0.1:443"),
            ("https://css.test:80", "https://css.test:80"),
            ("https://css.test.:8443/", "https://css.test:8443"),
            ("https://[0:0:0:0:0:0:0:1]:443", "https://[::1]"),
            ("https://[::1]:8443", "https://[::1]:8443"),
            ("https://[::FFFF:a00:1]", "https://[::ffff:a00:1]"),
        ],
    )
    def test_keeps_what_makes_it_another_place(self, text: str, tidy: str) -> None:
        assert tidy_url(text) == tidy

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "css.test",
            "https://css.test/v3",
            "https://a:b@css.test",
            "https://css.test:0",
            "https://css.test:99999",
            "https://[::g]",
            "https://css.test?x",
        ],
    )
    def test_mends_nothing_that_is_no_address(self, text: str) -> None:
        assert tidy_url(text) == text


class TestWithoutLineEnd:
    @pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r"])
    def test_keeps_every_blank_of_a_password(self, end: str) -> None:
        assert without_line_end(f" pass word\t\u00a0{end}") == " pass word\t\u00a0"
