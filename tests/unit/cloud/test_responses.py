"""The error details of a response in each of its shapes, and its stored text."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from clusters.cloud.huawei.responses import (
    CloudErrorDetails,
    CloudResponse,
    error_details,
    marks_an_error,
    raw_text,
)
from tests.unit.cloud.samples import sample

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def response(
    status: int = 200, data: Any = None, *, body: bytes = b"", **headers: str
) -> CloudResponse:
    return CloudResponse(
        status=status,
        headers=CaseInsensitiveDict(
            {name.replace("_", "-"): value for name, value in headers.items()}
        ),
        body=body if data is None else json.dumps(data).encode(),
    )


class TestErrorDetails:
    @pytest.mark.parametrize(
        ("data", "code", "message"),
        [
            (
                {"errCode": "CSS.0001", "externalMessage": "CSS.0001 : bad (name)"},
                "CSS.0001",
                "CSS.0001 : bad (name)",
            ),
            (
                {"error_code": "APIGW.0301", "error_msg": "Incorrect IAM"},
                "APIGW.0301",
                "Incorrect IAM",
            ),
            ({"errorCode": "X.1", "errorMsg": "no"}, "X.1", "no"),
            ({"code": "VPC.0101", "message": "Query"}, "VPC.0101", "Query"),
            (
                {"error": {"code": 401, "message": "wrong", "title": "Unauthorized"}},
                "401",
                "wrong",
            ),
        ],
    )
    def test_reads_each_shape_unchanged(
        self, data: Any, code: str, message: str
    ) -> None:
        assert error_details(response(400, data)) == CloudErrorDetails(code, message)

    def test_believes_css_before_the_gateway(self) -> None:
        data = {"error_code": "B", "error_msg": "b", "errCode": "A", "code": "C"}

        assert error_details(response(400, data)).code == "A"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>500</html>",
            b"[]",
            b"null",
            b"7",
            b'"CSS.0001"',
            b"{",
            b"\xff\x00",
        ],
    )
    def test_finds_nothing_in_what_is_no_object(self, body: bytes) -> None:
        assert error_details(response(500, body=body)) == CloudErrorDetails()

    @pytest.mark.parametrize("value", [None, True, [], {}, 1.5, "", "  ", "X" * 65])
    def test_takes_no_code_that_is_none(self, value: Any) -> None:
        assert error_details(response(400, {"errCode": value})).code == ""

    def test_finds_nothing_in_deeply_nested_json(self) -> None:
        assert error_details(response(400, body=b"[" * 100_000)) == CloudErrorDetails()

    def test_takes_the_request_id_of_the_header_and_else_of_the_body(self) -> None:
        data = {"error_code": "A", "request_id": "from-body"}

        assert error_details(response(400, data)).request_id == "from-body"
        both = response(400, data, x_request_id="from-header")
        assert error_details(both).request_id == "from-header"

    def test_removes_characters_that_postgresql_refuses(self) -> None:
        data = {"errCode": "A", "externalMessage": "a\x00b\ud800c"}

        assert error_details(response(400, data)).message == "ab?c"

    @pytest.mark.parametrize(
        "case", sample("errors"), ids=lambda case: str(case["case"])
    )
    def test_finds_the_details_of_every_sample(self, case: dict[str, Any]) -> None:
        if isinstance(case["body"], str):
            assert (
                error_details(response(case["status"], body=case["body"].encode())).code
                == ""
            )
            return
        flat = json.dumps(case["body"])
        words = error_details(response(case["status"], case["body"]))

        assert words.code
        assert words.message
        assert words.code in flat
        assert words.message in flat


class TestRawText:
    def test_keeps_up_to_4_kilobytes(self) -> None:
        text = raw_text(response(500, body="ü".encode() * 10_000), ())

        assert len(text.encode()) == 4096
        assert set(text) == {"ü"}

    def test_decodes_bytes_that_are_no_text(self) -> None:
        assert raw_text(response(500, body=b"a\xff\x00b"), ()) == "a\ufffdb"

    def test_has_secrets_removed_before_it_is_cut(self) -> None:
        body = b"x" * 4090 + b"opensesame"

        assert "open" not in raw_text(response(500, body=body), ("opensesame",))


class TestMarksAnError:
    def test_is_recognised_by_the_names_that_css_and_the_gateway_use(self) -> None:
        assert marks_an_error({"errCode": "CSS.0011"})
        assert marks_an_error({"error_code": "CSS.0011"})

    @pytest.mark.parametrize("data", [None, [], {}, {"errCode": None}, {"code": "A"}])
    def test_is_not_recognised_by_anything_else(self, data: Any) -> None:
        assert not marks_an_error(data)


class TestCloudResponse:
    def test_does_not_show_headers_or_body(self) -> None:
        shown = repr(response(201, {"a": "secret"}, x_subject_token="secret"))

        assert "secret" not in shown
