"""Create or update a cloud project: where it is and how to sign in to it."""

import getpass
from argparse import ArgumentParser
from dataclasses import asdict, replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clusters import wiring
from clusters.cloud.errors import CloudError
from clusters.cloud.huawei.regions import Endpoints, endpoints_of
from clusters.cloud.types import Token
from clusters.management.variables import variable
from clusters.models import CloudProject
from clusters.models.cloud_project import ApiVersion
from clusters.operations.connect import (
    Connection,
    PlaceFixed,
    refuse_moved_connection,
)
from clusters.operations.credentials import AddressNotAllowed, refuse_inner_hosts
from clusters.operations.queue import nudge
from clusters.operations.refresh_pace import ask_refresh_after_change

_OPTIONS: Final = {
    "name": "NAME",
    "region": "--region",
    "domain_name": "--domain",
    "username": "--username",
    "project_name": "--project",
    "project_id": "--project-id",
    "iam_url": "--iam-url",
    "css_url": "--css-url",
    "vpc_url": "--vpc-url",
}
"""Column to the option that fills it."""


class Command(BaseCommand):
    help = (
        "Connect a cloud project. The password comes from CLOUD_PASSWORD or a prompt. "
        "Signs in and lists the VPCs first, and saves only when that worked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="names it everywhere in the portal")
        parser.add_argument("--region", required=True, help="such as cn-north-4")
        parser.add_argument("--domain", required=True, help="the account's name")
        parser.add_argument("--username", required=True, help="an IAM user")
        project = parser.add_mutually_exclusive_group(required=True)
        project.add_argument("--project", default="", help="the project's name")
        project.add_argument("--project-id", default="", help="the project's id")
        for service in ("iam", "css", "vpc"):
            parser.add_argument(f"--{service}-url", default="", help="scheme://host")
        parser.add_argument(
            "--api", choices=ApiVersion.values, help="v1 at first, then what is stored"
        )
        parser.add_argument("--no-check", action="store_true", help="do not sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        name, connection = options["name"], _connection(options)
        _refuse_wrong(name, connection)
        try:
            project, check = self._connect(name, connection, options)
        except PlaceFixed as error:
            named = ", ".join(_OPTIONS[field] for field in error.fields)
            raise CommandError(f"Nothing was saved. {named}: {error}") from error
        if check is not None:
            wiring.token_store(project).keep(check)
        nudge(project.pk)
        ask_refresh_after_change(project.pk)
        self.stdout.write(f"Cloud project {name} is connected ({connection.css_url}).")

    def _connect(
        self, name: str, connection: Connection, options: dict[str, Any]
    ) -> tuple[CloudProject, Token | None]:
        refuse_moved_connection(name, connection)
        password, check = _password(), None
        if not options["no_check"]:
            check = self._check(connection, password)
            connection = replace(connection, project_id=check.project_id)
        return wiring.connect(name, connection, password, via="connect_cloud"), check

    def _check(self, connection: Connection, password: str) -> Token:
        try:
            cloud = wiring.unsaved_cloud(connection, password)
            token = cloud.sign_in()
            vpcs = cloud.vpcs()
        except CloudError as error:
            raise CommandError(f"Nothing was saved. {error}") from error
        self.stdout.write(f"Signed in to project {token.project_id}.")
        self.stdout.write(f"{len(vpcs)} VPCs are visible.")
        return token


def _refuse_wrong(name: str, connection: Connection) -> None:
    """Say it before anybody signs in: the row would not hold these values."""
    project = CloudProject(name=name, **asdict(connection))
    try:
        project.clean_fields(exclude=["created_at"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise CommandError(f"{_OPTIONS.get(field, field)}: {messages[0]}") from error
    try:
        refuse_inner_hosts(asdict(connection), hosts=wiring.allowed_hosts())
    except AddressNotAllowed as error:
        raise CommandError(f"{_OPTIONS[error.fields[0]]}: {error}") from error


def _password() -> str:
    """Ask for it where neither the environment nor .env nor a file holds it."""
    try:
        password = variable("CLOUD_PASSWORD") or getpass.getpass("Password: ")
    except EOFError:
        password = ""
    if not password:
        raise CommandError("CLOUD_PASSWORD: the password is empty.")
    return password


def _connection(options: dict[str, Any]) -> Connection:
    """Return what is wanted; options that are left out keep what is stored."""
    stored = CloudProject.objects.filter(name=options["name"]).first()
    known = endpoints_of(options["region"])
    if stored and stored.region == options["region"]:
        known = Endpoints(iam=stored.iam_url, css=stored.css_url, vpc=stored.vpc_url)
    return Connection(
        region=options["region"],
        domain_name=options["domain"],
        username=options["username"],
        project_name=options["project"],
        project_id=options["project_id"],
        iam_url=(options["iam_url"] or known.iam).rstrip("/"),
        css_url=(options["css_url"] or known.css).rstrip("/"),
        vpc_url=(options["vpc_url"] or known.vpc).rstrip("/"),
        api_version=options["api"] or (stored.api_version if stored else ApiVersion.V1),
    )
