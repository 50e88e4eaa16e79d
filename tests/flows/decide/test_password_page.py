"""The page of the administrator's password: one look, for one person."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters import wiring
from clusters.cloud.types import SecurityMode
from clusters.domain.states import State
from clusters.models import AdminPassword, ClusterRequest
from clusters.operations.core.admin_passwords import open_password
from clusters.operations.requests.hand_over import hand_over_request
from clusters.operations.upkeep.erase_passwords import erase_due_passwords
from tests.factories import NOON, cluster_request, user

pytestmark = pytest.mark.django_db

SECURE = SecurityMode(https=True)


def browser(name: str) -> Client:
    client = Client()
    client.force_login(user(name))
    return client


def active(**how: object) -> ClusterRequest:
    return cluster_request(state=State.ACTIVE, security=SECURE, **how)


def path_of(row: ClusterRequest) -> str:
    return f"/requests/{row.id}/password/"


class TestPage:
    def test_has_one_button_and_no_password(self):
        row = active()
        password = open_password(row.id, encryptor=wiring.encryptor())
        answer = browser("alice").get(path_of(row))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'id="show-password"' in page
        assert password not in page
        assert AdminPassword.objects.get().is_kept

    def test_shows_it_once(self):
        row = active()
        password = open_password(row.id, encryptor=wiring.encryptor())
        alice = browser("alice")
        answer = alice.post(path_of(row))
        assert answer.status_code == 200
        assert answer.context["password"] == password
        assert "no-store" in answer["Cache-Control"]
        for again in (alice.get(path_of(row)), alice.post(path_of(row))):
            assert again.status_code == 410
            assert "reset it in the cloud" in again.content.decode()
            assert "no-store" in again["Cache-Control"]

    def test_is_gone_after_seven_days(self):
        row = active(moved_at=NOON)
        erase_due_passwords(now=NOON + timedelta(days=7))
        alice = browser("alice")
        assert alice.get(path_of(row)).status_code == 410
        assert alice.post(path_of(row)).status_code == 410

    @pytest.mark.parametrize("name", ["bob", "olga", "dora", "charlie", "root"])
    def test_is_not_there_for_anybody_else(self, name):
        row = active()
        if name == "root":
            root = user("root")
            root.is_superuser = root.is_staff = True
            root.save()
        other = browser(name)
        assert other.get(path_of(row)).status_code == 404
        assert other.post(path_of(row)).status_code == 404
        assert AdminPassword.objects.get().is_kept

    def test_asks_the_anonymous_to_sign_in(self):
        row = active()
        for answer in (Client().get(path_of(row)), Client().post(path_of(row))):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/login/")
        assert AdminPassword.objects.get().is_kept

    def test_is_not_there_for_an_own_one(self):
        row = active(own_password="Correct7Horse!")
        alice = browser("alice")
        assert alice.get(path_of(row)).status_code == 404
        assert alice.post(path_of(row)).status_code == 404
        AdminPassword.objects.update(sealed="", erased_at=NOON)
        assert alice.get(path_of(row)).status_code == 404

    def test_is_not_there_without_a_security_mode(self):
        row = cluster_request(state=State.ACTIVE)
        assert browser("alice").get(path_of(row)).status_code == 404

    @pytest.mark.parametrize("state", [each for each in State if each != State.ACTIVE])
    def test_is_not_there_before_the_cluster_is(self, state):
        row = cluster_request(state=state, security=SECURE)
        alice = browser("alice")
        assert alice.get(path_of(row)).status_code == 404
        assert alice.post(path_of(row)).status_code == 404
        assert AdminPassword.objects.get().is_kept

    def test_has_no_heir(self):
        row = active()
        user("charlie")
        row.attempts.create(number=1, claim=1, sent_at=NOON, outcome="accepted")
        hand_over_request(row, by=user("olga"), requester="charlie", now=NOON)
        for name in ("alice", "charlie"):
            assert browser(name).get(path_of(row)).status_code == 404
            assert browser(name).post(path_of(row)).status_code == 404

    def test_takes_no_other_method(self):
        row = active()
        assert browser("alice").put(path_of(row)).status_code == 405


class TestLinkToIt:
    LINK = 'id="see-password"'

    def test_is_for_the_requester(self):
        row = active()
        assert (
            self.LINK in browser("alice").get(row.get_absolute_url()).content.decode()
        )
        for name in ("bob", "olga", "dora"):
            page = browser(name).get(row.get_absolute_url()).content.decode()
            assert self.LINK not in page

    def test_becomes_a_sentence_once_it_was_shown(self):
        row = active()
        alice = browser("alice")
        alice.post(path_of(row))
        page = alice.get(row.get_absolute_url()).content.decode()
        assert self.LINK not in page
        assert "not kept any more" in page
        assert "password was shown" in page

    def test_takes_no_query_of_its_own(self):
        plain, secure = cluster_request(state=State.ACTIVE, name="one"), active()
        alice = browser("alice")
        counts = []
        for row in (plain, secure):
            with CaptureQueriesContext(connection) as made:
                alice.get(row.get_absolute_url())
            counts.append(len(made))
        assert counts[0] == counts[1]


class TestRetryButton:
    def test_goes_with_the_password(self):
        row = cluster_request(state=State.FAILED, security=SECURE)
        alice = browser("alice")
        assert 'id="retry"' in alice.get(row.get_absolute_url()).content.decode()
        AdminPassword.objects.update(sealed="", erased_at=NOON)
        page = alice.get(row.get_absolute_url()).content.decode()
        assert 'id="retry"' not in page
        assert "Ask again instead" in page
        answer = alice.post(f"{row.get_absolute_url()}retry/")
        assert answer.status_code == 409
        assert "not kept any more" in answer.content.decode()
