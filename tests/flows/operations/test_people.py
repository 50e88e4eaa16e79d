"""Changes of people and groups are events of their chains, whoever makes them."""

import getpass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import PROTECT, ProtectedError
from django.utils.functional import SimpleLazyObject

from clusters.domain.events import EventKind
from clusters.models import Event, KeptForm, Subject
from clusters.operations.accounts.groups import change_of_group, group_named
from clusters.operations.accounts.people import change_of_person, keep_password
from clusters.operations.core.history import record_subject_event
from clusters.operations.requests.hand_over import hand_over_request
from tests import factories
from tests.factories import NOON, user
from tests.flows.decide.pages import as_person
from tests.flows.safety.sign_in_steps import BOBS, fail, fill_address
from tests.openings import change_history

pytestmark = pytest.mark.django_db


def chain(kind: Subject, pk: object) -> list[Event]:
    """Return the events of this subject, which have to be whole and in order."""
    events = list(Event.objects.of_subject(kind, pk).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(event.is_intact() for event in events)
    assert all(b.previous_hash == a.hash for a, b in pairwise(events))
    return events


def told(person: User) -> list[tuple[str, str, dict[str, Any]]]:
    events = chain(Subject.PERSON, person.pk)
    return [(event.kind, event.actor_name, event.data) for event in events]


class TestChangeOfPerson:
    def test_tells_flags_groups_and_permissions_old_and_new(self) -> None:
        alice, olga = user("alice"), user("olga")
        view = Permission.objects.get(codename="view_event")
        with change_of_person(alice, by=olga, now=NOON):
            alice.is_staff = True
            alice.save()
            alice.groups.add(Group.objects.get_or_create(name="approvers")[0])
            alice.user_permissions.add(view)
        assert told(alice) == [
            (
                "person.changed",
                "olga",
                {
                    "changed": {"is_staff": [False, True]},
                    "groups": {"added": ["approvers"]},
                    "permissions": {"added": ["clusters.view_event"]},
                },
            )
        ]

    def test_tells_the_group_who_came_and_who_went(self) -> None:
        bob, olga = user("bob"), user("olga")
        approvers = Group.objects.get(name="approvers")
        with change_of_person(bob, by=olga, now=NOON):
            bob.groups.clear()
        with change_of_person(bob, by=olga, now=NOON):
            bob.groups.add(approvers)
        events = chain(Subject.GROUP, approvers.pk)
        assert [(e.kind, e.name_of("member")) for e in events] == [
            ("group.member_removed", "bob"),
            ("group.member_added", "bob"),
        ]

    def test_says_nothing_where_nothing_changed(self) -> None:
        alice = user("alice")
        with change_of_person(alice, by=None, now=NOON):
            alice.save()
        assert told(alice) == []

    def test_leaves_no_event_of_a_change_that_failed(self) -> None:
        alice = user("alice")

        def fail() -> None:
            alice.is_active = False
            alice.save()
            raise ZeroDivisionError

        with (
            pytest.raises(ZeroDivisionError),
            change_of_person(alice, by=None, now=NOON),
        ):
            fail()
        assert User.objects.get(pk=alice.pk).is_active
        assert told(alice) == []

    def test_compares_with_the_row_and_not_with_what_was_read_before(self) -> None:
        stale = user("alice")
        User.objects.filter(pk=stale.pk).update(is_staff=True)
        with change_of_person(stale, by=None, now=NOON):
            stale.save()
        assert told(stale)[0][2] == {"changed": {"is_staff": [True, False]}}

    def test_keeps_names_and_addresses_out_of_the_data(self) -> None:
        alice = user("alice")
        with change_of_person(alice, by=None, now=NOON, via="test"):
            alice.username, alice.email = "alicia", "alicia@example.com"
            alice.save()
        (event,) = chain(Subject.PERSON, alice.pk)
        assert event.data == {"personal": ["email", "username"], "via": "test"}
        assert {key: event.name_of(key) for key in event.names} == {
            "subject": "alicia",
            "username_before": "alice",
            "username_after": "alicia",
            "email_after": "alicia@example.com",
        }

    def test_tells_that_a_password_was_set_and_never_its_hash(self) -> None:
        alice, olga = user("alice"), user("olga")
        alice.set_password("another one")
        keep_password(alice, by=olga, now=NOON)
        alice.set_unusable_password()
        keep_password(alice, by=olga, now=NOON)
        assert [data for _kind, _who, data in told(alice)] == [
            {"password": "set"},
            {"password": "unusable"},
        ]
        kept = str(list(Event.objects.values("data", "names")))
        assert alice.password not in kept


class TestErasingAName:
    """What an erasure will do one day; the format has to bear it now."""

    def test_leaves_the_chain_valid(self) -> None:
        row = factories.approved()
        user("charlie")
        hand_over_request(row, by=user("olga"), requester="charlie", now=NOON)
        event = row.events.get(kind="hand_over")
        for key in ("actor_name", "actor_salt"):
            setattr(event, key, "")
        event.names["to"].update(salt="", text="")
        with change_history():
            event.save()
        assert chain(Subject.REQUEST, row.id)
        assert event.name_of("to") == ""
        assert event.name_of("from") == "alice"

    @pytest.mark.parametrize("changes", [{"text": "eve"}, {"salt": "0" * 32}])
    def test_is_no_way_to_write_another_one(self, changes: dict[str, str]) -> None:
        row = factories.approved()
        user("charlie")
        hand_over_request(row, by=user("olga"), requester="charlie", now=NOON)
        event = row.events.get(kind="hand_over")
        event.names["to"].update(changes)
        assert not event.is_intact()

    def test_lets_nobody_put_another_digest_in_its_place(self) -> None:
        row = factories.approved()
        event = row.events.get(kind="approve")
        event.actor_name = event.actor_salt = ""
        assert event.is_intact()
        event.actor_digest = "0" * 64
        assert not event.is_intact()

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("actor_name", "eve"),
            ("actor_digest", "0" * 64),
            ("actor_id", None),
            ("subject_id", "7"),
            ("data", {}),
            ("names", {}),
            ("format", 1),
            ("seq", 9),
        ],
    )
    def test_shows_every_other_edit(self, column: str, value: object) -> None:
        project, olga = factories.cloud_project(), user("olga")
        with change_of_person(olga, by=olga, now=NOON):
            olga.email = "olga@example.com"
            olga.save()
        (event,) = chain(Subject.PERSON, olga.pk)
        setattr(event, column, value)
        assert not event.is_intact()
        assert project


class TestGroups:
    def test_are_created_renamed_and_given_permissions(self) -> None:
        olga = user("olga")
        group = group_named("team:search", by=olga, now=NOON)
        assert group_named("team:search", by=olga, now=NOON) == group
        with change_of_group(group, by=olga, now=NOON):
            group.name = "team:find"
            group.save()
            group.permissions.add(Permission.objects.get(codename="view_event"))
        events = chain(Subject.GROUP, group.pk)
        assert [(e.kind, e.actor_name, e.data) for e in events] == [
            (
                "group.created",
                "olga",
                {"name": "team:search", "renamed": ["", "team:search"]},
            ),
            (
                "group.changed",
                "olga",
                {
                    "name": "team:find",
                    "renamed": ["team:search", "team:find"],
                    "permissions": {"added": ["clusters.view_event"]},
                },
            ),
        ]


class TestCommands:
    def test_create_a_superuser_with_an_event(self, capsys: Any) -> None:
        call_command(
            "createsuperuser",
            interactive=False,
            username="root",
            email="root@example.com",
        )
        (event,) = chain(Subject.PERSON, User.objects.get(username="root").pk)
        assert event.kind == "person.created"
        assert event.data["via"] == "createsuperuser"
        assert event.data["changed"]["is_superuser"] == [None, True]
        assert event.name_of("email_after") == "root@example.com"
        assert "created successfully" in capsys.readouterr().out

    def test_refuse_a_name_that_is_taken(self) -> None:
        user("alice")
        with pytest.raises(CommandError, match="already taken"):
            call_command(
                "createsuperuser", interactive=False, username="alice", email="a@b.cd"
            )

    def test_change_a_password_with_an_event(self, monkeypatch: Any) -> None:
        alice = user("alice")
        typed = iter(
            ["one", "two", "12345", "12345", "stap1e-battery", "stap1e-battery"]
        )
        monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(typed))
        call_command("changepassword", "alice\u00a0")
        assert User.objects.get(pk=alice.pk).check_password("stap1e-battery")
        words = {"password": "set", "via": "changepassword"}
        assert told(alice) == [("person.changed", "", words)]

    def test_give_up_after_three_bad_tries(self, monkeypatch: Any) -> None:
        alice = user("alice")
        monkeypatch.setattr(getpass, "getpass", lambda _prompt: "123")
        with pytest.raises(CommandError, match="after 3 attempts"):
            call_command("changepassword", "alice")
        with pytest.raises(CommandError, match="does not exist"):
            call_command("changepassword", "nobody")
        assert told(alice) == []

    def test_seed_the_demo_with_events(self, tmp_path: Path) -> None:
        call_command("seed_demo", logins=str(tmp_path / "logins"), verbosity=0)
        bob = User.objects.get(username="bob")
        kinds = [kind for kind, _who, _data in told(bob)]
        assert kinds == ["person.created", "person.changed"]
        approvers = Group.objects.get(name="approvers")
        assert chain(Subject.GROUP, approvers.pk)[-1].name_of("member") == "bob"


class TestOwnPassword:
    def test_is_an_event_of_ones_own(self) -> None:
        browser = as_person("alice")
        new = "stap1e-battery"
        fields = {
            "old_password": factories.PASSWORD,
            "new_password1": new,
            "new_password2": new,
        }
        assert browser.post("/password/", fields).status_code == 302
        assert browser.get("/").status_code == 200, "still signed in"
        alice = user("alice")
        assert alice.check_password(new)
        assert told(alice) == [("person.changed", "alice", {"password": "set"})]


class TestClosedLimits:
    def test_stand_in_the_chain_of_the_person_once(self) -> None:
        bob = user("bob")
        fail(7)
        (event,) = chain(Subject.PERSON, bob.pk)
        assert event.kind == "sign_in.limited"
        assert event.data == {"limit": "pair", "failures": 5}
        assert event.name_of("address") == BOBS
        assert BOBS not in str(event.data)

    def test_stand_in_that_of_the_installation_where_nobody_is_meant(self) -> None:
        user("bob")
        fill_address(100)
        fail(6, "nobody", address="192.0.2.9")
        events = chain(Subject.INSTALLATION, "")
        assert [event.data["limit"] for event in events] == ["address", "pair"]
        assert [event.name_of("address") for event in events] == [BOBS, "192.0.2.9"]
        assert "nobody" not in str([(event.data, event.names) for event in events])


class TestRecordSubjectEvent:
    def test_takes_whoever_is_signed_in_as_they_come(self) -> None:
        bob = SimpleLazyObject(lambda: user("bob"))
        record_subject_event(bob, EventKind.PERSON_CHANGED, now=NOON, actor=bob)
        assert told(user("bob")) == [("person.changed", "bob", {})]


class TestPeopleWithAHistory:
    def test_are_protected_by_every_key_to_them(self) -> None:
        keys = {
            str(field): field.remote_field.on_delete
            for model in apps.get_app_config("clusters").get_models()
            if model is not KeptForm  # gone within the hour, and no history
            for field in model._meta.concrete_fields
            if field.related_model is User
        }
        assert len(keys) >= 5
        assert set(keys.values()) == {PROTECT}, keys

    def test_cannot_be_deleted_by_code_either(self) -> None:
        factories.approved()
        for name in ("alice", "bob"):
            with pytest.raises(ProtectedError):
                user(name).delete()
