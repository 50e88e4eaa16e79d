"""People, cloud projects and requests for the demo."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from clusters import wiring
from clusters.management.showcase import People, seed_showcase
from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion, PausedBy
from clusters.models.people import APPROVERS, AUDITORS, OPERATORS
from clusters.operations.connect import Connection, save_connection
from clusters.operations.rehearse import forget

PEOPLE: Final = {
    "alice": "",
    "bob": APPROVERS,
    "charlie": "",
    "dora": AUDITORS,
    "olga": OPERATORS,
}
USUAL: Final = "http://127.0.0.1:8090"
"""Where a demo without `./run` looks for its simulator."""


class Command(BaseCommand):
    help = (
        "Seed the demo; does nothing on a database that has requests, unless it is told "
        "where the simulator listens now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--simulator-url", default="", help=f"or {USUAL} at first")
        parser.add_argument("--logins", default="var/demo-logins", help="kept 0600")

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["simulator_url"].rstrip("/")
        is_first = not ClusterRequest.objects.exists()
        # Elsewhere these may be the names of real people, who keep their passwords.
        if not (is_first or url):
            return
        if url or not CloudProject.objects.filter(name="demo").exists():
            _connect_demo(url or USUAL)
            forget()
        logins = Path(settings.BASE_DIR) / options["logins"]
        if is_first or not logins.exists():
            _write_logins(logins)
        if is_first:
            _seed_showcase()
            _give_addresses()
            self.stdout.write("The demo is seeded.")


def _connect_demo(url: str) -> None:
    """The simulator takes another port at each start, and keeps its clusters."""
    password = os.environ.get("SIMULATOR_PASSWORD") or "simulator-Passw0rd"
    demo = CloudProject.objects.filter(name="demo").first()
    if demo is not None:
        CloudProject.objects.filter(id=demo.id).update(
            iam_url=url, css_url=url, vpc_url=url
        )
        return
    save_connection(
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
        sealed_password=wiring.sealer().seal(password),
    )


def _write_logins(logins: Path) -> None:
    """Give each person a new password and keep it for `./run` to print."""
    lines = [f"{name} {_person(name, group)}\n" for name, group in PEOPLE.items()]
    logins.parent.mkdir(parents=True, exist_ok=True)
    draft = logins.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text("".join(lines))
    draft.replace(logins)


def _person(name: str, group: str) -> str:
    password = secrets.token_urlsafe(9)
    person, _ = User.objects.get_or_create(username=name)
    person.set_password(password)
    person.save()
    if group:
        person.groups.add(Group.objects.get_or_create(name=group)[0])
    return password


def _give_addresses() -> None:
    """After the showcase: nobody wants mails about what is only shown."""
    for name in PEOPLE:
        User.objects.filter(username=name, email="").update(email=f"{name}@example.com")


@transaction.atomic
def _seed_showcase() -> None:
    people = {name: User.objects.get(username=name) for name in PEOPLE}
    showcase, _ = CloudProject.objects.get_or_create(
        name="showcase",
        defaults={
            "region": "cn-north-4",
            "domain_name": "example-account",
            "username": "portal-bot",
            "project_name": "cn-north-4",
            "project_id": "5b1f0c9e7a3d4e2c8f6a0d9b7c5e3f10",
            "iam_url": "https://iam.showcase.invalid",
            "css_url": "https://css.showcase.invalid",
            "vpc_url": "https://vpc.showcase.invalid",
            "paused_at": timezone.now(),
            "paused_by": PausedBy.PERSON,
            "paused_reason": "Shows one request in every state; nothing here moves.",
            "paused_person": people["olga"],
        },
    )
    players = People(
        alice=people["alice"], charlie=people["charlie"], bob=people["bob"]
    )
    seed_showcase(showcase, players, now=timezone.now())
