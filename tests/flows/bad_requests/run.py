"""Send the bad requests to the database of the settings; in a process of its own."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after the set-up

from tests.flows.bad_requests.sending import results  # noqa: E402 - after the set-up


def main(count: int, seed: str, only: str) -> None:
    """Print one line of JSON for each page."""
    call_command("migrate", verbosity=0)
    for result in results(count, seed=seed, only=only):
        line = {
            "page": f"/{result.page.route}",
            "statuses": result.statuses,
            "faults": result.faults,
        }
        sys.stdout.write(f"{json.dumps(line)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], "".join(sys.argv[3:]))
