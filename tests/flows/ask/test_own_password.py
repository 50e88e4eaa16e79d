"""A password that somebody types into the form: it is kept sealed, and never repeated."""

import html
import uuid
from typing import Any

import pytest
from django.test import Client

from clusters import wiring
from clusters.models import AdminPassword, CloudProject, ClusterRequest, KeptForm
from clusters.operations.accounts import kept_forms
from clusters.operations.core.admin_passwords import open_password
from tests.flows.ask.posting import URL, post, text
from tests.flows.safety.outliving import Browser, end_sessions
from tests.unit.ask.made import posted

OWN = "Correct7Horse<&!"
TYPED = {
    "security_mode": "on",
    "https_enabled": "on",
    "password_source": "own",
    "admin_password": OWN,
    "admin_password_again": OWN,
}
AGAIN = "Type the password again"
KEY = str(uuid.UUID("11111111-2222-4333-8444-555555555555"))


def has(page: str) -> bool:
    return OWN in page or html.escape(OWN) in page or "7Horse" in page


class TestRightForm:
    def test_is_kept_with_the_password_sealed(
        self, client: Client, project: CloudProject
    ) -> None:
        assert post(client, **TYPED).status_code == 302
        row = ClusterRequest.objects.get()
        assert open_password(row.id, encryptor=wiring.encryptor()) == OWN
        assert '"adminPwd":"secret:admin"' in row.body

    def test_makes_one_request_when_sent_twice(
        self, client: Client, project: CloudProject
    ) -> None:
        first = post(client, submission_key=KEY, **TYPED)
        assert (
            post(client, submission_key=KEY, **TYPED)["Location"] == first["Location"]
        )
        assert AdminPassword.objects.count() == 1

    def test_with_another_password_is_another_form(
        self, client: Client, project: CloudProject
    ) -> None:
        post(client, submission_key=KEY, **TYPED)
        other = {
            "admin_password": "Other7Zebra!",
            "admin_password_again": "Other7Zebra!",
        }
        page = post(client, submission_key=KEY, **{**TYPED, **other})
        assert page.status_code == 200
        assert "sent before with other values" in text(page)
        assert AGAIN in text(page)
        assert "7Zebra" not in text(page)
        assert ClusterRequest.objects.count() == 1


class TestNoPage:
    @pytest.mark.parametrize(
        "changes",
        [
            {"name": "7"},
            {"check": "1"},
            {"show": "1"},
            {"refresh": "1"},
            {"admin_password_again": f"{OWN}x"},
            {"password_source": "both"},
        ],
        ids=str,
    )
    def test_repeats_it(
        self, client: Client, project: CloudProject, changes: dict[str, Any]
    ) -> None:
        page = post(client, **{**TYPED, **changes})
        assert page.status_code == 200
        assert not has(text(page))
        assert ("password_source" in changes) or AGAIN in text(page)
        assert not ClusterRequest.objects.exists()

    def test_repeats_it_by_htmx(self, client: Client, project: CloudProject) -> None:
        data = dict(posted(**TYPED).lists())
        page = client.post(URL, data, headers={"HX-Request": "true"})
        assert not has(text(page))
        assert "secret:admin" in text(page)

    def test_says_that_a_name_is_in_it_with_the_name_in_it(
        self, client: Client, project: CloudProject
    ) -> None:
        typed = {
            "admin_password": "Alice-9-Zebra",
            "admin_password_again": "Alice-9-Zebra",
        }
        page = text(post(client, **{**TYPED, **typed}))
        assert "name or yours" in page
        assert "9-Zebra" not in page

    def test_asks_for_it_where_nothing_was_typed(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(client.get(URL))
        assert AGAIN not in page
        assert 'value="generate"' in page


class TestEndedSession:
    def test_keeps_the_form_without_it(
        self, client: Client, project: CloudProject
    ) -> None:
        browser = Browser("alice")
        browser.opens(URL)
        end_sessions()
        data = dict(posted(**TYPED).lists())
        assert browser.sends(URL, data).status_code == 302
        row = KeptForm.objects.get()
        owner = kept_forms.FormOwner(row.person_id, row.browser_id)
        kept = wiring.encryptor().decrypt_for(owner.purpose, row.sealed)
        assert not has(kept)
        assert "password_source" in kept
        browser.signs_in("alice")
        page = browser.opens(URL)
        assert not has(page)
        again = browser.sends(
            URL, {**data, "admin_password": "", "admin_password_again": ""}
        )
        assert "Type the password." in again.content.decode()
