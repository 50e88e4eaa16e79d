"""Create or update a cloud project: where it is and how to sign in to it."""

import getpass
import os
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clusters import wiring
from clusters.cloud.errors import CloudError
from clusters.cloud.huawei.regions import endpoints_of
from clusters.models import CloudProject
from clusters.models.cloud_project import ApiVersion
from clusters.operations.connect import Connection, save_connection
from clusters.operations.queue import ask_catalog_refresh, nudge

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
        parser.add_argument("--api", choices=ApiVersion.values, default=ApiVersion.V1)
        parser.add_argument("--no-check", action="store_true", help="do not sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        name, connection = options["name"], _connection(options)
        _refuse_wrong(name, connection)
        password = _password()
        check = None if options["no_check"] else self._check(connection, password)
        project = save_connection(
            name, connection, sealed_password=wiring.sealer().seal(password)
        )
        if check is not None:
            wiring.token_store(project).keep(check)
        nudge(project.pk)
        ask_catalog_refresh(project.pk)
        self.stdout.write(f"Cloud project {name} is connected ({connection.css_url}).")

    def _check(self, connection: Connection, password: str) -> Any:
        cloud = wiring.unsaved_cloud(connection, password)
        try:
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


def _password() -> str:
    """Ask for it where the environment holds none."""
    try:
        password = os.environ.get("CLOUD_PASSWORD") or getpass.getpass("Password: ")
    except EOFError:
        password = ""
    if not password:
        raise CommandError("CLOUD_PASSWORD: the password is empty.")
    return password


def _connection(options: dict[str, Any]) -> Connection:
    known = endpoints_of(options["region"])
    return Connection(
        region=options["region"],
        domain_name=options["domain"],
        username=options["username"],
        project_name=options["project"],
        project_id=options["project_id"],
        iam_url=(options["iam_url"] or known.iam).rstrip("/"),
        css_url=(options["css_url"] or known.css).rstrip("/"),
        vpc_url=(options["vpc_url"] or known.vpc).rstrip("/"),
        api_version=options["api"],
    )
