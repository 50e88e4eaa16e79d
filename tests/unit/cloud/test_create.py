"""Creating over a real connection: at most one POST, and an outcome that holds."""

import json
from typing import Any

import pytest

from clusters.cloud.errors import (
    CloudError,
    CloudUnavailable,
    SignInPaused,
    SignInRefused,
    Throttled,
)
from clusters.cloud.huawei.body import canonical_bytes
from clusters.cloud.types import Outcome
from tests.unit.cloud.samples import sample
from tests.unit.cloud.setups import (
    BODY,
    CLUSTERS,
    FIRST,
    MADE,
    SECOND,
    TOKEN_REFUSED,
    open_gate,
    setup,
)
from tests.unit.cloud.wire import (
    Behaviour,
    ScriptedServer,
    close,
    hang,
    raw,
    reply,
    reset,
)


class TestCreate:
    def test_sends_the_bytes_as_they_are_and_brings_back_the_id(self) -> None:
        with setup(MADE) as its:
            answer = its.create()

        (request,) = its.css.received
        assert answer.outcome is Outcome.ACCEPTED
        assert answer.cluster_id == "7c6d5e4f-3a2b-4c1d-9e8f-0a1b2c3d4e5f"
        assert answer.token == its.tokens.current()
        assert request.target == CLUSTERS
        assert request.body == BODY
        assert request.headers["content-length"] == str(len(BODY))
        assert "transfer-encoding" not in request.headers
        assert request.headers["content-type"] == "application/json"
        assert its.sent_tokens == [FIRST]

    @pytest.mark.parametrize(
        ("api", "target"),
        [("v1", CLUSTERS), ("v2", CLUSTERS.replace("/v1.0/", "/v2.0/"))],
    )
    def test_posts_to_the_call_that_the_body_is_for(
        self, api: str, target: str
    ) -> None:
        body = canonical_bytes(sample("golden-bodies")["plain"][api])
        with setup(MADE) as its:
            its.cloud.create(body, gate=open_gate)

        (request,) = its.css.received
        assert (request.method, request.target) == ("POST", target)

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"cluster":7}'])
    def test_sends_nothing_that_is_no_body_of_a_create(self, body: bytes) -> None:
        with setup(MADE) as its:
            answer = its.cloud.create(body, gate=open_gate)

        assert answer.outcome is Outcome.NOT_SENT
        assert its.css.received == []

    @pytest.mark.parametrize("size", [20_000, 300_000])
    def test_sends_a_body_of_many_blocks_whole(self, size: int) -> None:
        body = b'{"cluster":{"name":"' + b"x" * size + b'"}}'
        with setup(MADE) as its:
            answer = its.cloud.create(body, gate=open_gate)

        assert answer.outcome is Outcome.ACCEPTED
        assert its.css.received[0].body == body

    def test_calls_the_gate_once_and_only_when_connected(self) -> None:
        calls: list[tuple[int, int]] = []
        with setup(MADE) as its:
            its.create(
                lambda: calls.append((its.iam.connections, len(its.css.received)))
            )

        assert calls == [(1, 0)]

    @pytest.mark.parametrize(
        "error", [ValueError("paused"), BrokenPipeError(), ConnectionResetError("x")]
    )
    def test_sends_no_body_when_the_gate_raises(self, error: Exception) -> None:
        def shut() -> None:
            raise error

        with setup(MADE) as its:
            answer = its.create(shut)
            its.css.wait_for_ends(1)

        assert answer.outcome is Outcome.NOT_SENT
        assert answer.not_sent_because is error
        assert its.css.posts == []
        assert [each.is_whole for each in its.css.received] == [False]

    def test_lets_a_system_exit_through_without_sending_the_body(self) -> None:
        def stop() -> None:
            raise SystemExit

        with setup(MADE) as its:
            with pytest.raises(SystemExit):
                its.create(stop)
            its.css.wait_for_ends(1)

        assert its.css.posts == []

    @pytest.mark.parametrize(
        "lost",
        [
            close,
            reset,
            hang,
            raw(b"HTTP/1.1 200 X\r\n"),
            raw(b'HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{"cluster": {"id"'),
            raw(b'HTTP/1.1 200 X\r\n\r\n{"cluster": {"id": "7c6d'),
            raw(b"rubbish"),
            reply(200, text="<html>"),
            reply(500, text="<html>"),
            reply(504, {"error_code": "APIGW.0201", "error_msg": "timeout"}),
            reply(503, {}, retry_after="0"),
        ],
    )
    def test_is_one_post_and_unknown_when_the_answer_is_lost(
        self, lost: Behaviour
    ) -> None:
        with setup(lost, MADE, read_timeout=0.3) as its:
            answer = its.create()

        assert answer.outcome is Outcome.UNKNOWN
        assert answer.token is not None
        assert len(its.css.posts) == 1

    def test_is_unknown_and_sent_nowhere_else_when_redirected(self) -> None:
        with ScriptedServer(MADE) as other:
            away = reply(307, text="", location=f"{other.url}{CLUSTERS}")
            with setup(away) as its:
                assert its.create().outcome is Outcome.UNKNOWN

        assert other.connections == 0

    def test_keeps_what_came_of_a_cut_answer(self) -> None:
        cut = raw(
            b"HTTP/1.1 200 X\r\nX-Request-Id: r-1\r\nContent-Length: 99\r\n\r\n"
            b'{"cluster": {"id": "7c6d'
        )
        with setup(cut) as its:
            answer = its.create()

        assert answer.raw == '{"cluster": {"id": "7c6d'
        assert (answer.status, answer.request_id) == (200, "r-1")
        assert answer.message

    def test_is_not_sent_when_the_connection_is_refused(self) -> None:
        with setup(MADE) as its:
            its.cloud.sign_in()
            its.css.stop()
            answer = its.create(lambda: pytest.fail("the gate was opened"))

        assert answer.outcome is Outcome.NOT_SENT
        assert type(answer.not_sent_because) is CloudUnavailable
        assert "refused" in answer.message

    @pytest.mark.parametrize(
        ("login", "kind"),
        [
            (reply(401, {"error": {"code": 401, "message": "wrong"}}), SignInRefused),
            (reply(429, {"error_code": "IAM.0012"}, retry_after="9"), Throttled),
            (close, CloudUnavailable),
        ],
    )
    def test_is_not_sent_and_says_why_when_no_login_works(
        self, login: Behaviour, kind: type[CloudError]
    ) -> None:
        with setup(MADE, iam=(login,)) as its:
            answer = its.create(lambda: pytest.fail("the gate was opened"))

        assert answer.outcome is Outcome.NOT_SENT
        assert type(answer.not_sent_because) is kind
        assert answer.retry_after == (9.0 if kind is Throttled else None)
        assert its.css.connections == 0

    def test_makes_no_second_login_after_a_refused_one(self) -> None:
        refused = reply(401, {"error": {"code": 401, "message": "wrong"}})
        with setup(MADE, iam=(refused,)) as its:
            answers = [its.create(), its.create()]

        assert type(answers[1].not_sent_because) is SignInPaused
        assert len(its.iam.received) == 1

    def test_names_the_token_that_a_gateway_refused_and_does_not_repeat(self) -> None:
        with setup(TOKEN_REFUSED, MADE) as its:
            first = its.create()
            assert its.sent_tokens == [FIRST]
            its.cloud.drop_token(first.token)
            second = its.create()

        assert first.outcome is Outcome.UNAUTHORISED
        assert first.token is not None
        assert first.token.value == FIRST
        assert second.outcome is Outcome.ACCEPTED
        assert its.sent_tokens == [FIRST, SECOND]

    def test_is_not_sent_if_the_token_store_is_broken(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken() -> None:
            raise OSError("the cache is away")

        with setup(MADE) as its:
            monkeypatch.setattr(its.tokens, "current", broken)
            answer = its.create()

        assert answer.outcome is Outcome.NOT_SENT
        assert isinstance(answer.not_sent_because, OSError)

    @pytest.mark.parametrize("case", sample("errors"), ids=lambda case: case["case"])
    def test_keeps_code_and_message_of_every_sample(self, case: dict[str, Any]) -> None:
        body = case["body"]
        is_page = isinstance(body, str)
        answered = (
            reply(case["status"], text=body) if is_page else reply(case["status"], body)
        )
        with setup(answered) as its:
            answer = its.create()

        told = [answer.raw] if is_page else [answer.code, answer.message]
        assert answer.status == case["status"]
        assert all(told)
        assert all(words in json.dumps(body, ensure_ascii=False) for words in told)
