"""What a start check lets pass is what its user takes, too."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage

from portal.environment import Environment
from tests.unit.portal.conftest import Given

SENDERS = ["portal@localhost", "Portal <p@example.com>", "Pörtal <p@exämple.com>"]
NO_SENDERS = [
    "portal",
    "Portal",
    "<>",
    "@example.com",
    "portal@",
    "portal@example..com",
    "a@example.com, b@example.com",
    "a@example.com\nBcc: b@example.com",
    "a@example.com\rx",
    f"a@{'x' * 64}.com",
]
NO_SECONDS = ["1e-9", "0.001", "1e9", "10000001", "1_0", "0x10", "1e", ".", "1.2.3"]


def refused(what: str) -> "pytest.RaisesExc[SystemExit]":
    return pytest.raises(SystemExit, match=rf"^NAME: {what}")


class TestSender:
    @pytest.mark.parametrize("sender", SENDERS)
    def test_can_send_a_mail(self, given: Given, sender: str) -> None:
        found = given(sender).sender("NAME", "")
        mail = EmailMessage("x", "x", found, ["alice@example.com"])
        assert "@" in str(mail.message()["From"])

    @pytest.mark.parametrize("sender", NO_SENDERS)
    def test_that_cannot_stops_the_start(self, given: Given, sender: str) -> None:
        with refused(""):
            given(sender).sender("NAME", "")


class TestSeconds:
    @pytest.mark.parametrize("number", NO_SECONDS)
    def test_that_nobody_can_wait_stop_the_start(
        self, given: Given, number: str
    ) -> None:
        with refused("'.*' is not a number"):
            given(number).positive_number("NAME", 1)

    @pytest.mark.parametrize(
        ("number", "meant"), [("0.01", 0.01), (".5", 0.5), ("5.", 5), ("1e3", 1000)]
    )
    def test_may_be_written_in_each_usual_way(
        self, given: Given, number: str, meant: float
    ) -> None:
        assert given(number).positive_number("NAME", 1) == meant


class TestTimeZone:
    def test_is_in_the_folder_that_django_asks(
        self, given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Debian keeps old names apart, and Python may have them of a package."""
        monkeypatch.setattr("portal.environment.values._SYSTEM_ZONES", tmp_path)
        with refused("'Europe/Berlin' is not a time zone"):
            given("Europe/Berlin").time_zone("NAME", "UTC")

    @pytest.mark.parametrize(
        "zone", ["Europe", "../etc/passwd", "/etc/passwd", "x" * 5000]
    )
    def test_that_is_none_stops_the_start(self, given: Given, zone: str) -> None:
        with refused("'.*' is not a time zone"):
            given(zone).time_zone("NAME", "UTC")


class TestQueue:
    @pytest.mark.parametrize("name", ["portal", "css:portal", "a.b-c_d", "x" * 100])
    def test_has_a_name_for_files_and_keys(self, given: Given, name: str) -> None:
        assert given(name).queue("NAME", "") == name

    @pytest.mark.parametrize("name", ["a/b", "a b", "pörtal", "amq.x", "x" * 101])
    def test_with_another_name_stops_the_start(self, given: Given, name: str) -> None:
        with refused("'.*' is too long, holds"):
            given(name).queue("NAME", "")


class TestText:
    @pytest.mark.parametrize("value", ["a\nb", "a\tb", "a\x1bb", "a\x7fb"])
    def test_of_several_lines_stops_the_start(self, given: Given, value: str) -> None:
        with refused("holds a line break"):
            given(value).text("NAME")

    def test_is_as_short_as_its_column(self, given: Given) -> None:
        assert given("x" * 64).short("NAME", "", longest=64) == "x" * 64
        with refused("has 65 characters"):
            given("x" * 65).short("NAME", "", longest=64)

    def test_of_a_list_may_have_a_line_for_each(
        self, given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "hosts").write_text("10.0.0.0/8,\r\nfe80::/10\n")
        monkeypatch.setenv("HOSTS_FILE", str(tmp_path / "hosts"))
        env: Environment = given("x")
        assert env.names("HOSTS") == ["10.0.0.0/8", "fe80::/10"]
