"""Sign in and read what the portal needs; say what is missing."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clusters import wiring
from clusters.cloud.errors import CloudError, HostRefused
from clusters.cloud.left_out import summary_of
from clusters.cloud.types import Cloud, LeftOut, Note
from clusters.models import CloudProject
from clusters.operations._walk import walk
from clusters.sealing import SealBroken, SealedForAnother
from clusters.untrusted_text import one_line


class Command(BaseCommand):
    help = "Check the connected cloud projects. Exit code 1 if anything is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="one cloud project")

    def handle(self, *args: Any, **options: Any) -> None:
        projects = CloudProject.objects.exclude(sealed_password="")
        if options["name"]:
            projects = projects.filter(name=options["name"])
        if not projects:
            raise CommandError("No such connected cloud project. See connect_cloud.")
        # Every project is checked, whatever the first one lacks.
        complete = [self._check(project) for project in projects]
        if not all(complete):
            raise CommandError("Something is missing; see above.")

    def _check(self, project: CloudProject) -> bool:
        self.stdout.write(f"{project.name} ({project.region}, {project.css_url})")
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

    def _try(self, what: str, read: Callable[[Note], str]) -> bool:
        left_out: list[LeftOut] = []
        try:
            self.stdout.write(f"  {what}: {read(left_out.append)}")
        except CloudError as error:
            self.stdout.write(f"  {what}: FAILED, {error}")
            return False
        finally:
            for row in summary_of(left_out):
                self.stdout.write(f"    {_told(row)}")
        return not any(each.may_be_ours for each in left_out)


def _readings(cloud: Cloud) -> list[tuple[str, Callable[[Note], str]]]:
    return [
        ("sign-in", lambda _: f"ok, project {cloud.sign_in().project_id}"),
        ("clusters", lambda note: _clusters(cloud, note)),
        ("flavors", lambda note: _at_least_one(cloud.flavors(note))),
        ("VPCs", lambda note: _at_least_one(cloud.vpcs(note))),
        ("subnets", lambda note: _at_least_one(cloud.subnets(note))),
        ("security groups", lambda note: _at_least_one(cloud.security_groups(note))),
    ]


def _clusters(cloud: Cloud, note: Note) -> str:
    walked = walk(cloud)
    for each in walked.left_out:
        note(each)
    return _count(walked.clusters)


def _told(row: dict[str, Any]) -> str:
    """Say how much of a list is left out, and what is wrong with the first."""
    parts = []
    if row["count"]:
        parts.append(f"{row['count']} LEFT OUT, the first: {one_line(row['first'])}")
    if row["may_be_ours"]:
        parts.append(f"{row['may_be_ours']} may be ours: absence cannot be proven")
    if row["more_than"]:
        parts.append(
            f"there are MORE than {row['more_than']}; the others are not offered"
        )
    return "; ".join(parts)


def _count(found: tuple[object, ...]) -> str:
    return f"ok, {len(found)}"


def _at_least_one(found: tuple[object, ...]) -> str:
    if not found:
        raise CloudError("none is visible; nobody could ask for a cluster")
    return _count(found)
