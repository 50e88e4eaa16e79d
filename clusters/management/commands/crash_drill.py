"""Run the crash drill of tests/drill, which is a test tool and not part of the image."""

import importlib
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Hands its options to `tests.drill.command`."""

    help = (
        "Play the fault table on real workers, beat and the simulator, on databases and "
        "queues of its own. Exit code 1 if anything did not hold."
    )
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except CommandError as error:  # Django prints only those that `handle` raises
            self.stderr.write(f"CommandError: {error}")
            sys.exit(error.returncode)

    def add_arguments(self, parser: ArgumentParser) -> None:
        _drill().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if code := _drill().run_drill(options, self.stdout):
            raise SystemExit(code)


def _drill() -> Any:
    """Return the module of the drill, which a checkout has and the image has not."""
    try:
        return importlib.import_module("tests.drill.command")
    except ModuleNotFoundError as error:
        if error.name is None or not "tests.drill.command".startswith(error.name):
            raise
        raise CommandError(
            "The crash drill needs a checkout of the project."
        ) from error
