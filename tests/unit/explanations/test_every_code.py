"""Each listed code and each HTTP status has two whole sentences in both languages."""

import re
from collections.abc import Callable

import pytest
from django.utils.translation import override

from clusters.domain.error_codes import PortalCode
from clusters.explanations import EXPLAINED, Explanation, explain
from tests.unit.cloud.samples import sample

CODES = [entry["code"] for entry in sample("error-codes")]
OWN = [code.value for code in PortalCode]
DOORS = [
    *("APIGW.0101", "APIGW.0301", "APIGW.0302", "APIGW.0308", "APIG.0301"),
    *("IAM.0001", "IAM.0004", "IAM.0012", "IAM.0062", "IAM.0081"),
]
STATUSES = [0, 200, 202, 301, 302, 303, 307, 308, *range(400, 600)]

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENDS = {"en": ".", "zh-hans": "。"}


def texts_of(explanation: Explanation, language: str) -> tuple[str, str]:
    """Return both sentences in this language."""
    with override(language):
        return str(explanation.sentence), str(explanation.next_step)


def require_whole_sentences(explanation: Explanation, code: str) -> None:
    """Fail unless both languages have two whole sentences that quote no code."""
    for language, stop in ENDS.items():
        for text in texts_of(explanation, language):
            assert text.endswith(stop), code
            assert len(text) > len("CSS.0000") or language != "en", code
            assert not code or code not in text, code
    for text in texts_of(explanation, "zh-hans"):
        assert CHINESE.search(text), code


class TestEveryCode:
    def test_is_one_of_181(self) -> None:
        assert len(set(CODES)) == 181

    def test_has_a_sentence_and_a_next_step_in_both_languages(self) -> None:
        for code in (*CODES, *OWN, *DOORS):
            require_whole_sentences(explain(code), code)

    def test_needs_no_status_to_be_explained(self) -> None:
        for code in (*CODES, *OWN, *DOORS):
            assert explain(code, 0) == explain(code, 418), code
            assert code in EXPLAINED, code

    @pytest.mark.parametrize("code", ["", "CSS.7777", "css.1112", "APIGW.0601", "404"])
    def test_that_is_not_listed_is_not_in_explained(self, code: str) -> None:
        assert code not in EXPLAINED
        assert explain(code, 403) != explain(code, 500)


class TestEveryStatus:
    def test_has_a_sentence_and_a_next_step_in_both_languages(self) -> None:
        for status in STATUSES:
            require_whole_sentences(explain("", status), str(status))

    @pytest.mark.parametrize(
        ("wrong", "is_that_kind"),
        [
            ("did not accept this request", lambda status: 400 <= status < 500),
            ("problem of its own", lambda status: status == 410 or status >= 500),
            ("no clear answer", lambda status: status < 400 or status in (407, 408)),
        ],
    )
    def test_has_the_explanation_that_fits_the_status(
        self, wrong: str, is_that_kind: Callable[[int], bool]
    ) -> None:
        for status in STATUSES:
            if wrong in explain("", status).sentence:
                assert is_that_kind(status), status

    @pytest.mark.parametrize(
        ("status", "part"),
        [
            (405, "address"),
            (410, "problem of its own"),
            (414, "too large"),
            (431, "too long"),
            (494, "too long"),
        ],
    )
    def test_has_an_explanation_of_its_own_where_it_says_more(
        self, status: int, part: str
    ) -> None:
        assert part in explain("", status).sentence
