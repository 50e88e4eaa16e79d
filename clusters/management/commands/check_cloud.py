"""Signs in to cloud projects and tries all read calls that the portal needs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clusters import wiring
from clusters.cloud.errors import CloudError, HostRefused
from clusters.cloud.text_cleaning import tidy_value
from clusters.cloud.types import LeftOut
from clusters.cloud.unreadable import summary_of
from clusters.credentials.encryption import DecryptionFailed, EncryptedForAnotherUse
from clusters.domain.untrusted_text import one_line
from clusters.management.readings import ReadCall, read_calls_of, what_helps
from clusters.models import CloudProject


class Command(BaseCommand):
    help = "Check the connected cloud projects. Exit code 1 if anything is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="one cloud project")

    def handle(self, *args: Any, **options: Any) -> None:
        projects = CloudProject.objects.exclude(sealed_password="")
        if options["name"]:
            projects = projects.filter(name=tidy_value(options["name"]))
        if not projects:
            raise CommandError("No such connected cloud project. See connect_cloud.")
        # A list: all projects are checked, even if the first one fails.
        complete = [self._check(project) for project in projects]
        if not all(complete):
            raise CommandError("Something is missing; see above.")

    def _check(self, project: CloudProject) -> bool:
        self.stdout.write(f"{project.name} ({_where(project)})")
        self.stdout.write(f"  API: {_api_of(project)}")
        try:
            cloud = wiring.cloud(project)
        except DecryptionFailed:
            self.stdout.write("  password: no key of ENCRYPTION_KEYS decrypts it")
            return False
        except EncryptedForAnotherUse:
            self.stdout.write("  password: was entered for another address or user")
            return False
        except HostRefused as error:
            self.stdout.write(f"  addresses: FAILED, {error}")
            return False
        worked = [self._try(project, reading) for reading in read_calls_of(cloud)]
        return all(worked)

    def _try(self, project: CloudProject, reading: ReadCall) -> bool:
        left_out: list[LeftOut] = []
        try:
            self.stdout.write(f"  {reading.what}: {reading.read(left_out.append)}")
        except CloudError as error:
            self.stdout.write(f"  {reading.what}: FAILED, {error}")
            self._say_what_helps(project, reading, error)
            return False
        finally:
            for row in summary_of(left_out):
                self.stdout.write(f"    {_left_out_line(row)}")
        return not any(each.may_be_ours for each in left_out)

    def _say_what_helps(
        self, project: CloudProject, reading: ReadCall, error: CloudError
    ) -> None:
        named = project.enterprise_project_id
        helps = what_helps(error, reading.needs, enterprise_project_id=named)
        if reading.what == "flavors" and error.status == 404:
            helps = "Perhaps another dialect: connect_cloud --dialect."
        if helps:
            self.stdout.write(f"    {helps}")


def _api_of(project: CloudProject) -> str:
    """Return dialect and API version, in the words of `connect_cloud`'s options."""
    api = f"dialect {project.dialect}, create {project.create_api.value}"
    if project.project_domain:
        return f"{api}, project domain {project.project_domain}"
    return api


def _left_out_line(row: dict[str, Any]) -> str:
    """Return how many items of a list are left out, and why the first one is."""
    parts = []
    if row["count"]:
        parts.append(f"{row['count']} LEFT OUT, the first: {one_line(row['first'])}")
    if row["may_be_ours"]:
        parts.append(
            f"{row['may_be_ours']} may be ours, so no scan shows that a cluster is absent"
        )
    if row["more_than"]:
        parts.append(
            f"there are MORE than {row['more_than']}; the others are not offered"
        )
    return "; ".join(parts)


def _where(project: CloudProject) -> str:
    named = project.enterprise_project_id
    parts = [project.region, project.css_url]
    return ", ".join([*parts, f"enterprise project {named}"] if named else parts)
