"""The frame around every page, signing in, and the error pages."""

import re

from django.test import Client, override_settings
from django.urls import path

from portal.urls import urlpatterns as of_the_product
from tests.factories import PASSWORD, cluster_request, user
from tests.flows.pages.conftest import Reader


def _break(_request: object) -> None:
    raise RuntimeError("a secret detail")


urlpatterns = [*of_the_product, path("broken/", _break)]
handler500 = "clusters.views.error_pages.handlers.server_error"


class TestTopBar:
    def test_shows_approvals_only_to_those_who_may_open_them(
        self, reading_as: Reader
    ) -> None:
        assert "/approvals/" not in reading_as("alice").get("/").content.decode()
        assert "/approvals/" in reading_as("dora").get("/").content.decode()

    def test_shows_operate_only_to_operators(self, reading_as: Reader) -> None:
        assert "/operate/" not in reading_as("bob").get("/").content.decode()
        assert "/operate/" in reading_as("olga").get("/").content.decode()

    def test_shows_audit_only_to_auditors_and_operators(
        self, reading_as: Reader
    ) -> None:
        assert "/audit/" not in reading_as("bob").get("/").content.decode()
        assert "/audit/" in reading_as("dora").get("/").content.decode()
        assert "/audit/" in reading_as("olga").get("/").content.decode()

    def test_shows_administration_only_to_staff(self, reading_as: Reader) -> None:
        assert "/admin/" not in reading_as("olga").get("/").content.decode()
        person = user("olga")
        person.is_staff = True
        person.save()
        assert "/admin/" in reading_as("olga").get("/").content.decode()

    def test_counts_what_waits(self, reading_as: Reader) -> None:
        cluster_request("one")
        cluster_request("two")
        page = reading_as("bob").get("/clusters/").content.decode()
        assert '<span class="count">2<' in page

    def test_says_which_page_is_open(self, reading_as: Reader) -> None:
        page = reading_as("alice").get("/clusters/").content.decode()
        assert '<a href="/clusters/" aria-current="page">' in page


class TestFrame:
    def test_carries_nothing_inline(self, reading_as: Reader) -> None:
        cluster_request()
        for address in ("/", "/requests/", "/approvals/", "/clusters/", "/password/"):
            page = reading_as("bob").get(address).content.decode()
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
            assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))

    def test_speaks_the_language_of_the_browser(self, client: Client) -> None:
        page = client.get("/login/", headers={"Accept-Language": "zh-hans"})
        assert '<html lang="zh-hans">' in page.content.decode()


class TestSigningIn:
    def test_leads_on_to_where_one_wanted_to_go(self, client: Client) -> None:
        user("alice")
        form = {"username": "alice", "password": PASSWORD, "next": "/clusters/"}
        assert client.post("/login/", form)["Location"] == "/clusters/"

    def test_leads_nowhere_else(self, client: Client) -> None:
        user("alice")
        form = {"username": "alice", "password": PASSWORD, "next": "//evil.test/"}
        assert client.post("/login/", form)["Location"] == "/"

    def test_says_what_is_wrong_and_keeps_the_name(self, client: Client) -> None:
        user("alice")
        page = client.post("/login/", {"username": "alice", "password": "wrong"})
        assert page.status_code == 200
        assert 'role="alert"' in page.content.decode()
        assert 'value="alice"' in page.content.decode()

    def test_closes_after_five_wrong_tries(self, client: Client) -> None:
        user("alice")
        wrong = {"username": "alice", "password": "wrong"}
        pages = [client.post("/login/", wrong) for _ in range(6)]
        assert pages[-1].status_code == 429
        assert "Too many wrong passwords" in pages[-1].content.decode()
        right = client.post("/login/", {"username": "alice", "password": PASSWORD})
        assert right.status_code == 429

    def test_is_nothing_that_htmx_could_put_into_a_page(self, client: Client) -> None:
        page = client.get("/login/?next=/requests/", headers={"HX-Request": "true"})
        assert (page.status_code, page.content) == (204, b"")
        assert "portal:signed-out" in page["HX-Trigger"]


class TestSigningOut:
    def test_takes_a_post_only(self, reading_as: Reader) -> None:
        client = reading_as("alice")
        assert client.get("/logout/").status_code == 405
        assert client.post("/logout/")["Location"] == "/login/"
        assert client.get("/").status_code == 302


class TestPassword:
    def test_can_be_changed(self, reading_as: Reader) -> None:
        client = reading_as("alice")
        new = "a quite new and long one"
        form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        page = client.post("/password/", form, follow=True)
        assert "Your password is changed." in page.content.decode()
        assert user("alice").check_password(new)

    def test_says_under_the_field_what_is_wrong(self, reading_as: Reader) -> None:
        form = {"old_password": "x", "new_password1": "a", "new_password2": "b"}
        page = reading_as("alice").post("/password/", form).content.decode()
        assert 'id="id_old_password_error"' in page
        field = re.search(r'<input[^>]*id="id_old_password"[^>]*>', page)
        assert field
        assert 'aria-invalid="true"' in field[0]
        assert 'aria-describedby="id_old_password_error"' in field[0]


class TestPagesThatSayNo:
    def test_show_nothing_of_what_is_not_there(self, reading_as: Reader) -> None:
        page = reading_as("alice").get("/nowhere/")
        assert page.status_code == 404
        assert "This page was not found" in page.content.decode()

    def test_work_for_the_anonymous(self, client: Client) -> None:
        assert client.get("/nowhere/").status_code == 404

    @override_settings(ROOT_URLCONF=__name__)
    def test_admit_a_fault_of_ours_without_its_details(self) -> None:
        client = Client(raise_request_exception=False)
        page = client.get("/broken/")
        assert page.status_code == 500
        assert "Something broke on our side" in page.content.decode()
        assert "a secret detail" not in page.content.decode()
        assert re.search(
            r"Quote this id to an operator: <code>[0-9a-f-]{36}</code>",
            page.content.decode(),
        )
