"""Creates the demo's data: people, two cloud projects and the marker that names them."""

import secrets
from collections.abc import Iterable
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clusters import wiring
from clusters.demo import demo_project
from clusters.demo.showcase import People, seed_showcase
from clusters.management.variables import simulator_password
from clusters.models import CloudProject, DemoMarker
from clusters.models.cloud_project import ApiVersion
from clusters.models.people import APPROVERS, AUDITORS, OPERATORS
from clusters.operations.accounts.groups import group_named
from clusters.operations.accounts.people import change_of_person, keep_password
from clusters.operations.projects.connect import Connection

PEOPLE: Final = {
    "alice": "",
    "bob": APPROVERS,
    "charlie": "",
    "dora": AUDITORS,
    "olga": OPERATORS,
}
_VIA: Final = "seed_demo"


@transaction.atomic
def seed(url: str) -> dict[str, str]:
    """
    Create the demo's data in one transaction, in an empty database.

    :param url: the address of the simulator
    :return: passwords by user name
    :raises IntegrityError: if one of the user names is taken
    """
    passwords = {name: _new_password() for name in PEOPLE}
    people = {name: _person(name, passwords[name]) for name in PEOPLE}
    demo = _connect_demo(url)
    showcase = _showcase(people)
    demo_project.mark(people.values(), demo=demo, showcase=showcase)
    _give_addresses(people.values())
    return passwords


@transaction.atomic
def renew_passwords(marker: DemoMarker) -> dict[str, str]:
    """Set new passwords for the demo's people; return them by user name."""
    passwords = {}
    for person in User.objects.filter(pk__in=marker.user_ids).order_by("username"):
        passwords[person.username] = _new_password()
        person.set_password(passwords[person.username])
        keep_password(person, by=None, now=timezone.now(), via=_VIA)
    return passwords


def _new_password() -> str:
    return secrets.token_urlsafe(9)


def _person(name: str, password: str) -> User:
    person, now = User(username=name), timezone.now()
    person.set_password(password)
    group = PEOPLE[name]
    role = group_named(group, by=None, now=now, via=_VIA) if group else None
    with change_of_person(person, by=None, now=now, via=_VIA):
        person.save(force_insert=True)
        if role:
            person.groups.add(role)
    return person


def _give_addresses(people: Iterable[User]) -> None:
    """Set mail addresses last, so that no mails are sent about the showcase."""
    for person in people:
        person.email = f"{person.username}@example.com"
        with change_of_person(person, by=None, now=timezone.now(), via=_VIA):
            person.save(update_fields=["email"])


def encrypted_for_simulator(demo: CloudProject) -> str:
    """Return the simulator's password, encrypted for the demo's present addresses."""
    return wiring.encrypted_for(demo, simulator_password())


def _connect_demo(url: str) -> CloudProject:
    return wiring.connect(
        "demo",
        Connection(
            region="cn-north-4",
            domain_name="demo-account",
            username="portal-bot",
            project_name="cn-north-4",
            project_id="",
            iam_url=url,
            css_url=url,
            vpc_url=url,
            api_version=ApiVersion.V1,
        ),
        simulator_password(),
        via=_VIA,
    )


def _showcase(people: dict[str, User]) -> CloudProject:
    now = timezone.now()
    showcase = demo_project.make_showcase(paused_by=people["olga"], now=now, via=_VIA)
    players = People(
        alice=people["alice"], charlie=people["charlie"], bob=people["bob"]
    )
    seed_showcase(showcase, players, encryptor=wiring.encryptor(), now=now)
    return showcase
