"""The error for the response to a read."""

import json
from typing import Any

import pytest

from clusters.cloud.errors import (
    AnswerUnreadable,
    CloudError,
    CloudRefused,
    CloudUnavailable,
    Throttled,
    TokenRefused,
)
from clusters.cloud.huawei.responses import (
    error_of,
)
from tests.unit.cloud.test_responses import NOON, response


def error(
    status: int, data: Any = None, *, secrets: tuple[str, ...] = (), **kwargs: Any
) -> CloudError:
    return error_of(response(status, data, **kwargs), secrets=secrets, now=NOON)


class TestErrorOf:
    def test_keeps_code_and_message_of_the_cloud(self) -> None:
        found = error(
            400,
            {"errCode": "CSS.0001", "externalMessage": "CSS.0001 : bad (name)"},
            x_request_id="r-1",
        )

        assert type(found) is CloudRefused
        assert (found.code, found.message) == ("CSS.0001", "CSS.0001 : bad (name)")
        assert (found.status, found.request_id) == (400, "r-1")

    @pytest.mark.parametrize(
        ("status", "data", "kind"),
        [
            (401, {"error_code": "APIGW.0307", "error_msg": "x"}, TokenRefused),
            (401, {"code": "VPC.0008", "message": "x"}, TokenRefused),
            (401, None, TokenRefused),
            (400, {"errCode": "CSS.0045", "externalMessage": "x"}, TokenRefused),
            (401, {"code": "VPC.0005", "message": "arrears"}, CloudRefused),
            (403, {"errCode": "CSS.0015", "externalMessage": "x"}, CloudRefused),
            (404, {"error_code": "APIGW.0101", "error_msg": "x"}, CloudRefused),
            (429, {"error_code": "APIGW.0308", "error_msg": "x"}, Throttled),
            (429, None, Throttled),
            (408, {"message": "slow"}, CloudUnavailable),
            (500, {"errCode": "CSS.0005", "externalMessage": "x"}, CloudUnavailable),
            (202, {"errCode": "CSS.0011", "externalMessage": "x"}, CloudUnavailable),
            (500, None, AnswerUnreadable),
            (404, None, AnswerUnreadable),
            (302, None, AnswerUnreadable),
            (307, {"message": "over there"}, AnswerUnreadable),
        ],
    )
    def test_has_the_class_that_says_what_to_do(
        self, status: int, data: Any, kind: type[CloudError]
    ) -> None:
        assert type(error(status, data)) is kind

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ("5", 5.0),
            (" 0 ", 0.0),
            ("1.5", 1.5),
            ("Mon, 23 Nov 2026 12:01:30 GMT", 90.0),
            ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
            ("999999999999", 86_400.0),
            ("-5", None),
            ("soon", None),
            ("", None),
            ("9" * 400, None),
        ],
    )
    def test_carries_the_pause_that_a_throttle_asks_for(
        self, header: str, seconds: float | None
    ) -> None:
        found = error(429, {"message": "slow down"}, retry_after=header)

        assert isinstance(found, Throttled)
        assert found.retry_after == seconds

    def test_keeps_an_unreadable_body_as_raw_text(self) -> None:
        found = error(502, body=b"<html>no backend</html>", x_request_id="r-2")

        assert found.raw == "<html>no backend</html>"
        assert found.request_id == "r-2"
        assert found.message

    @pytest.mark.parametrize(
        "echo",
        [
            'pa"ss/wörd&x',
            json.dumps('pa"ss/wörd&x'),
            "pa%22ss%2Fw%C3%B6rd%26x",
            "pa&quot;ss/wörd&amp;x",
        ],
    )
    def test_hides_a_secret_however_it_is_spelled(self, echo: str) -> None:
        secrets = ('pa"ss/wörd&x',)
        said = error(
            400, {"code": "A", "message": f"you sent {echo}."}, secrets=secrets
        )
        page = error(500, body=f"<p>{echo}</p>".encode(), secrets=secrets)

        for text in (said.message, page.raw):
            assert "[hidden]" in text
            assert "ss" not in text

    def test_hides_a_secret_that_is_cut_off_at_the_end(self) -> None:
        secrets = ("MIIabcdefghijklmnopqrstuvwxyz",)
        found = error(500, body=b"<p>token MIIabcdefghijkl", secrets=secrets)

        assert found.raw == "<p>token [hidden]"
