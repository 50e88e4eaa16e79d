"""The table of codes against the vendor's list."""

import pytest

from clusters.cloud.huawei.codes import (
    ERROR_CODES,
    CodeClass,
    class_of,
    is_gateway_code,
    is_gateway_token_code,
    is_token_code,
)
from tests.unit.cloud.samples import sample


def _status(text: str | None) -> int | None:
    if text is None:
        return None
    return 0 if text == "NA" else int(text)


class TestErrorCodes:
    def test_are_those_of_the_list_in_its_order(self) -> None:
        listed = [entry["code"] for entry in sample("error-codes")]

        assert list(ERROR_CODES) == listed
        assert len(listed) == 181

    def test_say_what_the_list_says(self) -> None:
        for entry in sample("error-codes"):
            ours = ERROR_CODES[entry["code"]]
            assert ours.status == _status(entry["http_current"]), entry["code"]
            assert ours.status_2021 == _status(entry["http_2021"]), entry["code"]
            assert ours.code_class == entry["class"], entry["code"]
            assert ours.meaning == entry["meaning"], entry["code"]


class TestClassOf:
    def test_knows_a_listed_code(self) -> None:
        assert class_of("CSS.1112") is CodeClass.QUOTA

    @pytest.mark.parametrize("code", ["", "CSS.7777", "css.1112", "APIGW.0301"])
    def test_is_none_for_any_other(self, code: str) -> None:
        assert class_of(code) is None


class TestGatewayCodes:
    @pytest.mark.parametrize("code", ["APIGW.0308", "APIG.0101"])
    def test_are_known_with_both_prefixes(self, code: str) -> None:
        assert is_gateway_code(code)

    @pytest.mark.parametrize(
        "code", ["CSS.0301", "APIGW.301", "APIGW.03011", "XAPIGW.0301", "APIGW 0301"]
    )
    def test_are_nothing_that_looks_alike(self, code: str) -> None:
        assert not is_gateway_code(code)

    @pytest.mark.parametrize(
        "code", ["APIGW.0301", "APIG.0301", "APIGW.0305", "APIGW.0307"]
    )
    def test_blame_the_token_by_their_number(self, code: str) -> None:
        assert is_gateway_token_code(code)
        assert is_token_code(code)

    def test_of_other_numbers_do_not_blame_the_token(self) -> None:
        assert not is_gateway_token_code("APIGW.0308")
        assert not is_gateway_token_code("CSS.0301")

    @pytest.mark.parametrize("code", ["CSS.0045", "IAM.0066", "IAM.0067", "IAM.0001"])
    def test_are_not_the_only_ones_that_blame_the_token(self, code: str) -> None:
        assert is_token_code(code)
        assert not is_gateway_token_code(code)
