"""The place of a cloud project, and the fingerprint that approvals hold for."""

from dataclasses import replace

from clusters.cloud.place import Place

HERE = Place(
    region="cn-north-4",
    iam_url="https://iam.test",
    css_url="https://css.test",
    vpc_url="https://vpc.test",
    domain_name="demo-account",
    project_id="0a1b2c3d4e5f60718293a4b5c6d7e8f9",
)


class TestFingerprint:
    def test_of_a_place_without_enterprise_project_stays_what_was_approved(
        self,
    ) -> None:
        assert HERE.fingerprint == (
            "3e4c9e9b14fd6e0be163a30f0800ef3f1ae4c9983265a78d36399a577596dbf3"
        )

    def test_is_another_one_in_each_enterprise_project(self) -> None:
        named = ("", "0", "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d")
        places = [replace(HERE, enterprise_project_id=each) for each in named]
        assert len({each.fingerprint for each in places}) == 3

    def test_is_empty_until_the_project_is_known(self) -> None:
        unknown = replace(HERE, project_id="", enterprise_project_id="0")
        assert unknown.fingerprint == ""
