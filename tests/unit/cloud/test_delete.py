"""Deleting a cluster: sent once; a cluster that does not exist is a success."""

import pytest

from clusters.cloud.errors import CloudError, CloudRefused, CloudUnavailable
from tests.unit.cloud.setups import CLUSTERS, FIRST, SECOND, TOKEN_REFUSED, setup
from tests.unit.cloud.wire import Behaviour, raw, reply

ID = "7c6d5e4f-3a2b-4c1d-9e8f-0a1b2c3d4e5f"
EMPTY = raw(b"HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n")


class TestDelete:
    def test_asks_the_documented_address_once(self) -> None:
        with setup(EMPTY) as its:
            its.cloud.delete(ID)

        (request,) = its.css.received
        assert (request.method, request.target) == ("DELETE", f"{CLUSTERS}/{ID}")
        assert request.headers["x-auth-token"] == FIRST

    @pytest.mark.parametrize(
        "answer",
        [
            reply(200, {}),
            reply(204, text=""),
            raw(b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n"),
            reply(403, {"errCode": "CSS.0015", "externalMessage": "No resources"}),
            reply(404, {"errCode": "CSS.3027", "externalMessage": "missing"}),
        ],
        ids=["object", "204", "no length", "403 gone", "404 gone"],
    )
    def test_is_done_when_nothing_is_left(self, answer: Behaviour) -> None:
        with setup(answer) as its:
            its.cloud.delete(ID)

        assert len(its.css.received) == 1

    @pytest.mark.parametrize(
        ("answer", "kind", "code"),
        [
            (reply(409, {"errCode": "CSS.0011"}), CloudRefused, "CSS.0011"),
            (reply(202, {"errCode": "CSS.0011"}), CloudError, "CSS.0011"),
            (reply(400, {"errCode": "CSS.5301"}), CloudRefused, "CSS.5301"),
            (reply(403, {"error_code": "APIGW.0302"}), CloudRefused, "APIGW.0302"),
            (reply(404, {"error_code": "APIGW.0101"}), CloudRefused, "APIGW.0101"),
            (reply(404, {"message": "no Route matched"}), CloudRefused, ""),
            (reply(500, text="<html>Tomcat</html>"), CloudUnavailable, ""),
        ],
    )
    def test_is_not_done_when_the_cloud_says_no(
        self, answer: Behaviour, kind: type[CloudError], code: str
    ) -> None:
        with setup(answer) as its, pytest.raises(kind) as failed:
            its.cloud.delete(ID)

        assert failed.value.code == code
        assert len(its.css.received) == 1

    def test_signs_in_once_more_when_the_token_is_refused(self) -> None:
        with setup(TOKEN_REFUSED, EMPTY) as its:
            its.cloud.delete(ID)

        assert its.sent_tokens == [FIRST, SECOND]

    def test_cannot_leave_the_folder_of_the_clusters(self) -> None:
        with setup(EMPTY) as its:
            its.cloud.delete("../../x?y")

        assert its.css.received[0].target == f"{CLUSTERS}/..%2F..%2Fx%3Fy"
