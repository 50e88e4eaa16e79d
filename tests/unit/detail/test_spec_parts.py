"""The lines that approvers read of what most requests do not ask for."""

from typing import Any

import pytest

from clusters.cloud.types import BackupPolicy, ClusterSpec, PublicAccess, SecurityMode
from clusters.views.request.spec_line import SpecLine
from tests.factories import spec as valid_spec
from tests.unit.ask.made import FILLED, whole_form
from tests.unit.ask.test_every_field import lines


def by_label(spec: ClusterSpec) -> dict[str, SpecLine]:
    return {line.label: line for line in lines(spec)}


class TestSpecLines:
    def test_are_none_for_what_was_not_asked_for(self) -> None:
        new = {"Security", "Encryption", "Public access", "Public Kibana", "Tags"}
        new |= {"VPC endpoint", "Master nodes", "Client nodes", "Cold nodes"}
        assert not new & set(by_label(valid_spec()))
        assert new <= set(by_label(whole_form().to_spec()))

    def test_say_how_many_of_which_nodes(self) -> None:
        shown = by_label(whole_form().to_spec())
        assert shown["Master nodes"].value == "3 × ess.spec-4u16g"  # noqa: RUF001
        assert shown["Master nodes"].detail == "40 GB high I/O each node, 120 GB in all"
        assert shown["Cold nodes"].value == "4 × ess.spec-4u32g"  # noqa: RUF001
        local = whole_form(cold_flavor="ess.spec-i3small", cold_instance_num="1")
        assert by_label(local.to_spec())["Cold nodes"].detail == (
            "local disks of the flavor"
        )

    def test_say_how_the_cluster_is_protected(self) -> None:
        shown = by_label(whole_form().to_spec())
        assert shown["Security"].value == "HTTPS with a password"
        assert shown["Encryption"].id == FILLED["encryption_key_id"]
        plain = valid_spec(security=SecurityMode(https=False))
        assert by_label(plain)["Security"].value == "a password, without HTTPS"

    @pytest.mark.parametrize(
        ("entries", "value", "warning"),
        [
            (("10.0.0.0/8",), "10 Mbit/s, for 10.0.0.0/8", ""),
            (
                tuple(f"10.0.0.{number}" for number in range(7)),
                "10 Mbit/s, for 10.0.0.0, 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4 and 2"
                " more",
                "",
            ),
            ((), "10 Mbit/s", "for everybody on the internet"),
            (("0.0.0.0/0",), "10 Mbit/s", "for everybody on the internet"),
        ],
    )
    def test_say_who_may_connect(
        self, entries: tuple[str, ...], value: str, warning: str
    ) -> None:
        access = PublicAccess(bandwidth_mbit=10, whitelist=entries)
        shown = by_label(valid_spec(public=access, kibana=access))
        for label in ("Public access", "Public Kibana"):
            assert (shown[label].value, shown[label].warning) == (value, warning)

    def test_say_what_an_endpoint_has(self) -> None:
        shown = by_label(whole_form().to_spec())["VPC endpoint"]
        assert shown.value == "with a private domain name, for 1 account"
        assert shown.detail == FILLED["vpc_endpoint_permissions"]

    def test_name_every_tag(self) -> None:
        shown = by_label(whole_form().to_spec())
        assert shown["Tags"].value == "team=search, cost-center=4711"

    @pytest.mark.parametrize(
        ("frequency", "words"),
        [
            ("", "daily 16:00 GMT+08:00, 7 kept"),
            ("SUN", "every Sunday 16:00 GMT+08:00, 7 kept"),
            ("SAT", "every Saturday 16:00 GMT+08:00, 7 kept"),
            ("HOUR", "every hour, 7 kept"),
        ],
    )
    def test_say_when_snapshots_are_taken(self, frequency: str, words: str) -> None:
        policy: dict[str, Any] = {
            "period": "16:00 GMT+08:00",
            "prefix": "snapshot",
            "keepday": 7,
        }
        backup = BackupPolicy(frequency=frequency, **policy)
        assert by_label(valid_spec(backup=backup))["Backup"].value == words
