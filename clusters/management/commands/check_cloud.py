"""Sign in and read what the portal needs; say what is missing."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clusters import wiring
from clusters.cloud.errors import CloudError, HostRefused
from clusters.cloud.tidy import tidy_value
from clusters.cloud.types import Cloud
from clusters.models import CloudProject
from clusters.sealing import SealBroken, SealedForAnother


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
        # Every project is checked, whatever the first one lacks.
        complete = [self._check(project) for project in projects]
        if not all(complete):
            raise CommandError("Something is missing; see above.")

    def _check(self, project: CloudProject) -> bool:
        self.stdout.write(f"{project.name} ({project.region}, {project.css_url})")
        self.stdout.write(f"  spoken to: {_manner(project)}")
        try:
            cloud = wiring.cloud(project)
        except SealBroken:
            self.stdout.write("  password: no key of ENCRYPTION_KEYS opens it")
            return False
        except SealedForAnother:
            self.stdout.write("  password: was entered for other addresses or users")
            return False
        except HostRefused as error:
            self.stdout.write(f"  addresses: FAILED, {error}")
            return False
        worked = [self._try(what, read) for what, read in _readings(cloud)]
        return all(worked)

    def _try(self, what: str, read: Callable[[], str]) -> bool:
        try:
            self.stdout.write(f"  {what}: {read()}")
        except CloudError as error:
            self.stdout.write(f"  {what}: FAILED, {error}")
            if what == "flavors" and error.status == 404:
                self.stdout.write("  Perhaps another dialect: connect_cloud --dialect.")
            return False
        return True


def _manner(project: CloudProject) -> str:
    """Return how the cloud is spoken to, in the words of `connect_cloud`."""
    manner = f"dialect {project.dialect}, create {project.create_api.value}"
    if project.project_domain:
        return f"{manner}, project domain {project.project_domain}"
    return manner


def _readings(cloud: Cloud) -> list[tuple[str, Callable[[], str]]]:
    return [
        ("sign-in", lambda: f"ok, project {cloud.sign_in().project_id}"),
        ("clusters", lambda: _count(cloud.list_page(start=1, limit=1000).clusters)),
        ("flavors", lambda: _at_least_one(cloud.flavors())),
        ("VPCs", lambda: _at_least_one(cloud.vpcs())),
        ("subnets", lambda: _at_least_one(cloud.subnets())),
        ("security groups", lambda: _at_least_one(cloud.security_groups())),
    ]


def _count(found: tuple[object, ...]) -> str:
    return f"ok, {len(found)}"


def _at_least_one(found: tuple[object, ...]) -> str:
    if not found:
        raise CloudError("none is visible; nobody could ask for a cluster")
    return _count(found)
