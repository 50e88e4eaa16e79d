"""Erases the names of a person who is to be forgotten."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusters import wiring
from clusters.operations.audit.erase import erase_person
from clusters.operations.audit.erase_refusals import EraseRefused
from clusters.operations.audit.signing_keys import KeyLost
from clusters.operations.upkeep.writable import takes_changes


class Command(BaseCommand):
    help = (
        "Erases user name, names and address of a person from all tables; pages then show "
        "a pseudonym, and every chain of the history stays valid. This cannot be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="user name of the person")
        parser.add_argument(
            "--by", required=True, metavar="OPERATOR", help="user name of who erases it"
        )
        parser.add_argument(
            "--comment", required=True, metavar="TEXT", help="why; without the name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not takes_changes():
            raise CommandError("The database takes no changes now.")
        try:
            pseudonym = erase_person(
                _person(options["user"]),
                by=_person(options["by"]),
                comment=options["comment"],
                keys=wiring.audit_keys(),
                now=timezone.now(),
            )
        except (EraseRefused, KeyLost) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Erased. Pages show: erased person {pseudonym}. Backups, logs and archives"
            " keep the name until they are deleted."
        )


def _person(user_name: str) -> User:
    person = User.objects.filter(username=User.normalize_username(user_name)).first()
    if person is None:
        raise CommandError(f"There is nobody with the user name “{user_name}”.")
    return person
