"""Creates people, cloud projects and requests for the demo."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clusters.cloud.text_cleaning import tidy_url
from clusters.demo import demo_project
from clusters.demo.rehearse import forget
from clusters.management import seeding
from clusters.models import DemoMarker
from clusters.operations.projects.connect import AddressNotAllowed

USUAL: Final = "http://127.0.0.1:8090"
"""The address of the simulator if the demo is not started by `./run`."""


class Command(BaseCommand):
    """
    Seeds an empty database once; a marker row names what belongs to the demo.

    On a database with other data it changes nothing, prints a sentence and exits with 0.
    """

    help = (
        "Seed the demo in an empty database; does nothing on one that has people, cloud "
        "projects or requests which the demo did not make."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--simulator-url", default="", help=f"default: {USUAL}")
        parser.add_argument("--logins", default="var/demo-logins", help="kept 0600")

    def handle(self, *args: Any, **options: Any) -> None:
        url = tidy_url(options["simulator_url"])
        logins = Path(settings.BASE_DIR) / options["logins"]
        marker = demo_project.find_marker() or (_adopt(url, logins) if url else None)
        if marker:
            _check_place(marker, url)
            if not logins.exists():
                _write(logins, seeding.renew_passwords(marker))
        elif demo_project.is_in_use():
            self.stdout.write(
                _(
                    "No demo data was made: this database has people, cloud projects or"
                    " requests of its own, and they stay as they are. Sign in as one of"
                    " its people; a demo needs an empty database."
                )
            )
            return
        else:
            _write(logins, _seed(url or USUAL))
            self.stdout.write(_("The demo data was made."))
        if url:
            forget()  # the simulator starts without faults


def _adopt(url: str, logins: Path) -> DemoMarker | None:
    return demo_project.adopt_first_version(
        url, _read(logins), encrypt=seeding.encrypted_for_simulator
    )


def _seed(url: str) -> dict[str, str]:
    try:
        return seeding.seed(url)
    except AddressNotAllowed as error:
        raise CommandError(f"--simulator-url: {error}") from error


def _check_place(marker: DemoMarker, url: str) -> None:
    if not url:
        return
    try:
        demo_project.check_place(marker, url)
    except demo_project.PlaceDiffers as error:
        raise CommandError(str(error)) from error


def _read(logins: Path) -> dict[str, str]:
    """Return the passwords in the file by user name; empty if it cannot be read."""
    try:
        lines = logins.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    return dict(line.split(" ") for line in lines if line.count(" ") == 1)


def _write(logins: Path, passwords: dict[str, str]) -> None:
    """Write lines of user name and password, which `./run` prints; mode 0600."""
    lines = [f"{name} {password}\n" for name, password in passwords.items()]
    logins.parent.mkdir(parents=True, exist_ok=True)
    draft = logins.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text("".join(lines))
    draft.replace(logins)
