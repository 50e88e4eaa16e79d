"""Which explanation an error has: by code, by class, by status, and its form field."""

import pytest

from clusters.cloud.huawei.codes import ERROR_CODES, CodeClass, class_of
from clusters.explanations import GAVE_UP, Explanation, explain

FIELDS = {
    "",
    "availability_zones",
    "backup_agency",
    "backup_bucket",
    "backup_hour",
    "backup_keepday",
    "backup_prefix",
    "datastore",
    "flavor",
    "instance_num",
    "name",
    "security_group_id",
    "subnet_id",
    "volume_size",
    "volume_type",
    "vpc_id",
}


class TestExplain:
    @pytest.mark.parametrize(
        ("code", "field"),
        [
            ("CSS.5050", "name"),
            ("CSS.5057", "name"),
            ("CSS.0068", "flavor"),
            ("CSS.5007", "flavor"),
            ("CSS.5172", "instance_num"),
            ("CSS.5061", "volume_type"),
            ("CSS.5135", "volume_size"),
            ("CSS.5074", "subnet_id"),
            ("CSS.0064", "subnet_id"),
            ("CSS.5023", "security_group_id"),
            ("CSS.5021", "vpc_id"),
            ("CSS.5052", "availability_zones"),
            ("CSS.0036", "datastore"),
            ("CSS.5018", "backup_hour"),
            ("CSS.5044", "backup_prefix"),
            ("CSS.3011", "backup_keepday"),
            ("CSS.0048", "backup_bucket"),
            ("CSS.5130", "backup_agency"),
            ("CSS.6000", "security_group_id"),
            ("portal.name_taken", "name"),
        ],
    )
    def test_names_the_field_at_fault(self, code: str, field: str) -> None:
        assert explain(code, 400).field == field

    def test_says_that_the_cluster_quota_is_used_up(self) -> None:
        explanation = explain("CSS.1112", 400)
        assert explanation.sentence == "The cluster quota of this project is used up."
        assert "quota" in explanation.next_step

    def test_has_both_sentences_for_every_listed_code(self) -> None:
        for code in ERROR_CODES:
            explanation = explain(code)
            assert str(explanation.sentence).endswith("."), code
            assert str(explanation.next_step).endswith("."), code
            assert explanation.field in FIELDS, code

    @pytest.mark.parametrize("prefix", ["APIG", "APIGW"])
    def test_knows_the_gateway_by_both_prefixes(self, prefix: str) -> None:
        explanation = explain(f"{prefix}.0307", 401)
        assert "sign-in" in explanation.sentence

    def test_decides_by_the_code_before_the_status(self) -> None:
        assert explain("CSS.5050", 409) == explain("CSS.5050", 400)

    def test_explains_a_code_without_an_entry_by_its_class(self) -> None:
        assert class_of("CSS.5140") is CodeClass.BUSY
        assert "busy" in explain("CSS.5140", 400).sentence

    @pytest.mark.parametrize(
        ("status", "part"),
        [
            (401, "sign-in"),
            (403, "not allowed"),
            (404, "address"),
            (418, "did not accept"),
            (429, "slow down"),
            (500, "problem of its own"),
            (599, "problem of its own"),
            (0, "no clear answer"),
        ],
    )
    def test_explains_an_unknown_code_by_the_status(
        self, status: int, part: str
    ) -> None:
        assert part in explain("XYZ.1", status).sentence

    def test_never_blames_the_person_for_a_fault_of_the_cloud(self) -> None:
        assert explain("CSS.0005", 500).field == ""

    @pytest.mark.parametrize(
        "explanation", [explain("CSS.6000"), explain("CSS.6004"), GAVE_UP]
    )
    def test_says_that_a_broken_cluster_can_be_deleted_here(
        self, explanation: Explanation
    ) -> None:
        assert "deleted here" in explanation.next_step
        assert "operator" not in explanation.next_step
