"""The login: made once, for the right project, and its password shown nowhere."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from clusters.cloud.errors import (
    AnswerUnreadable,
    CloudError,
    CloudUnavailable,
    SignInRefused,
    Throttled,
)
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.huawei.iam import Credentials, sign_in
from clusters.cloud.types import Token
from tests.unit.cloud.samples import sample
from tests.unit.cloud.test_responses import NOON
from tests.unit.cloud.wire import LOOPBACK, Behaviour, ScriptedServer, close, raw, reply

PASSWORD = "example-Passw0rd"
TOKEN = "MII" + "abcdefghij" * 800

OLGAS = Credentials(
    domain="example-account",
    username="portal-bot",
    password=PASSWORD,
    project_name="cn-north-4",
)


def granted(**project: Any) -> Any:
    answer = sample("iam-token-response-201")
    answer["token"]["project"] |= project
    return answer


def login(
    *behaviours: Behaviour, credentials: Credentials = OLGAS
) -> tuple[Token, ScriptedServer]:
    with ScriptedServer(*behaviours) as wire:
        http = CloudHttp(connect_timeout=2, read_timeout=2, hosts=LOOPBACK)
        try:
            return sign_in(http, wire.url, credentials, clock=lambda: NOON), wire
        finally:
            http.close()
            assert len(wire.received) <= 1


class TestSignIn:
    def test_returns_the_token_of_the_header(self) -> None:
        token, _ = login(reply(201, granted(), x_subject_token=TOKEN))

        assert token.value == TOKEN
        assert token.project_id == "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
        assert token.issued_at == datetime(2026, 11, 23, 16, tzinfo=UTC)
        assert token.expires_at == datetime(2026, 11, 24, 16, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("credentials", "name"),
        [
            (OLGAS, "iam-token-request-project-name"),
            (
                replace(OLGAS, project_id="0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
                "iam-token-request-project-id",
            ),
        ],
    )
    def test_sends_the_documented_body(
        self, credentials: Credentials, name: str
    ) -> None:
        _, wire = login(
            reply(201, granted(), x_subject_token=TOKEN), credentials=credentials
        )
        (request,) = wire.received

        assert (request.method, request.target) == (
            "POST",
            "/v3/auth/tokens?nocatalog=true",
        )
        assert json.loads(request.body) == sample(name)
        assert request.headers["content-type"] == "application/json"
        assert "x-auth-token" not in request.headers

    def test_names_the_domain_beside_the_name_of_the_project(self) -> None:
        credentials = replace(OLGAS, project_domain="example-account")
        _, wire = login(
            reply(201, granted(), x_subject_token=TOKEN), credentials=credentials
        )

        assert json.loads(wire.received[0].body)["auth"]["scope"] == {
            "project": {"name": "cn-north-4", "domain": {"name": "example-account"}}
        }

    def test_names_no_domain_beside_the_id(self) -> None:
        known = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
        credentials = replace(OLGAS, project_id=known, project_domain="another")
        token, wire = login(
            reply(201, granted(), x_subject_token=TOKEN), credentials=credentials
        )

        scope = json.loads(wire.received[0].body)["auth"]["scope"]
        assert scope == {"project": {"id": known}}
        assert token.project_id == known

    def test_refuses_the_project_of_another_domain(self) -> None:
        answer = granted(domain={"id": "d", "name": "example-account"})
        with pytest.raises(SignInRefused, match="into another project"):
            login(
                reply(201, answer, x_subject_token=TOKEN),
                credentials=replace(OLGAS, project_domain="another"),
            )

    def test_sends_no_invisible_characters_of_an_older_row(self) -> None:
        pasted = replace(
            OLGAS,
            domain="example-account ",
            username="portal-bot\u200b",
            project_name="\u00a0cn-north-4",
        )
        _, wire = login(
            reply(201, granted(), x_subject_token=TOKEN), credentials=pasted
        )

        sent = sample("iam-token-request-project-name")
        assert json.loads(wire.received[0].body) == sent

    def test_sends_a_password_unchanged(self) -> None:
        _, wire = login(
            reply(201, granted(), x_subject_token=TOKEN),
            credentials=replace(OLGAS, password=" a b "),
        )

        user = json.loads(wire.received[0].body)["auth"]["identity"]["password"]["user"]
        assert user["password"] == " a b "

    @pytest.mark.parametrize(
        "text",
        ["2026-11-24T16:00:00Z", "2026-11-24T16:00:00", "2026-11-24T17:00:00+01:00"],
    )
    def test_reads_a_time_without_microseconds(self, text: str) -> None:
        answer = granted()
        answer["token"]["expires_at"] = text
        token, _ = login(reply(201, answer, x_subject_token=TOKEN))

        assert token.expires_at == datetime(2026, 11, 24, 16, tzinfo=UTC)

    @pytest.mark.parametrize("status", [400, 401, 403, 404])
    def test_is_refused_with_the_message_of_iam(self, status: int) -> None:
        data = {"error": {"code": status, "message": "wrong.", "title": "x"}}
        with pytest.raises(SignInRefused) as refused:
            login(reply(status, data, x_request_id="r-1"))

        assert (refused.value.message, refused.value.status) == ("wrong.", status)
        assert refused.value.request_id == "r-1"

    @pytest.mark.parametrize(
        ("behaviour", "kind"),
        [
            (reply(429, {"error_code": "IAM.0012", "error_msg": "x"}), Throttled),
            (reply(410, {"error_code": "IAM.0020"}), CloudUnavailable),
            (reply(500, text="<html>"), CloudUnavailable),
            (reply(307, text="", location="http://127.0.0.1:1/"), CloudUnavailable),
            (reply(201, granted()), AnswerUnreadable),
            (reply(201, granted(), x_subject_token="a b"), AnswerUnreadable),
            (reply(201, granted(), x_subject_token=""), AnswerUnreadable),
            (reply(201, {}, x_subject_token=TOKEN), AnswerUnreadable),
            (reply(201, text="<html>", x_subject_token=TOKEN), AnswerUnreadable),
            (reply(201, {"token": []}, x_subject_token=TOKEN), AnswerUnreadable),
            (
                reply(201, {"token": {"expires_at": "soon"}}, x_subject_token=TOKEN),
                AnswerUnreadable,
            ),
            (close, CloudUnavailable),
            (raw(b"HTTP/1.1 201 X\r\nContent-Length: 99\r\n\r\n{"), AnswerUnreadable),
        ],
    )
    def test_is_unavailable_otherwise_and_sent_once(
        self, behaviour: Behaviour, kind: type[CloudError]
    ) -> None:
        with pytest.raises(CloudError) as failed:
            login(behaviour)

        assert type(failed.value) is kind
        assert failed.value.raw == ""

    def test_returns_how_long_a_throttle_lasts(self) -> None:
        with pytest.raises(Throttled) as throttled:
            login(reply(429, {"error_code": "IAM.0012"}, retry_after="7"))

        assert throttled.value.retry_after == 7.0

    @pytest.mark.parametrize(
        ("project", "credentials"),
        [
            ({"id": None}, OLGAS),
            ({"id": ""}, OLGAS),
            ({"name": "eu-de"}, OLGAS),
            ({}, replace(OLGAS, project_id="another")),
            ({}, replace(OLGAS, project_name="", project_id="another")),
        ],
    )
    def test_refuses_a_token_that_is_not_for_the_project(
        self, project: Any, credentials: Credentials
    ) -> None:
        with pytest.raises(SignInRefused, match="Signed in, but"):
            login(
                reply(201, granted(**project), x_subject_token=TOKEN),
                credentials=credentials,
            )

    def test_refuses_a_token_without_any_project(self) -> None:
        answer = granted()
        del answer["token"]["project"]

        with pytest.raises(SignInRefused, match="not into a project"):
            login(reply(201, answer, x_subject_token=TOKEN))

    def test_never_shows_the_password(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        data = {"error": {"code": 400, "message": f"bad input {PASSWORD}"}}
        with pytest.raises(SignInRefused) as refused:
            login(reply(400, data))

        assert refused.value.message == "bad input [hidden]"
        records = [str(vars(record)) for record in caplog.records]
        assert records
        assert PASSWORD not in "".join(records) + repr(OLGAS)
