"""Create or update a cloud project: where it is and how to sign in to it."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from clusters import wiring
from clusters.cloud.errors import CloudError
from clusters.cloud.huawei.regions import endpoints_of
from clusters.models.cloud_project import ApiVersion, refuse_other_than_origin
from clusters.operations.connect import Connection, save_connection
from clusters.operations.queue import ask_catalog_refresh, nudge


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
        name = _checked_name(options["name"])
        connection = _connection(options)
        password = os.environ.get("CLOUD_PASSWORD") or getpass.getpass("Password: ")
        if not password:
            raise CommandError("CLOUD_PASSWORD: the password is empty.")
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


def _checked_name(name: str) -> str:
    if slugify(name) != name.lower() or len(name) > 64:
        raise CommandError(
            f"NAME: “{name}” must be at most 64 letters, digits, - and _."
        )
    return name


def _connection(options: dict[str, Any]) -> Connection:
    known = endpoints_of(options["region"])
    return Connection(
        region=options["region"],
        domain_name=options["domain"],
        username=options["username"],
        project_name=options["project"],
        project_id=options["project_id"],
        iam_url=_address("--iam-url", options["iam_url"] or known.iam),
        css_url=_address("--css-url", options["css_url"] or known.css),
        vpc_url=_address("--vpc-url", options["vpc_url"] or known.vpc),
        api_version=options["api"],
    )


def _address(option: str, url: str) -> str:
    origin = url.rstrip("/")
    try:
        refuse_other_than_origin(origin)
    except ValidationError as error:
        raise CommandError(f"{option}: {error.messages[0]}") from error
    return origin
