"""Erases the names of a person who is to be forgotten."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusters import wiring
from clusters.domain.untrusted_text import marked
from clusters.management.endings import in_one_sentence
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
        with in_one_sentence(
            failed="Nothing was erased",
            stopped="Stopped. All was erased or nothing: run it again, and it says which.",
        ):
            pseudonym = self._erase(options)
        self.stdout.write(
            f"Erased. Pages show: erased person {pseudonym}. Backups, logs and archives"
            " keep the name until they are deleted."
        )

    def _erase(self, options: dict[str, Any]) -> str:
        if not takes_changes():
            raise CommandError("The database takes no changes now.")
        try:
            return erase_person(
                _person(options["user"]),
                by=_person(options["by"]),
                comment=options["comment"],
                keys=wiring.audit_keys(),
                now=timezone.now(),
            )
        except (EraseRefused, KeyLost) as error:
            raise CommandError(str(error)) from None


def _person(user_name: str) -> User:
    named = User.objects.filter(username=User.normalize_username(user_name))
    try:
        person = named.first()
    except UnicodeEncodeError:  # bytes that are no text
        person = None
    if person is None:
        shown = marked(user_name)
        raise CommandError(f"There is nobody with the user name “{shown}”.")
    return person
