"""Pages beside the logins: a new password for the old one, and what operators see."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User

from tests.factories import PASSWORD, user
from tests.flows.decide.pages import as_person
from tests.flows.safety.sign_in_steps import BOBS, fail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def _bob() -> None:
    person = user("bob")
    person.is_staff = True
    person.save()


class TestPasswordPage:
    FORM = {
        "new_password1": "another long one 7",
        "new_password2": "another long one 7",
    }

    @pytest.mark.parametrize("page", ["/password/", "/admin/password_change/"])
    def test_counts_old_passwords_that_are_wrong(self, page: str) -> None:
        client = as_person("bob")
        found = [
            client.post(page, {"old_password": "wrong", **self.FORM}, follow=True)
            for _ in range(6)
        ]
        if page == "/password/":
            assert [each.status_code for each in found] == [200] * 5 + [429]
        else:  # leads to the page that counts, and takes nothing itself
            assert found[-1].redirect_chain == [("/password/", 302)]
        assert User.objects.get(username="bob").check_password(PASSWORD)

    def test_lets_work_go_on_while_it_is_closed(self) -> None:
        client = as_person("bob")
        for _ in range(6):
            client.post("/password/", {"old_password": "wrong", **self.FORM})
        assert client.get("/requests/").status_code == 200

    def test_still_changes_a_password(self) -> None:
        client = as_person("bob")
        answer = client.post("/password/", {"old_password": PASSWORD, **self.FORM})
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert client.get("/").status_code == 200


class TestOperatePage:
    def test_says_what_is_closed_and_until_when(self) -> None:
        fail(6)
        fail(6, name="my-Passw0rd", address="2001:db8::1")
        html = " ".join(as_person("olga").get("/operate/").content.decode().split())
        section = html[html.index("Blocked sign-ins") : html.index("Workers")]
        assert section.count('data-sign-in-limit="pair"') == 2
        assert f">{BOBS}<" in section
        assert "2001:db8::/64" in section
        assert ">12:15</time>" in section
        assert "my-Passw0rd" not in section

    def test_says_nothing_while_all_are_open(
        self, clock: time_machine.Traveller
    ) -> None:
        fail(6)
        clock.shift(timedelta(minutes=16))
        assert (
            "Blocked sign-ins"
            not in as_person("olga").get("/operate/").content.decode()
        )
