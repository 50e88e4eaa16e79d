"""People and groups in the Django admin: every change is an event, nobody is deleted."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from clusters.models import Event, Subject
from tests import factories
from tests.factories import user

pytestmark = pytest.mark.django_db

PERSON = "/admin/auth/user"
GROUP = "/admin/auth/group"
PASSWORD = "stap1e-battery"
JOINED = {"date_joined_0": "2026-11-23", "date_joined_1": "12:00:00"}


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def events_of(kind: Subject, pk: int) -> list[tuple[str, str, dict[str, Any]]]:
    events = Event.objects.of_subject(kind, pk).order_by("seq")
    assert all(event.is_intact() for event in events)
    return [(event.kind, event.actor_name, event.data) for event in events]


class TestPeople:
    def test_are_created_with_an_event(self, root: Client) -> None:
        fields = {"usable_password": "true"} | dict.fromkeys(
            ("password1", "password2"), PASSWORD
        )
        root.post(f"{PERSON}/add/", {"username": "erin", **fields})
        erin = User.objects.get(username="erin")
        assert erin.check_password(PASSWORD)
        ((kind, who, data),) = events_of(Subject.PERSON, erin.pk)
        assert (kind, who, data["password"]) == ("person.created", "root", "set")

    def test_are_given_a_role_and_an_address_with_one_event(self, root: Client) -> None:
        alice = user("alice")
        approvers = Group.objects.get_or_create(name="approvers")[0]
        fields = {
            "username": "alice",
            "email": "alice@example.com",
            "is_active": "on",
            "groups": [approvers.pk],
            **JOINED,
        }
        answer = root.post(f"{PERSON}/{alice.pk}/change/", fields)
        assert answer.status_code == 302
        assert list(alice.groups.all()) == [approvers]
        assert events_of(Subject.PERSON, alice.pk) == [
            (
                "person.changed",
                "root",
                {"personal": ["email"], "groups": {"added": ["approvers"]}},
            )
        ]
        assert [kind for kind, *_ in events_of(Subject.GROUP, approvers.pk)] == [
            "group.member_added"
        ]

    def test_lead_to_their_history(self, root: Client) -> None:
        alice = user("alice")
        html = root.get(f"{PERSON}/{alice.pk}/change/").content.decode()
        where = f"/admin/clusters/event/?subject=person&amp;subject_id={alice.pk}"
        assert where in html

    @pytest.mark.parametrize("usable", ["true", "false"])
    def test_get_a_new_password_with_an_event(self, root: Client, usable: str) -> None:
        alice = user("alice")
        fields = {"usable_password": usable, "password1": PASSWORD}
        fields["password2"] = PASSWORD
        if usable == "false":
            fields["unset-password"] = "1"
        answer = root.post(f"{PERSON}/{alice.pk}/password/", fields)
        assert answer.status_code == 302
        word = "set" if usable == "true" else "unusable"
        told = [("person.changed", "root", {"password": word})]
        assert events_of(Subject.PERSON, alice.pk) == told
        assert User.objects.get(pk=alice.pk).has_usable_password() == (usable == "true")

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_are_not_deleted_and_the_page_says_what_to_do(
        self, root: Client, method: str
    ) -> None:
        factories.approved()
        bob = user("bob")
        url = f"{PERSON}/{bob.pk}/delete/"
        answer = getattr(root, method)(url, {"post": "yes"}, follow=True)
        assert answer.status_code == 200
        assert "People cannot be deleted" in answer.content.decode()
        assert User.objects.filter(pk=bob.pk).exists()

    def test_are_not_deleted_by_the_action_for_several(self, root: Client) -> None:
        alice = user("alice")
        fields = {
            "action": "delete_selected",
            "_selected_action": [alice.pk],
            "post": "yes",
        }
        answer = root.post(f"{PERSON}/", fields, follow=True)
        assert answer.status_code == 200
        assert "Delete selected" not in answer.content.decode()
        assert User.objects.filter(pk=alice.pk).exists()


class TestGroups:
    def test_are_created_and_renamed_with_an_event(self, root: Client) -> None:
        root.post(f"{GROUP}/add/", {"name": "team:search"})
        group = Group.objects.get(name="team:search")
        root.post(f"{GROUP}/{group.pk}/change/", {"name": "team:find"})
        assert [kind for kind, *_ in events_of(Subject.GROUP, group.pk)] == [
            "group.created",
            "group.changed",
        ]

    def test_of_a_role_keep_their_name(self, root: Client) -> None:
        role = Group.objects.get_or_create(name="approvers")[0]
        root.post(f"{GROUP}/{role.pk}/change/", {"name": "friends"})
        assert Group.objects.get(pk=role.pk).name == "approvers"

    def test_are_not_deleted_and_the_page_says_what_to_do(self, root: Client) -> None:
        role = Group.objects.get_or_create(name="approvers")[0]
        answer = root.post(f"{GROUP}/{role.pk}/delete/", {"post": "yes"}, follow=True)
        assert "Groups cannot be deleted" in answer.content.decode()
        assert Group.objects.filter(pk=role.pk).exists()


class TestEvents:
    def test_of_one_person_are_found(self, root: Client) -> None:
        alice, bob = user("alice"), user("bob")
        for person, name in ((alice, "Alice"), (bob, "Bob")):
            fields = {"username": person.username, "first_name": name, **JOINED}
            root.post(f"{PERSON}/{person.pk}/change/", fields)
        url = f"/admin/clusters/event/?subject=person&subject_id={alice.pk}"
        html = root.get(url).content.decode()
        assert "person alice" in html
        assert "person bob" not in html
        event = Event.objects.of_subject(Subject.PERSON, alice.pk).get()
        page = root.get(f"/admin/clusters/event/{event.pk}/change/")
        assert "first_name_after: Alice" in page.content.decode()

    @pytest.mark.parametrize(
        "query", ["subject=x", "subject=request", "subject_id=\0", "subject=group&e=1"]
    )
    def test_survive_any_filter(self, root: Client, query: str) -> None:
        factories.approved()
        answer = root.get(f"/admin/clusters/event/?{query}", follow=True)
        assert answer.status_code == 200


class TestCloudProjects:
    def test_lead_to_their_history_and_are_not_deleted(self, root: Client) -> None:
        project = factories.cloud_project()
        url = f"/admin/clusters/cloudproject/{project.pk}"
        where = (
            f"/admin/clusters/event/?subject=cloud_project&amp;subject_id={project.pk}"
        )
        assert where in root.get(f"{url}/change/").content.decode()
        answer = root.post(f"{url}/delete/", {"post": "yes"}, follow=True)
        assert "Cloud projects cannot be deleted" in answer.content.decode()
        project.refresh_from_db()

    def test_tell_who_changed_them(self, root: Client) -> None:
        project = factories.cloud_project()
        fields = {
            name: getattr(project, name)
            for name in (
                "region",
                "domain_name",
                "project_name",
                "project_id",
                "username",
            )
        } | {"api_version": "v2", "password": ""}
        urls = {f"{s}_url": getattr(project, f"{s}_url") for s in ("iam", "css", "vpc")}
        root.post(f"/admin/clusters/cloudproject/{project.pk}/change/", fields | urls)
        assert events_of(Subject.CLOUD_PROJECT, project.pk) == [
            (
                "cloud_project.changed",
                "root",
                {"name": "demo", "changed": {"api_version": ["v1", "v2"]}},
            )
        ]
