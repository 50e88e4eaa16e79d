"""The dialects: which paths are called, and what a 404 proves."""

from typing import Any

import pytest

from clusters.cloud.dialect import Dialect
from clusters.cloud.errors import CloudError, CloudRefused, ClusterGone
from tests.unit.cloud.samples import sample
from tests.unit.cloud.setups import FIRST, PROJECT, SECOND, TOKEN_REFUSED, setup
from tests.unit.cloud.wire import Behaviour, reply

ES_FLAVORS = f"/v1.0/{PROJECT}/es-flavors"
FLAVORS = f"/v1.0/{PROJECT}/flavors"
NOT_PUBLISHED = reply(404, {"error_code": "APIGW.0101", "error_msg": "no such API"})


def sold() -> Behaviour:
    return reply(200, sample("flavors"))


class TestFlavors:
    @pytest.mark.parametrize(
        ("dialect", "path"), [(Dialect.HUAWEI, ES_FLAVORS), (Dialect.OTC, FLAVORS)]
    )
    def test_are_read_at_the_path_of_the_dialect(
        self, dialect: Dialect, path: str
    ) -> None:
        with setup(sold(), dialect=dialect) as its:
            assert its.cloud.flavors()

        assert [each.target for each in its.css.received] == [path]

    @pytest.mark.parametrize(
        "answer", [NOT_PUBLISHED, reply(404, text="<html>"), reply(404, {"code": 404})]
    )
    def test_are_read_at_the_documented_path_where_otc_lacks_its_own(
        self, answer: Behaviour
    ) -> None:
        with setup(answer, sold(), dialect=Dialect.OTC) as its:
            assert its.cloud.flavors()

        assert [each.target for each in its.css.received] == [FLAVORS, ES_FLAVORS]

    def test_are_asked_for_once_in_the_other_dialect(self) -> None:
        with setup(NOT_PUBLISHED, sold()) as its, pytest.raises(CloudRefused):
            its.cloud.flavors()

        assert len(its.css.received) == 1

    @pytest.mark.parametrize(
        "answer",
        [
            reply(403, {"error_code": "APIGW.0302", "error_msg": "no right"}),
            reply(404, {"errCode": "CSS.0015", "externalMessage": "x"}),
            reply(500, {"errCode": "CSS.0005", "externalMessage": "x"}),
            reply(404, {"errCode": "CSS.3027", "externalMessage": "x"}),
        ],
    )
    def test_are_asked_for_once_where_the_path_is_there(
        self, answer: Behaviour
    ) -> None:
        with (
            setup(answer, sold(), dialect=Dialect.OTC) as its,
            pytest.raises(CloudError),
        ):
            its.cloud.flavors()

        assert len(its.css.received) == 1

    def test_of_a_refused_token_are_asked_for_with_another(self) -> None:
        with setup(TOKEN_REFUSED, sold(), dialect=Dialect.OTC) as its:
            assert its.cloud.flavors()

        assert its.sent_tokens == [FIRST, SECOND]


class TestAbsence:
    @pytest.mark.parametrize(
        ("dialect", "status", "code", "is_proven"),
        [
            (Dialect.HUAWEI, 404, "CSS.3027", True),
            (Dialect.HUAWEI, 404, "CSS.0022", True),
            (Dialect.HUAWEI, 403, "CSS.0015", False),
            # "Unknown or access denied", whatever its status is.
            (Dialect.HUAWEI, 404, "CSS.0015", False),
            # Not documented whether this includes a lack of permission.
            (Dialect.OTC, 404, "CSS.3027", False),
            (Dialect.OTC, 404, "CSS.0015", False),
            (Dialect.OTC, 403, "CSS.0015", False),
        ],
    )
    def test_is_proven_only_by_what_cannot_mean_something_else(
        self, dialect: Dialect, status: int, code: str, is_proven: bool
    ) -> None:
        said = {"errCode": code, "externalMessage": "x"}
        with (
            setup(reply(status, said), dialect=dialect) as its,
            pytest.raises(ClusterGone) as gone,
        ):
            its.cloud.cluster("a")

        assert gone.value.is_proven is is_proven

    @pytest.mark.parametrize("dialect", Dialect)
    @pytest.mark.parametrize(
        "said",
        [
            {"error_code": "APIGW.0101", "error_msg": "x"},
            {"error_code": "APIG.0101", "error_msg": "x"},
            {"message": "no Route matched with those values"},
            {"code": 404, "message": "Not Found"},
            {"error": {"code": 404, "message": "x", "title": "Not Found"}},
            {"code": "VPC.0003", "message": "x"},
            {"errCode": "CSS.7777", "externalMessage": "x"},
            {"errCode": "CSS.0007", "externalMessage": "x"},
        ],
        ids=str,
    )
    def test_is_not_shown_by_a_404_of_another_sender(
        self, dialect: Dialect, said: dict[str, Any]
    ) -> None:
        with (
            setup(reply(404, said), dialect=dialect) as its,
            pytest.raises(CloudRefused) as refused,
        ):
            its.cloud.cluster("a")

        assert not isinstance(refused.value, ClusterGone)
