"""Clusters and pages of the cluster list, parsed to values."""

from typing import Any

import pytest

from clusters.cloud.huawei import css
from clusters.cloud.huawei.json_object import JsonObject, UnexpectedShape
from clusters.cloud.types import (
    REQUEST_TAG,
    CloudCluster,
    CloudStatus,
    Datastore,
    Reach,
    Tag,
)
from tests.unit.cloud.samples import sample


def cluster(data: Any) -> CloudCluster:
    return css.cluster(JsonObject(data))


def changed(**values: Any) -> dict[str, Any]:
    return {**sample("detail-available"), **values}


class TestCluster:
    def test_reads_an_available_one(self) -> None:
        found = cluster(sample("detail-available"))

        assert found.id == "7c6d5e4f-3a2b-4c1d-9e8f-0a1b2c3d4e5f"
        assert found.name == "ES-Portal-01"
        assert found.status is CloudStatus.AVAILABLE
        assert found.datastore == Datastore(type="elasticsearch", version="7.10.2")
        assert found.endpoint.startswith("192.168.0.11:9200,")
        assert found.vpc_id == "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"
        assert found.subnet_id == "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809"
        assert found.security_group_id == "3b4c5d6e-7f80-4192-a3b4-c5d6e7f8091a"
        assert found.created == "2026-11-23T16:01:05"
        assert found.nodes[0].ip == "192.168.0.11"
        assert found.nodes[0].flavor == "ess.spec-4u16g"
        assert found.nodes[0].zone == "cn-north-4a"
        assert found.is_ready

    def test_keeps_4_kilobytes_of_the_reason_of_a_failure(self) -> None:
        long = {"errorCode": "CSS.6000", "errorMsg": "x" * 10_000}

        assert len(cluster(changed(failedReason=long)).failure_message) == 4096
        assert len(cluster(changed(failedReason="x" * 10_000)).failure_message) == 4096

    def test_refuses_an_id_that_no_row_could_keep(self) -> None:
        with pytest.raises(UnexpectedShape):
            cluster(changed(id="x" * 65))

    def test_reads_one_that_is_being_created(self) -> None:
        found = cluster(sample("detail-creating"))

        assert found.status is CloudStatus.WORKING
        assert found.progress == (("CREATING", "5%"),)
        assert found.endpoint == ""
        assert not found.is_ready
        assert not found.is_broken

    @pytest.mark.parametrize(
        ("name", "block", "code", "message"),
        [
            ("detail-failed-current", "failedReason", "errorCode", "errorMsg"),
            ("detail-failed-legacy", "failed_reasons", "error_code", "error_msg"),
        ],
    )
    def test_reads_both_spellings_of_a_failure(
        self, name: str, block: str, code: str, message: str
    ) -> None:
        told = sample(name)[block]
        found = cluster(sample(name))

        assert found.status is CloudStatus.BROKEN
        assert found.is_broken
        assert found.failure_code == told[code] != ""
        assert found.failure_message == told[message] != ""

    @pytest.mark.parametrize(
        ("block", "words"),
        [
            ({"failedReasons": {"errorCode": "A", "error_msg": "b"}}, ("A", "b")),
            ({"failedReason": "it broke"}, ("", "it broke")),
            ({"failedReason": None, "failed_reasons": {"error_code": "A"}}, ("A", "")),
            ({}, ("", "")),
        ],
    )
    def test_reads_every_shape_of_a_failure(
        self, block: Any, words: tuple[str, str]
    ) -> None:
        found = cluster(changed(**block))

        assert (found.failure_code, found.failure_message) == words

    @pytest.mark.parametrize(
        ("status", "found"),
        [
            ("200", CloudStatus.AVAILABLE),
            (200, CloudStatus.AVAILABLE),
            ("300", CloudStatus.UNAVAILABLE),
            (None, CloudStatus.UNKNOWN),
            ("250", CloudStatus.UNKNOWN),
            ("warming up", CloudStatus.UNKNOWN),
        ],
    )
    def test_keeps_a_status_that_is_not_documented(
        self, status: Any, found: CloudStatus
    ) -> None:
        read = cluster(changed(status=status))

        assert read.status is found
        assert read.raw_status == ("" if status is None else str(status))

    def test_reads_tags(self) -> None:
        found = cluster(
            changed(tags=[{"key": "a", "value": None}, {"key": "b", "value": "c"}])
        )

        assert found.tags == (Tag(key="a", value=""), Tag(key="b", value="c"))
        assert found.tag("b") == "c"

    def test_needs_no_more_than_an_id_and_a_name(self) -> None:
        found = cluster({"id": "a", "name": "b"})

        assert (found.nodes, found.tags, found.actions) == ((), (), ())
        assert found.status is CloudStatus.UNKNOWN
        assert found.garbled == ()

    def test_removes_characters_that_postgresql_refuses(self) -> None:
        assert cluster(changed(name="a\x00b\udfff")).name == "ab?"

    @pytest.mark.parametrize("value", [[], {}, True, 1.5, None, ""])
    def test_refuses_an_id_that_cannot_be_read(self, value: Any) -> None:
        with pytest.raises(UnexpectedShape, match="id"):
            cluster(changed(id=value))

    @pytest.mark.parametrize(
        ("field", "value", "part"),
        [
            ("name", None, "name"),
            ("name", [], "name"),
            ("status", 1.5, "status"),
            ("endpoint", {}, "endpoint"),
            ("created", True, "created"),
            ("vpcId", [], "vpcId"),
            ("tags", "a=b", "tags"),
            ("tags", ["a"], "tags"),
            ("tags", [{"value": "b"}], "tags"),
            ("tags", [{"key": None}], "tags"),
            ("tags", [{"key": "", "value": "b"}], "empty tag"),
            ("tags", {}, "tags"),
            ("instances", {}, "instances"),
            ("instances", [None], "instances"),
            ("instances", [[]], "instances"),
            ("actions", "GROWING", "actions"),
            ("actions", [{}], "actions"),
            ("actionProgress", [], "progress"),
            ("actionProgress", "5%", "progress"),
            ("datastore", "elasticsearch", "datastore"),
            ("httpsEnable", 1, "httpsEnable"),
            ("authorityEnable", "yes", "authorityEnable"),
            ("publicIp", {}, "publicIp"),
            ("publicKibanaResp", "203.0.113.4", "publicKibanaResp"),
            ("publicKibanaResp", {"publicKibanaIp": []}, "publicKibanaResp"),
            ("vpcepIp", ["198.19.128.2"], "vpcepIp"),
            ("cmkId", True, "cmkId"),
            ("diskEncrypted", {}, "diskEncrypted"),
        ],
    )
    def test_leaves_empty_what_is_garbled_and_names_it(
        self, field: str, value: Any, part: str
    ) -> None:
        found, good = cluster(changed(**{field: value})), cluster(changed())

        assert [name for name, _ in found.garbled] == [part]
        assert found.id == good.id
        assert field == "name" or found.name == good.name

    def test_reads_how_it_is_reached(self) -> None:
        kibana = {"eipSize": 5, "publicKibanaIp": "203.0.113.4:5601"}
        found = cluster(
            changed(
                publicIp="203.0.113.3:9200",
                publicKibanaResp=kibana,
                vpcepIp="198.19.128.2",
                diskEncrypted=True,
                cmkId="0d1e2f3a-4b5c-4d6e-8f7a-8b9c0d1e2f3a",
            )
        )

        assert found.garbled == ()
        assert found.reach == Reach(
            https=True,
            asks_for_password=True,
            public_address="203.0.113.3:9200",
            kibana_address="203.0.113.4:5601",
            endpoint_service="198.19.128.2",
            encryption_key_id="0d1e2f3a-4b5c-4d6e-8f7a-8b9c0d1e2f3a",
            is_encrypted=True,
        )

    def test_knows_nothing_of_what_is_absent(self) -> None:
        assert cluster({"id": "a", "name": "b"}).reach == Reach()

    @pytest.mark.parametrize(
        ("told", "read"),
        [(True, True), ("true", True), ("True", True), ("false", False), (None, None)],
    )
    def test_reads_both_spellings_of_a_switch(self, told: Any, read: Any) -> None:
        assert cluster(changed(authorityEnable=told)).reach.asks_for_password is read

    def test_counts_nodes_by_role(self) -> None:
        (node, *_) = sample("detail-available")["instances"]
        kinds = ("ess", "ess-master", "ess", "ess-cold", "")
        found = cluster(changed(instances=[{**node, "type": kind} for kind in kinds]))

        assert found.nodes_by_role == {"ess": 2, "ess-master": 1, "ess-cold": 1}

    @pytest.mark.parametrize(
        "tags",
        [
            [{"key": "", "value": "x"}, {"key": REQUEST_TAG, "value": "ours"}],
            [7, {"key": REQUEST_TAG, "value": "ours"}, {"value": "x"}],
        ],
    )
    def test_reads_our_tag_beside_those_that_are_garbled(self, tags: Any) -> None:
        found = cluster(changed(tags=tags))

        assert found.tag(REQUEST_TAG) == "ours"
        assert not found.may_be_ours

    @pytest.mark.parametrize(
        ("changes", "may_be_ours"),
        [
            ({"name": None}, False),
            ({"name": None, "tags": []}, True),
            ({"tags": "a=b"}, True),
            ({"tags": [{"key": 7.5, "value": "x"}]}, True),
            ({"tags": [{"key": REQUEST_TAG, "value": {}}]}, True),
            ({"tags": [{"key": "", "value": "x"}]}, False),
            ({"instances": {}, "endpoint": [], "datastore": 7, "created": {}}, False),
        ],
    )
    def test_may_be_ours_while_its_name_or_its_tags_are_not_known(
        self, changes: dict[str, Any], may_be_ours: bool
    ) -> None:
        assert cluster(changed(**changes)).may_be_ours is may_be_ours

    @pytest.mark.parametrize("part", ["actions", "instances"])
    def test_is_not_ready_while_it_is_not_known_what_it_does(self, part: str) -> None:
        assert cluster(changed()).is_ready
        assert not cluster(changed(**{part: "?"})).is_ready

    @pytest.mark.parametrize(
        ("reason", "message"),
        [
            ([], "[]"),
            (7, "7"),
            ([{"errorCode": "CSS.1"}], '[{"errorCode": "CSS.1"}]'),
            ({"errorCode": []}, '{"errorCode": []}'),
        ],
    )
    def test_keeps_the_message_of_a_failure_of_any_shape(
        self, reason: Any, message: str
    ) -> None:
        found = cluster(changed(failedReason=reason))

        assert (found.failure_code, found.failure_message) == ("", message)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            (
                {"tags": [{"key": "a"}, {"key": 1.5}]},
                "answer.tags[1].key is not a text: 1.5",
            ),
            (
                {"instances": [None]},
                "answer.instances[0] is not an object",
            ),
            (
                {"datastore": {"type": []}},
                "answer.datastore.type is not a text: []",
            ),
        ],
    )
    def test_says_where_it_is_wrong(
        self, changes: dict[str, Any], sentence: str
    ) -> None:
        [(_part, told)] = cluster(changed(**changes)).garbled

        assert told == sentence

    @pytest.mark.parametrize("data", [None, [], "x", 7, True])
    def test_refuses_what_is_no_object(self, data: Any) -> None:
        with pytest.raises(UnexpectedShape):
            cluster(data)


class TestClusterPage:
    def test_reads_the_sample(self) -> None:
        page = css.cluster_page(JsonObject(sample("list-clusters")))

        assert page.total == 2
        assert [each.name for each in page.clusters] == ["ES-Portal-01", "ES-Portal-00"]
        assert page.clusters[0].tag("portal-request").startswith("0b7c2f4e")

    @pytest.mark.parametrize(("total", "read"), [("12", 12), (None, None), (0, 0)])
    def test_reads_a_total_that_is_a_text_or_missing(
        self, total: Any, read: int | None
    ) -> None:
        page = css.cluster_page(JsonObject({"clusters": [], "totalSize": total}))

        assert page.total == read

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"clusters": None},
            {"clusters": {}},
            {"clusters": [None]},
            {"clusters": [{"name": "a"}]},
            {"clusters": [], "totalSize": "many"},
            {"clusters": [], "totalSize": True},
            {"clusters": [], "totalSize": 1.5},
            [],
        ],
    )
    def test_is_never_taken_for_an_empty_one(self, data: Any) -> None:
        with pytest.raises(UnexpectedShape):
            css.cluster_page(JsonObject(data))

    def test_leaves_out_a_row_whose_id_cannot_be_read(self) -> None:
        rows = [
            None,
            {"id": "a", "name": "b"},
            {"name": "lost"},
            {"id": "c", "name": "d"},
        ]
        page = css.cluster_page(JsonObject({"clusters": [*rows, 7]}))

        assert [each.id for each in page.clusters] == ["a", "c"]
        assert [each.why for each in page.left_out] == [
            "answer.clusters is not an object",
            "lost: answer.clusters.id is not there",
            "answer.clusters is not an object: 7",
        ]
        assert all(each.may_be_ours for each in page.left_out)
        assert page.skipped == 2

    def test_takes_one_that_differs_under_the_same_id_for_one_that_may_be_ours(
        self,
    ) -> None:
        rows = [{"id": "a", "name": "b"}, {"id": "a", "name": "c"}]
        page = css.cluster_page(JsonObject({"clusters": rows}))

        assert len(page.clusters) == len(page.left_out) == 1
        assert page.left_out[0].may_be_ours

    def test_may_hold_a_cluster_twice_that_moved_on_meanwhile(self) -> None:
        """Both rows identify the same owner."""
        row = {"id": "a", "name": "b", "tags": [{"key": "k", "value": "v"}]}
        rows = [{**row, "status": "100"}, {**row, "status": "200"}]
        page = css.cluster_page(JsonObject({"clusters": rows}))

        assert (len(page.clusters), page.left_out) == (1, ())

    def test_counts_rows_that_are_repeated(self) -> None:
        rows = [{"id": each, "name": each} for each in "aabca"]
        page = css.cluster_page(JsonObject({"clusters": rows}))

        assert [each.id for each in page.clusters] == ["b", "c", "a"]
        assert (page.skipped, page.rows) == (2, 5)

    def test_may_hold_a_row_twice(self) -> None:
        row = {"id": "a", "name": "b"}
        page = css.cluster_page(JsonObject({"clusters": [row, row]}))

        assert (len(page.clusters), page.left_out) == (1, ())
