"""Creates or updates a cloud project: its addresses and its credentials."""

import getpass
from argparse import ArgumentParser
from dataclasses import asdict, replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clusters import wiring
from clusters.cloud.errors import CloudError, SignInRefused
from clusters.cloud.huawei.client import HuaweiCloud
from clusters.cloud.huawei.regions import Endpoints, endpoints_of
from clusters.cloud.text_cleaning import tidy_value, without_line_end
from clusters.cloud.types import CloudVpc, Token
from clusters.management.readings import VPCS_NEED, what_helps
from clusters.management.variables import variable
from clusters.models import CloudProject
from clusters.models.cloud_project import ApiVersion, CloudDialect
from clusters.operations.core.dispatch import enqueue_provisioning
from clusters.operations.projects.connect import (
    Connection,
    PlaceFixed,
    require_unmoved_connection,
)
from clusters.operations.projects.credentials import (
    AddressNotAllowed,
    require_allowed_hosts,
)
from clusters.operations.projects.refresh_pace import request_refresh_after_change
from clusters.operations.projects.spelling import tidied

_OPTIONS: Final = {
    "name": "NAME",
    "region": "--region",
    "domain_name": "--domain",
    "username": "--username",
    "project_name": "--project",
    "project_id": "--project-id",
    "project_domain": "--project-domain",
    "iam_url": "--iam-url",
    "css_url": "--css-url",
    "vpc_url": "--vpc-url",
    "enterprise_project_id": "--enterprise-project",
    "dialect": "--dialect",
}
"""By column of CloudProject: the option that sets it."""

_LIMITED: Final = (
    "This user has rights in some enterprise projects only, and clusters are made in the "
    "default one unless --enterprise-project names another."
)


class Command(BaseCommand):
    help = (
        "Connect a cloud project. The password comes from CLOUD_PASSWORD or a prompt. "
        "Signs in and lists the VPCs first, and saves only when that worked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="its name in the portal")
        parser.add_argument("--region", required=True, help="such as cn-north-4")
        parser.add_argument("--domain", required=True, help="the account's name")
        parser.add_argument("--username", required=True, help="an IAM user")
        project = parser.add_mutually_exclusive_group(required=True)
        project.add_argument("--project", default="", help="the project's name")
        project.add_argument("--project-id", default="", help="the project's id")
        parser.add_argument(
            "--enterprise-project",
            help="its id, or 0 for the default one: clusters are made in it, and only "
            "its networks are offered. Left out, what is stored; empty, none",
        )
        for service in ("iam", "css", "vpc"):
            parser.add_argument(f"--{service}-url", default="", help="scheme://host")
        parser.add_argument(
            "--api", choices=ApiVersion.values, help="v1 at first, then what is stored"
        )
        parser.add_argument(
            "--project-domain",
            help="the project's account, where the cloud wants it beside a name",
        )
        parser.add_argument(
            "--dialect",
            choices=CloudDialect.values,
            help="huawei at first, then what is stored",
        )
        parser.add_argument("--no-check", action="store_true", help="do not sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        name, connection = tidy_value(options["name"]), _connection(options)
        _refuse_wrong(name, connection)
        try:
            project, check = self._connect(name, connection, options)
        except PlaceFixed as error:
            named = ", ".join(_OPTIONS[field] for field in error.fields)
            raise CommandError(f"Nothing was saved. {named}: {error}") from error
        if check is not None:
            wiring.token_store(project).keep(check)
        enqueue_provisioning(project.pk)
        request_refresh_after_change(project.pk)
        self.stdout.write(f"Cloud project {name} is connected ({connection.css_url}).")
        if connection.dialect != CloudDialect.HUAWEI:
            self.stdout.write(f"Its API has the dialect {connection.dialect}.")

    def _connect(
        self, name: str, connection: Connection, options: dict[str, Any]
    ) -> tuple[CloudProject, Token | None]:
        require_unmoved_connection(name, connection)
        password, check = _password(), None
        if not options["no_check"]:
            check = self._check(connection, password)
            connection = replace(connection, project_id=check.project_id)
        return wiring.connect(name, connection, password, via="connect_cloud"), check

    def _check(self, connection: Connection, password: str) -> Token:
        try:
            cloud = wiring.unsaved_cloud(connection, password)
            token = cloud.sign_in()
        except CloudError as error:
            hint = _hint(error, connection)
            raise CommandError(f"Nothing was saved. {error}{hint}") from error
        vpcs = _vpcs(cloud, connection)
        self.stdout.write(f"Signed in to project {token.project_id}.")
        self.stdout.write(f"{len(vpcs)} VPCs are visible.")
        if cloud.rights_end_at_enterprise_projects:
            self.stdout.write(_LIMITED)
        return token


def _vpcs(cloud: HuaweiCloud, connection: Connection) -> tuple[CloudVpc, ...]:
    named = connection.enterprise_project_id
    try:
        return cloud.vpcs()
    except CloudError as error:
        helps = what_helps(error, VPCS_NEED, enterprise_project_id=named)
        said = f"Nothing was saved. VPCs: {error} {helps}".rstrip()
        raise CommandError(said) from error


def _hint(error: CloudError, connection: Connection) -> str:
    """Return a hint for a Keystone that needs the domain of a project's name."""
    is_unique = connection.project_id or connection.project_domain
    if isinstance(error, SignInRefused) and error.status == 400 and not is_unique:
        return " If the cloud asks for the project's domain, add --project-domain."
    return ""


def _refuse_wrong(name: str, connection: Connection) -> None:
    """
    Validate all values before the sign-in.

    :raises CommandError: if the row cannot hold one, or an address is not allowed
    """
    project = CloudProject(name=name, **asdict(connection))
    try:
        project.clean_fields(exclude=["created_at"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise CommandError(f"{_OPTIONS.get(field, field)}: {messages[0]}") from error
    if not (connection.project_name or connection.project_id):
        raise CommandError("--project: name the project, or give its --project-id.")
    try:
        require_allowed_hosts(asdict(connection), hosts=wiring.allowed_hosts())
    except AddressNotAllowed as error:
        raise CommandError(f"{_OPTIONS[error.fields[0]]}: {error}") from error


def _password() -> str:
    """
    Return CLOUD_PASSWORD, or prompt for the password.

    :raises CommandError: if it is empty
    """
    try:
        password = variable("CLOUD_PASSWORD") or getpass.getpass("Password: ")
    except EOFError:
        password = ""
    password = without_line_end(password)  # of the file that CLOUD_PASSWORD_FILE names
    if not password:
        raise CommandError("CLOUD_PASSWORD: the password is empty.")
    return password


def _connection(options: dict[str, Any]) -> Connection:
    """Return the new connection; options that are left out keep the stored values."""
    stored = CloudProject.objects.filter(name=tidy_value(options["name"])).first()
    region = tidy_value(options["region"])
    known = endpoints_of(region)
    if stored and tidy_value(stored.region) == region:
        known = Endpoints(iam=stored.iam_url, css=stored.css_url, vpc=stored.vpc_url)
    typed = {
        "region": region,
        "domain_name": options["domain"],
        "username": options["username"],
        "project_name": options["project"],
        "project_id": options["project_id"],
        "iam_url": options["iam_url"] or known.iam,
        "css_url": options["css_url"] or known.css,
        "vpc_url": options["vpc_url"] or known.vpc,
        "enterprise_project_id": _enterprise_project(options, stored),
        "api_version": options["api"] or (stored or CloudProject()).api_version,
        "dialect": options["dialect"] or (stored or CloudProject()).dialect,
        "project_domain": _project_domain(options["project_domain"], stored),
    }
    return Connection(**tidied(typed))


def _project_domain(project_domain: str | None, stored: CloudProject | None) -> str:
    """Return the option's value, which may be empty; left out, the stored one."""
    if project_domain is None:
        return stored.project_domain if stored else ""
    return project_domain


def _enterprise_project(options: dict[str, Any], stored: CloudProject | None) -> str:
    """Return the option's value; left out, the stored one if the account is the same."""
    if options["enterprise_project"] is not None:
        return str(options["enterprise_project"])
    account = tidy_value(options["domain"])
    is_same_account = stored is not None and tidy_value(stored.domain_name) == account
    return stored.enterprise_project_id if stored and is_same_account else ""
