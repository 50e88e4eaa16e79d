"""What one answer to a create proves, row by row."""

from datetime import UTC, datetime
from typing import Any

import pytest

from clusters.cloud.huawei.codes import ERROR_CODES, CodeClass
from clusters.cloud.huawei.outcome import classify_response, outcome_of
from clusters.cloud.huawei.responses import CloudResponse
from clusters.cloud.types import CreateResult, Outcome, Token
from tests.unit.cloud.samples import sample
from tests.unit.cloud.test_responses import NOON, answer

TOKEN = Token(
    value="MIItoken-value",
    issued_at=NOON,
    expires_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
    project_id="p1",
)
MADE = {"cluster": {"id": "7c6d5e4f-3a2b", "name": "ES-Test"}}


def css(code: str) -> dict[str, str]:
    return {"errCode": code, "externalMessage": f"{code} : words"}


def gateway(code: str) -> dict[str, str]:
    return {"error_code": code, "error_msg": "words", "request_id": "r"}


def sorted_answer(given: CloudResponse) -> CreateResult:
    return classify_response(given, token=TOKEN, secrets=(TOKEN.value,), now=NOON)


class TestOutcomeOf:
    @pytest.mark.parametrize(
        ("status", "data", "outcome"),
        [
            (200, MADE, Outcome.ACCEPTED),
            (201, MADE, Outcome.ACCEPTED),
            (202, MADE, Outcome.ACCEPTED),
            # 2xx that prove nothing
            (200, {}, Outcome.UNKNOWN),
            (200, [], Outcome.UNKNOWN),
            (204, None, Outcome.UNKNOWN),
            (200, {"cluster": {"name": "ES-Test"}}, Outcome.UNKNOWN),
            (200, {"cluster": {"id": ""}}, Outcome.UNKNOWN),
            (200, {"cluster": {"id": 7}}, Outcome.UNKNOWN),
            (200, {"cluster": {"id": "a b"}}, Outcome.UNKNOWN),
            (200, {"cluster": {"id": "a" * 65}}, Outcome.UNKNOWN),
            (200, {"cluster": "7c6d"}, Outcome.UNKNOWN),
            (200, {"orderId": "CS1"}, Outcome.UNKNOWN),
            (202, css("CSS.0011"), Outcome.UNKNOWN),
            (200, {**MADE, **css("CSS.0001")}, Outcome.UNKNOWN),
            (200, css("CSS.5050"), Outcome.UNKNOWN),
            # the gateway, before CSS saw anything
            (401, gateway("APIGW.0301"), Outcome.UNAUTHORISED),
            (401, gateway("APIG.0305"), Outcome.UNAUTHORISED),
            (401, gateway("APIGW.0307"), Outcome.UNAUTHORISED),
            (429, gateway("APIGW.0308"), Outcome.THROTTLED),
            (429, gateway("APIG.0308"), Outcome.THROTTLED),
            # a 429 that may come from anybody
            (429, None, Outcome.UNKNOWN),
            (429, css("CSS.1112"), Outcome.UNKNOWN),
            (429, {"message": "slow down"}, Outcome.UNKNOWN),
            # refused
            (400, css("CSS.0001"), Outcome.REFUSED),
            (400, css("CSS.0036"), Outcome.REFUSED),
            (400, css("CSS.1112"), Outcome.REFUSED),
            (400, css("CSS.7777"), Outcome.REFUSED),
            (403, css("CSS.0015"), Outcome.REFUSED),
            (404, css("CSS.5022"), Outcome.REFUSED),
            (412, css("CSS.5130"), Outcome.REFUSED),
            (419, css("CSS.0023"), Outcome.REFUSED),
            (403, gateway("APIGW.0302"), Outcome.REFUSED),
            (404, gateway("APIGW.0101"), Outcome.REFUSED),
            (401, gateway("APIGW.0303"), Outcome.REFUSED),
            (409, css("CSS.0001"), Outcome.REFUSED),
            (409, gateway("APIGW.0302"), Outcome.REFUSED),
            # the name is held
            (400, css("CSS.5050"), Outcome.NAME_HELD),
            (409, css("CSS.5050"), Outcome.NAME_HELD),
            (409, css("CSS.1102"), Outcome.NAME_HELD),
            (409, css("CSS.0031"), Outcome.NAME_HELD),
            (409, css("CSS.0029"), Outcome.NAME_HELD),
            (409, None, Outcome.NAME_HELD),
            (409, {"message": "Conflict"}, Outcome.NAME_HELD),
            (409, css("CSS.7777"), Outcome.NAME_HELD),
            (409, {"code": "Conflict", "message": "exists"}, Outcome.NAME_HELD),
            # CSS touched it
            (409, css("CSS.0011"), Outcome.BUSY),
            (400, css("CSS.5174"), Outcome.BUSY),
            (400, css("CSS.0045"), Outcome.BUSY),
            (401, css("CSS.0045"), Outcome.BUSY),
            (401, css("CSS.7777"), Outcome.BUSY),
            (401, {"error": {"code": 401, "message": "x"}}, Outcome.BUSY),
            (401, None, Outcome.BUSY),
            (400, gateway("APIGW.0301"), Outcome.BUSY),
            # everything else
            (400, None, Outcome.UNKNOWN),
            (400, {}, Outcome.UNKNOWN),
            (400, {"message": "no code"}, Outcome.UNKNOWN),
            (400, {"error": {"code": 400, "message": "proxy"}}, Outcome.UNKNOWN),
            (408, None, Outcome.UNKNOWN),
            (408, css("CSS.0001"), Outcome.UNKNOWN),
            (500, css("CSS.0005"), Outcome.UNKNOWN),
            (500, css("CSS.1112"), Outcome.UNKNOWN),
            (500, css("CSS.0011"), Outcome.UNKNOWN),
            (502, gateway("APIGW.0201"), Outcome.UNKNOWN),
            (503, gateway("APIGW.0301"), Outcome.UNKNOWN),
            (504, gateway("APIGW.0201"), Outcome.UNKNOWN),
            (503, MADE, Outcome.UNKNOWN),
            (302, None, Outcome.UNKNOWN),
            (307, css("CSS.0001"), Outcome.UNKNOWN),
            (101, None, Outcome.UNKNOWN),
        ],
    )
    def test_is_the_row_of_the_table(
        self, status: int, data: Any, outcome: Outcome
    ) -> None:
        assert outcome_of(answer(status, data)) is outcome

    @pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 429, 500, 502])
    @pytest.mark.parametrize(
        "body", [b"<html>CSS.5050</html>", b'{"errCode":"CSS.0001"', b"Conflict"]
    )
    def test_is_unknown_for_a_page_or_half_an_answer(
        self, status: int, body: bytes
    ) -> None:
        assert outcome_of(answer(status, body=body)) is Outcome.UNKNOWN

    @pytest.mark.parametrize("status", [200, 400, 401, 409])
    def test_is_unknown_when_the_body_broke_off(self, status: int) -> None:
        cut = CloudResponse(status=status, headers={}, body=b"", fault="cut")

        assert outcome_of(cut) is Outcome.UNKNOWN

    def test_follows_the_class_of_each_code_in_a_400(self) -> None:
        of_class = {
            CodeClass.EXISTS: Outcome.NAME_HELD,
            CodeClass.BUSY: Outcome.BUSY,
            CodeClass.AUTH: Outcome.BUSY,
        }
        for code, listed in ERROR_CODES.items():
            expected = of_class.get(listed.code_class, Outcome.REFUSED)
            if code == "CSS.0029":
                expected = Outcome.NAME_HELD
            assert outcome_of(answer(400, css(code))) is expected, code

    def test_is_never_accepted_with_a_code(self) -> None:
        for code in ERROR_CODES:
            given = answer(200, {**MADE, **css(code)})
            assert outcome_of(given) is Outcome.UNKNOWN, code


class TestSortAnswer:
    def test_carries_the_id_of_an_accepted_create(self) -> None:
        given = answer(200, sample("create-response-200"), x_request_id="r-1")
        found = sorted_answer(given)

        assert found.outcome is Outcome.ACCEPTED
        assert found.cluster_id == "7c6d5e4f-3a2b-4c1d-9e8f-0a1b2c3d4e5f"
        assert (found.status, found.request_id, found.raw) == (200, "r-1", "")
        assert found.token is TOKEN

    def test_carries_the_words_of_a_refusal_and_no_raw_text(self) -> None:
        found = sorted_answer(answer(400, css("CSS.1112")))

        assert (found.code, found.message) == ("CSS.1112", "CSS.1112 : words")
        assert found.raw == ""

    def test_keeps_the_body_of_what_it_does_not_know(self) -> None:
        page = sorted_answer(answer(502, body=b"<html>bad gateway</html>"))
        both = sorted_answer(answer(202, {**MADE, **css("CSS.0011")}))

        assert page.raw == "<html>bad gateway</html>"
        assert "7c6d5e4f-3a2b" in both.raw
        assert both.cluster_id == ""
        assert both.code == "CSS.0011"

    @pytest.mark.parametrize("data", [gateway("APIGW.0308"), None])
    def test_keeps_the_pause_of_any_429(self, data: Any) -> None:
        assert sorted_answer(answer(429, data, retry_after="5")).retry_after == 5.0

    @pytest.mark.parametrize(
        ("status", "data", "trouble"),
        [
            (401, gateway("APIGW.0301"), True),
            (400, css("CSS.0045"), True),
            (401, None, True),
            (400, css("CSS.5174"), False),
            (400, css("CSS.0001"), False),
            (401, gateway("APIGW.0303"), False),
        ],
    )
    def test_says_whether_it_was_the_token(
        self, status: int, data: Any, trouble: bool
    ) -> None:
        assert sorted_answer(answer(status, data)).token_trouble is trouble

    def test_hides_the_token_in_the_clouds_words(self) -> None:
        said = sorted_answer(
            answer(400, {"errCode": "CSS.0001", "externalMessage": f"x {TOKEN.value}"})
        )
        page = sorted_answer(answer(500, body=f"<p>{TOKEN.value}".encode()))

        assert said.message == "x [hidden]"
        assert page.raw == "<p>[hidden]"
        assert TOKEN.value not in repr(said) + repr(page)
