"""The rules about access from outside, encryption, and tags."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters import rules
from clusters.cloud.types import (
    CreateApi,
    PublicAccess,
    SecurityMode,
    Tag,
    VpcEndpoint,
)
from tests.factories import spec as valid_spec
from tests.unit.ask.made import catalog

HTTPS = SecurityMode(https=True)
NETWORK = ("203.0.113.0/24",)
ACCOUNT = "iam:domain::0123456789abcdef0123456789abcdef"


def messages(**changes: Any) -> list[tuple[str, str]]:
    """Return field and sentence of each problem of a valid v2.0 spec with changes."""
    spec = replace(valid_spec(backup=None, security=HTTPS), **changes)
    found = rules.problems(spec, catalog(), api=CreateApi.V2)
    return [(each.field, str(each.message)) for each in found]


def of_list(*entries: str) -> list[tuple[str, str]]:
    """Return the problems of the white lists of cluster and Kibana, which are equal."""
    access = PublicAccess(bandwidth_mbit=10, whitelist=entries)
    public = messages(public=access)
    kibana = messages(kibana=access)
    assert [
        (field.replace("public", "kibana"), said) for field, said in public
    ] == kibana
    return public


def warned(**changes: Any) -> list[str]:
    spec = replace(valid_spec(backup=None, security=HTTPS), **changes)
    return [each.field for each in rules.warnings(spec, api=CreateApi.V2)]


class TestPublicAccess:
    def test_needs_https(self) -> None:
        access = PublicAccess(bandwidth_mbit=10, whitelist=NETWORK)
        assert messages(public=access) == []
        for security in (None, SecurityMode(https=False)):
            [(field, sentence)] = messages(public=access, security=security)
            assert field == "public_bandwidth"
            assert "needs HTTPS" in sentence

    def test_to_kibana_needs_the_security_mode(self) -> None:
        access = PublicAccess(bandwidth_mbit=10, whitelist=NETWORK)
        assert messages(kibana=access, security=SecurityMode(https=False)) == []
        [(field, sentence)] = messages(kibana=access, security=None)
        assert field == "kibana_bandwidth"
        assert "needs a password" in sentence

    @pytest.mark.parametrize("part", ["public", "kibana"])
    def test_has_1_to_200_mbit(self, part: str) -> None:
        for size in (1, 200):
            assert messages(**{part: PublicAccess(bandwidth_mbit=size)}) == []
        for size in (0, 201, -1, 10**30):
            [(field, sentence)] = messages(**{part: PublicAccess(bandwidth_mbit=size)})
            assert field == f"{part}_bandwidth"
            assert "Choose 1 to 200." in sentence

    @pytest.mark.parametrize("part", ["public", "kibana"])
    @pytest.mark.parametrize(
        "entries", [(), ("0.0.0.0/0",), ("203.0.113.7", "0.0.0.0/0"), ("::/0",)]
    )
    def test_for_everybody_is_a_warning(
        self, part: str, entries: tuple[str, ...]
    ) -> None:
        access = PublicAccess(bandwidth_mbit=10, whitelist=entries)
        assert messages(**{part: access}) == []
        assert f"{part}_whitelist" in warned(**{part: access})

    def test_for_a_network_is_none(self) -> None:
        access = PublicAccess(bandwidth_mbit=10, whitelist=NETWORK)
        assert warned(public=access, kibana=access) == []

    def test_for_ipv6_is_a_warning(self) -> None:
        access = PublicAccess(bandwidth_mbit=10, whitelist=("2001:db8::/32",))
        assert messages(public=access) == []
        assert warned(public=access) == ["public_whitelist"]


class TestWhiteList:
    @pytest.mark.parametrize(
        "entry",
        ["203.0.113.7", "203.0.113.7/32", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::7"],
    )
    def test_takes_addresses_and_blocks(self, entry: str) -> None:
        assert of_list(entry) == []

    @pytest.mark.parametrize(
        ("entry", "sentence"),
        [
            (
                "10.0.0.1/24",
                "“10.0.0.1/24” has host bits. You may mean 10.0.0.0/24, or 10.0.0.1 alone.",
            ),
            (
                "2001:db8::1/32",
                "“2001:db8::1/32” has host bits. You may mean 2001:db8::/32, or 2001:db8::1"
                " alone.",
            ),
            ("10.0.0.0/08", "Write “10.0.0.0/08” as 10.0.0.0/8."),
            ("2001:DB8::7", "Write “2001:DB8::7” as 2001:db8::7."),
        ],
    )
    def test_says_what_was_meant(self, entry: str, sentence: str) -> None:
        assert of_list(entry) == [("public_whitelist", sentence)]

    @pytest.mark.parametrize(
        "entry",
        [
            "10.0.0",
            "10.0.0.256",
            "010.0.0.1",
            "10.0.0.0/33",
            "10.0.0.0/255.0.0.0",
            "10.0.0.0/-1",
            "10.0.0.1-10.0.0.9",
            "10.0.0.1,10.0.0.2",
            "10.0.0.1 10.0.0.2",
            "10.0.0.1 | office",
            "fe80::1%eth0",
            "example.com",
            "https://10.0.0.1",
            "*",
            "１０.0.0.1",  # noqa: RUF001 - digits of another width
            "٣.0.0.1",
            "x" * 1_000_000,
        ],
        ids=lambda entry: ascii(entry)[:20],
    )
    def test_refuses_anything_else(self, entry: str) -> None:
        [(field, sentence)] = of_list(entry)
        assert field == "public_whitelist"
        assert "is neither an address nor a CIDR block." in sentence
        assert len(sentence) < 250

    @pytest.mark.parametrize("again", ["203.0.113.7", "203.0.113.7/32"])
    def test_takes_each_entry_once(self, again: str) -> None:
        [(_, sentence)] = of_list("203.0.113.7", "10.0.0.0/8", again)
        assert sentence == "“203.0.113.7” is given twice. Give it once."

    def test_has_300_lines_at_most(self) -> None:
        entries = [f"10.0.{number // 250}.{number % 250}" for number in range(5_000)]
        assert of_list(*entries[:300]) == []
        assert of_list(*entries) == [
            ("public_whitelist", "5,000 lines are too many. Use at most 300.")
        ]

    @given(st.lists(st.text()).map(tuple))
    def test_handles_any_text(self, entries: tuple[str, ...]) -> None:
        access = PublicAccess(bandwidth_mbit=10, whitelist=entries)
        assert len(messages(public=access)) <= 1
        warned(public=access, kibana=access)


class TestVpcEndpoint:
    @pytest.mark.parametrize("entries", [(), (ACCOUNT,)])
    def test_takes_accounts(self, entries: tuple[str, ...]) -> None:
        endpoint = VpcEndpoint(with_dns=False, permissions=entries)
        assert messages(vpc_endpoint=endpoint) == []

    @pytest.mark.parametrize(
        ("entries", "part"),
        [
            (("*",), "“*” is not an account."),
            ((ACCOUNT[:-1],), "is not an account."),
            ((f"{ACCOUNT}0",), "is not an account."),
            ((ACCOUNT.replace("a", "g"),), "is not an account."),
            ((ACCOUNT.removeprefix("iam:"),), "is not an account."),
            ((ACCOUNT, ACCOUNT), "is given twice."),
            ((ACCOUNT,) * 51, "51 lines are too many. Use at most 50."),
        ],
    )
    def test_refuses_anything_else(self, entries: tuple[str, ...], part: str) -> None:
        endpoint = VpcEndpoint(with_dns=True, permissions=entries)
        [(field, sentence)] = messages(vpc_endpoint=endpoint)
        assert field == "vpc_endpoint_permissions"
        assert part in sentence


class TestEncryption:
    def test_needs_the_id_of_a_key(self) -> None:
        assert messages(encryption_key_id="4c5d6e7f-8091-42a3-b4c5-d6e7f8091a2b") == []
        for value in ("css/default", "4c5d6e7f809142a3b4c5d6e7f8091a2b", "0"):
            [(field, sentence)] = messages(encryption_key_id=value)
            assert field == "encryption_key_id"
            assert f"“{value}” is not the id of a key." in sentence


class TestTags:
    def test_are_at_most_nine_beside_that_of_the_portal(self) -> None:
        many = tuple(Tag(key=f"key-{number}", value="") for number in range(50_000))
        assert messages(tags=many[:9]) == []
        assert messages(tags=many[:10]) == [
            ("tags", "10 tags are too many. Use at most 9.")
        ]
        assert len(messages(tags=many)) == 1

    @pytest.mark.parametrize(
        ("key", "part"),
        [
            ("portal-request", "is the portal's own tag"),
            ("sysadmin", "begins with sys"),
            ("_sys_", ""),
            ("a b", "is not a valid tag key"),
            ("", "is not a valid tag key"),
            ("k" * 37, "is not a valid tag key"),
            ("k" * 36, ""),
        ],
    )
    def test_have_keys_that_the_cloud_takes(self, key: str, part: str) -> None:
        found = messages(tags=(Tag(key=key, value="v"),))
        assert [field for field, _ in found] == (["tags"] if part else [])
        assert all(part in sentence for _, sentence in found)

    def test_have_values_of_43_characters_at_most(self) -> None:
        assert messages(tags=(Tag(key="k", value="v" * 43),)) == []
        assert len(messages(tags=(Tag(key="k", value="v" * 44),))) == 1

    def test_have_each_key_once(self) -> None:
        twice = (Tag(key="team", value="a"), Tag(key="team", value="b"))
        assert messages(tags=twice) == [
            ("tags", "Tag “team” is given twice. Give it once.")
        ]
