"""Reads of one cloud project over real connections, with one login."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from clusters.cloud.errors import (
    AnswerUnreadable,
    CloudError,
    CloudRefused,
    CloudUnavailable,
    ClusterGone,
    Throttled,
    TokenRefused,
)
from clusters.cloud.types import Cloud
from tests.unit.cloud.samples import sample
from tests.unit.cloud.setups import (
    CLUSTERS,
    FIRST,
    MADE,
    PASSWORD,
    PROJECT,
    SECOND,
    TOKEN_REFUSED,
    setup,
)
from tests.unit.cloud.wire import Behaviour, close, raw, reply

READS: list[tuple[str, Callable[[Cloud], object], str, Any]] = [
    (
        "list_page",
        lambda cloud: cloud.list_page(start=11, limit=1000),
        f"{CLUSTERS}?start=11&limit=1000",
        sample("list-clusters"),
    ),
    (
        "cluster",
        lambda cloud: cloud.cluster("../7c6d?x"),
        f"{CLUSTERS}/..%2F7c6d%3Fx",
        sample("detail-available"),
    ),
    (
        "flavors",
        lambda cloud: cloud.flavors(),
        f"/v1.0/{PROJECT}/es-flavors",
        sample("flavors"),
    ),
    (
        "disks",
        lambda cloud: cloud.disks(),
        f"/v1.0/{PROJECT}/disktypes",
        sample("disktypes"),
    ),
    (
        "vpcs",
        lambda cloud: cloud.vpcs(),
        f"/v1/{PROJECT}/vpcs?limit=500",
        sample("vpcs-v1"),
    ),
    (
        "subnets",
        lambda cloud: cloud.subnets(),
        f"/v1/{PROJECT}/subnets?limit=500",
        sample("subnets-v1"),
    ),
    (
        "security_groups",
        lambda cloud: cloud.security_groups(),
        f"/v1/{PROJECT}/security-groups?limit=500",
        sample("security-groups-v1"),
    ),
]
every_read = pytest.mark.parametrize(
    ("name", "read", "target", "data"), READS, ids=[entry[0] for entry in READS]
)


def pages(target: str) -> int:
    """Return how many calls a list takes: those of VPC end with an empty page."""
    return 2 if "limit=500" in target else 1


@every_read
class TestRead:
    def test_asks_the_documented_address_with_the_token(
        self, name: str, read: Callable[[Cloud], Any], target: str, data: Any
    ) -> None:
        with setup(reply(200, data)) as its:
            found = read(its.cloud)

        request = its.css.received[0]
        assert (request.method, request.target) == ("GET", target)
        assert its.sent_tokens == [FIRST] * pages(target)
        assert found

    def test_signs_in_once_more_when_the_token_is_refused(
        self, name: str, read: Callable[[Cloud], Any], target: str, data: Any
    ) -> None:
        with setup(TOKEN_REFUSED, reply(200, data)) as its:
            assert read(its.cloud)

        assert its.sent_tokens == [FIRST, *[SECOND] * pages(target)]

    def test_gives_up_when_the_new_token_is_refused_too(
        self, name: str, read: Callable[[Cloud], Any], target: str, data: Any
    ) -> None:
        with setup(TOKEN_REFUSED) as its, pytest.raises(TokenRefused):
            read(its.cloud)

        assert its.sent_tokens == [FIRST, SECOND]
        assert len(its.iam.received) == 2

    @pytest.mark.parametrize(
        "rubbish",
        [
            reply(200, text="<html>Tomcat</html>"),
            reply(200, text=""),
            reply(200, {}),
            reply(200, []),
            reply(200, 7),
            reply(200, {"clusters": 1, "versions": 1, "vpcs": 1, "id": []}),
            reply(200, text='{"clusters": [{"id": "a"'),
            reply(302, text="", location="http://127.0.0.1:1/"),
            raw(b"HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{}"),
            raw(b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\n\r\nnot a zip at all"),
            reply(200, text="x" * 10_000_000),
        ],
        ids=[
            "page",
            "empty",
            "object",
            "list",
            "number",
            "types",
            "half",
            "redirect",
            "cut",
            "gzip",
            "10 MB",
        ],
    )
    def test_is_unreadable_when_the_body_is_not_as_documented(
        self,
        name: str,
        read: Callable[[Cloud], Any],
        target: str,
        data: Any,
        rubbish: Behaviour,
    ) -> None:
        with setup(rubbish) as its, pytest.raises(AnswerUnreadable) as failed:
            read(its.cloud)

        assert len(failed.value.raw) <= 4096
        assert failed.value.message


class TestCluster:
    @pytest.mark.parametrize(
        ("status", "data"),
        [
            (403, {"errCode": "CSS.0015", "externalMessage": "No resources"}),
            (404, {"errCode": "CSS.3027", "externalMessage": "missing"}),
            (404, {"errCode": "CSS.0022", "externalMessage": "missing"}),
        ],
    )
    def test_is_gone_when_the_cloud_does_not_show_it(
        self, status: int, data: Any
    ) -> None:
        with setup(reply(status, data)) as its, pytest.raises(ClusterGone) as gone:
            its.cloud.cluster("a")

        assert (gone.value.code, gone.value.status) == (data["errCode"], status)

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (reply(404, {"error_code": "APIGW.0101", "error_msg": "x"}), CloudRefused),
            (reply(403, {"error_code": "APIGW.0302", "error_msg": "x"}), CloudRefused),
            (reply(403, {"errCode": "CSS.0010", "externalMessage": "x"}), CloudRefused),
            (reply(404, text="<html>"), AnswerUnreadable),
            (reply(404, {"message": "no Route matched"}), CloudRefused),
            (reply(404, {"code": 404, "message": "Not Found"}), CloudRefused),
            (reply(404, {"code": "NotFound", "message": "x"}), CloudRefused),
            (reply(404, {"errCode": "CSS.7777", "externalMessage": "x"}), CloudRefused),
            (reply(500, {"errCode": "CSS.0005"}), CloudUnavailable),
        ],
    )
    def test_is_not_gone_for_any_other_reason(
        self, answer: Behaviour, kind: type[CloudError]
    ) -> None:
        with setup(answer) as its, pytest.raises(CloudError) as failed:
            its.cloud.cluster("a")

        assert type(failed.value) is kind


class TestThrottled:
    def test_returns_the_pause_and_is_not_repeated(self) -> None:
        slow = reply(
            429, {"error_code": "APIGW.0308", "error_msg": "x"}, retry_after="300"
        )
        with setup(slow) as its, pytest.raises(Throttled) as throttled:
            its.cloud.flavors()

        assert throttled.value.retry_after == 300.0
        assert len(its.css.received) == 1


class TestSignIn:
    def test_makes_one_login_for_many_calls(self) -> None:
        with setup(reply(200, sample("list-clusters"))) as its:
            its.cloud.sign_in()
            for _ in range(3):
                its.cloud.list_page(start=1, limit=10)

        assert len(its.iam.received) == 1

    def test_makes_another_once_the_token_was_dropped(self) -> None:
        with setup(MADE) as its:
            first = its.cloud.sign_in()
            its.cloud.drop_token(first)

            assert its.cloud.sign_in().value == SECOND


class TestSecrets:
    def test_are_in_no_log_and_no_error(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        echo = reply(
            400, {"errCode": "CSS.0001", "externalMessage": f"{FIRST} {PASSWORD}"}
        )
        page = reply(500, text=f"<p>{FIRST[:3000]}")
        with setup(echo, echo, page, close, read_timeout=0.3) as its:
            told = [repr(its.create())]
            for _ in range(3):
                with pytest.raises(CloudError) as failed:
                    its.cloud.flavors()
                told.append(f"{failed.value!r} {vars(failed.value)}")
            told.append(repr(vars(its.cloud)))
        told += [str(vars(record)) for record in caplog.records]

        assert "[hidden] [hidden]" in told[0]
        assert not any("MIIfirst" in text or PASSWORD in text for text in told)
