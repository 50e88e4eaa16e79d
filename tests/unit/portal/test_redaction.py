"""Tokens and passwords never reach a log line, whichever way they got into it."""

import json
import logging
import logging.config
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from portal.logs import logging_settings
from portal.redaction import MASK, redact_text, redact_value

PASSWORD = "Correct-Horse_9!"
TOKEN = "MIIEpAIBAAKCAQEA" + "q1W2e3R4" * 40 + "=="
FERNET = "gAAAAABm" + "x-Y_z012" * 12 + "=="


class TestRedactText:
    @pytest.mark.parametrize(
        "text",
        [
            f'{{"user": {{"name": "bot", "password": "{PASSWORD}"}}}}',
            json.dumps({"body": json.dumps({"password": PASSWORD})}),
            json.dumps(json.dumps({"body": json.dumps({"adminPwd": PASSWORD})})),
            f"{{'password': '{PASSWORD}'}}",
            f"{{'password': b'{PASSWORD}'}}",
            f'"password" : "{PASSWORD}',
            f"password={PASSWORD}",
            f"login failed, password: {PASSWORD}; domain=acme",
            f"CLOUD_PASSWORD={PASSWORD} manage.py connect_cloud",
            f"SECRET_KEY={PASSWORD}",
            f"ENCRYPTION_KEYS={PASSWORD}",
            f"POST /login/?username=alice&password={PASSWORD}&next=/",
            f"postgres://portal:{PASSWORD}@db.test:5432/portal",
            f"redis://:{PASSWORD}@cache.test/0",
        ],
    )
    def test_masks_a_password(self, text: str) -> None:
        assert PASSWORD not in redact_text(text)
        assert MASK in redact_text(text)

    @pytest.mark.parametrize(
        "text",
        [
            "X-Auth-Token: short-token",
            "x-subject-token: short-token",
            "{'X-Auth-Token': 'short-token'}",
            '{"X-Subject-Token":"short-token"}',
            "Authorization: Bearer short-token",
            "Authorization: Basic short-token",
            "Cookie: sessionid=short-token",
            "Cookie: a=b; csrftoken=short-token; sessionid=short-token",
            "csrfmiddlewaretoken=short-token",
            "token=short-token",
        ],
    )
    def test_masks_a_token_by_its_name(self, text: str) -> None:
        assert "short-token" not in redact_text(text)

    @pytest.mark.parametrize("secret", [TOKEN, FERNET])
    def test_masks_a_token_by_its_shape(self, secret: str) -> None:
        assert redact_text(f"got {secret} back") == f"got {MASK} back"

    def test_masks_a_password_that_holds_quotes(self) -> None:
        text = json.dumps({"password": 'a"b\\c', "name": "bot"})
        assert redact_text(text) == f'{{"password": "{MASK}", "name": "bot"}}'

    def test_masks_a_bare_password_up_to_the_next_blank(self) -> None:
        assert redact_text("password=a,b;c&d)e next") == f"password={MASK} next"

    def test_masks_each_of_several_secrets(self) -> None:
        text = f"password={PASSWORD} token={PASSWORD} password={PASSWORD}"
        assert redact_text(text) == f"password={MASK} token={MASK} password={MASK}"

    @pytest.mark.parametrize(
        "text",
        [
            "CSS.1112 : the quota of this project is used up",
            '{"auth": {"identity": {"methods": ["password"]}}}',
            "GET http://127.0.0.1:8000/requests/?q=token",
            "TOKEN_MARGIN_SECONDS=300",
            "bob changed the name of MIIA-cluster",
            "cluster 4f3deec3-efa8-4598-bf91-560aad1377a3 created in 12.5 s",
        ],
    )
    def test_leaves_ordinary_text_alone(self, text: str) -> None:
        assert redact_text(text) == text


class TestRedactValue:
    def test_masks_by_the_name_of_a_key_at_any_depth(self) -> None:
        value = {"user": [{"name": "bot", "password": "hunter2"}], "Cookie": "a=b"}
        assert redact_value(value) == {
            "user": [{"name": "bot", "password": MASK}],
            "Cookie": MASK,
        }

    def test_keeps_numbers_and_flags_as_they_are(self) -> None:
        value = {"token_margin": 300, "password_ok": True, "status": 201, "left": None}
        assert redact_value(value) == value

    def test_masks_inside_bytes_and_exceptions(self) -> None:
        assert PASSWORD not in str(redact_value(f"password={PASSWORD}".encode()))
        assert PASSWORD not in str(redact_value(ValueError(f"password={PASSWORD}")))


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the handler of the product's LOGGING writes."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = StringIO()
    settings = logging_settings(debug=False)
    settings["handlers"]["stderr"]["stream"] = stream
    settings["loggers"] = {}
    logging.config.dictConfig(settings)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


class TestLogLine:
    def test_masks_a_secret_in_the_message(self, lines: StringIO) -> None:
        logging.getLogger("t").warning(f"got {TOKEN}")  # noqa: G004  # the point of it
        assert f"got {MASK}" in lines.getvalue()

    def test_masks_a_secret_in_the_arguments(self, lines: StringIO) -> None:
        logging.getLogger("t").warning("%s said %s", "iam", {"password": PASSWORD})
        assert "iam said" in lines.getvalue()
        assert PASSWORD not in lines.getvalue()

    def test_masks_a_secret_in_extra(self, lines: StringIO) -> None:
        extra = {"headers": {"X-Auth-Token": "short-token"}, "cluster": "c1"}
        logging.getLogger("t").warning("cloud.called", extra=extra)
        line = json.loads(lines.getvalue())
        assert line["headers"] == {"X-Auth-Token": MASK}
        assert line["cluster"] == "c1"

    def test_masks_a_secret_in_the_text_of_an_exception(self, lines: StringIO) -> None:
        try:
            fail_with(f'{{"password": "{PASSWORD}"}}')
        except ValueError:
            logging.getLogger("t").exception("login.failed")
        line = json.loads(lines.getvalue())
        assert "ValueError" in line["exception"]
        assert PASSWORD not in lines.getvalue()

    def test_masks_a_secret_in_a_structlog_event(self, lines: StringIO) -> None:
        log = structlog.get_logger("t")
        try:
            fail_with(f"password={PASSWORD}")
        except ValueError:
            log.exception("login.failed", token="short-token", body=f"pwd={PASSWORD}")
        assert "ValueError" in lines.getvalue()
        assert "short-token" not in lines.getvalue()
        assert PASSWORD not in lines.getvalue()

    def test_carries_the_request_id(self, lines: StringIO) -> None:
        with structlog.contextvars.bound_contextvars(request_id="r-1"):
            logging.getLogger("t").warning("cloud.called")
        assert json.loads(lines.getvalue())["request_id"] == "r-1"


def fail_with(text: str) -> None:
    raise ValueError(text)
