"""Security mode and password: the group of the form, and its rules."""

from typing import Any

import pytest

from clusters.cloud.types import CreateApi, Datastore, SecurityMode
from clusters.credentials.generated_password import CLASSES, generated_password
from clusters.forms.groups.security import own_password_of
from clusters.rules import problems, security
from tests.factories import spec
from tests.unit.ask.made import catalog, form

RIGHT = "Correct7Horse!"
KEY = "0d0466b0-e727-4d9c-b35d-f84bb474a37f"


def said(password: str, *names: str) -> str:
    return " ".join(
        str(each.message) for each in security.password(password, names=names)
    )


def secured(**changes: Any) -> Any:
    """Return the form with an own password, typed twice."""
    typed = {"security_mode": "on", "https_enabled": "on", "password_source": "own"}
    again = {"admin_password": RIGHT, "admin_password_again": RIGHT}
    return form(**{**typed, **again, **changes})


class TestPassword:
    @pytest.mark.parametrize(
        "password",
        [
            RIGHT,
            "aB3aB3aB",
            "abc-DEF-ghi",
            "aB3" + "x" * 29,
            "~!@#$%&*()-_=[{}];:,<.>/?|aB",
        ],
    )
    def test_of_three_kinds_is_right(self, password: str) -> None:
        assert said(password) == ""

    @pytest.mark.parametrize(
        ("password", "words"),
        [
            ("", "0 characters"),
            ("aB3aB3a", "7 characters. Use 8 to 32"),
            ("aB3" + "x" * 30, "33 characters. Use 8 to 32"),
            ("alllowercase", "three kinds"),
            ("lower-and-special", "three kinds"),
            ("Correct7Horse^", "“^”"),
            ("Correct7Horse+", "“+”"),
            ("Correct7Horse\\", "“\\”"),
            ("Correct7 Horse", "a space"),
            ("Correct7Horse密码", "Chinese characters"),
            ("Correct7Horse\uff0c", "Chinese characters"),
            ("Correct7Horsé", "“é”"),
            ("Correct7\tHorse", "an invisible character"),
        ],
    )
    def test_is_refused_with_what_is_wrong(self, password: str, words: str) -> None:
        assert words in said(password)
        assert not password or password not in said(password)

    @pytest.mark.parametrize(
        "password",
        [
            "Admin@123",
            "Huawei@123",
            "P@ssw0rd",
            "Passw0rd!",
            "Password1!",
            "Test@123",
            "Qwerty123!",
            "123!Elasticsearch",
            "3#321drowssaP",
            "Ch@ngeMe3!",
        ],
    )
    def test_that_others_guess_is_weak(self, password: str) -> None:
        assert "easy to guess" in said(password)

    @pytest.mark.parametrize(
        "password",
        [
            "Logs-Search1",
            "my-LOGS-search7",
            "Hcraes-sgol1",
            "Alice1234!",
            "Ecila-1234!",
        ],
    )
    def test_with_a_name_is_weak(self, password: str) -> None:
        assert "name or yours" in said(password, "logs-search", "alice")
        assert said(password) == ""

    def test_may_contain_a_name_of_two_letters(self) -> None:
        assert said(RIGHT, "or", "") == ""


class TestGenerated:
    def test_is_right_and_without_what_looks_alike(self) -> None:
        made = {generated_password() for _ in range(1000)}
        assert len(made) == 1000
        for password in made:
            assert len(password) == 24
            assert said(password) == ""
            assert not set(password) & set("0O1lI|")
            assert all(set(password) & set(each) for each in CLASSES)


class TestForm:
    def test_takes_an_own_password(self) -> None:
        bound = secured()
        assert bound.errors == {}
        assert bound.to_spec().security == SecurityMode(https=True)
        assert own_password_of(bound.cleaned_data) == RIGHT

    @pytest.mark.parametrize("source", ["generate", "", None])
    def test_lets_the_portal_make_one(self, source: str | None) -> None:
        bound = secured(
            password_source=source, admin_password="x", admin_password_again="y"
        )
        assert bound.errors == {}
        assert bound.to_spec().security is not None
        assert own_password_of(bound.cleaned_data) is None

    def test_ignores_all_of_it_without_the_mode(self) -> None:
        bound = secured(
            security_mode=None,
            https_enabled=None,
            password_source="?",
            admin_password="\x00",
        )
        assert bound.errors == {}
        assert bound.to_spec().security is None
        assert own_password_of(bound.cleaned_data) is None
        assert not {"admin_password", "admin_password_again"} & {*bound.cleaned_data}

    def test_needs_the_mode_for_https(self) -> None:
        assert list(secured(security_mode=None).errors) == ["https_enabled"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"admin_password": ""}, "admin_password"),
            ({"admin_password": "short"}, "admin_password"),
            ({"admin_password": "Logs-Search1"}, "admin_password"),
            ({"admin_password": "Correct7\x00Horse"}, "admin_password"),
            ({"admin_password_again": "Correct7Horse?"}, "admin_password_again"),
            ({"admin_password_again": ""}, "admin_password_again"),
            ({"password_source": "both"}, "password_source"),
            ({"security_mode": "maybe"}, "security_mode"),
        ],
        ids=str,
    )
    def test_says_what_is_wrong_at_the_field(
        self, changes: dict[str, str], field: str
    ) -> None:
        bound = secured(**changes)
        assert field in bound.errors
        assert all(RIGHT not in str(each) for each in bound.errors.values())

    def test_never_renders_a_password(self) -> None:
        bound = secured(name="")
        html = f"{bound['admin_password']}{bound['admin_password_again']}"
        assert RIGHT not in html
        assert "value=" not in html
        assert bound.has_lost_password

    def test_has_lost_nothing_where_nothing_was_typed(self) -> None:
        nothing = {"admin_password": "", "admin_password_again": ""}
        assert not secured(**nothing).has_lost_password
        assert not secured(password_source="generate").has_lost_password


class TestSpec:
    def of(self, api: CreateApi = CreateApi.V2, **changes: Any) -> list[str]:
        made = spec(backup=None, **changes)
        return [each.field for each in problems(made, catalog(), api=api)]

    @pytest.mark.parametrize(
        ("engine", "version", "fields"),
        [
            ("elasticsearch", "6.5.3", ["security_mode"]),
            ("elasticsearch", "5.5.1", ["security_mode"]),
            ("elasticsearch", "6.5.4", []),
            ("elasticsearch", "7.10.2", []),
            ("elasticsearch", "newest", []),
            ("opensearch", "1.3.6", []),
        ],
    )
    def test_needs_an_engine_with_a_security_mode(
        self, engine: str, version: str, fields: list[str]
    ) -> None:
        made = spec(
            security=SecurityMode(https=False),
            datastore=Datastore(type=engine, version=version),
        )
        assert [each.field for each in security.engine(made, catalog())] == fields

    def test_encrypts_with_a_key_by_its_id(self) -> None:
        assert self.of(encryption_key_id=KEY) == []
        assert self.of(encryption_key_id=KEY.upper()) == []
        for wrong in ("my-key", KEY[:-1], f"{KEY}0", KEY.replace("-", ""), "0"):
            assert self.of(encryption_key_id=wrong) == ["encryption_key_id"]

    def test_encrypts_with_v2_only(self) -> None:
        assert self.of(CreateApi.V1, encryption_key_id=KEY) == ["encryption_key_id"]
        assert self.of(CreateApi.V1, security=SecurityMode(https=True)) == []
