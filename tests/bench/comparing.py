"""Measures every page twice, among few rows and among many, and prints one table."""

from django.contrib.auth.models import User
from django.test import Client

from tests.bench.filling import new_portal
from tests.bench.measuring import Cost, cost_of, cost_of_page
from tests.bench.places import places, steps
from tests.bench.table import print_line

Costs = dict[tuple[str, str], Cost]


def run(database: str, few: int, many: int) -> None:
    """Fill, measure, fill up, measure, print; the ratio is that of the best rounds."""
    portal = new_portal()
    portal.open_some()
    portal.grow_to(few)
    before = _measure()
    portal.grow_to(many)
    after = _measure()
    print_line(f"{database}; {few:,} and {many:,} requests\n")
    print_line(
        f"| page | reader | queries | bytes | ms of {few:,} | of {many:,} | ratio |"
    )
    print_line("|---|---|---|---|---|---|---|")
    for key, cost in after.items():
        print_line(_line(key, before[key], cost))


def _measure() -> Costs:
    clients = {name: Client() for name in ("alice", "bob", "dora", "olga")}
    for name, client in clients.items():
        client.force_login(User.objects.get(username=name))
    costs = {
        (title, reader): cost_of_page(clients[reader], url)
        for title, reader, url in places()
    }
    return costs | {(title, "engine"): cost_of(step) for title, step in steps().items()}


def _line(key: tuple[str, str], before: Cost, after: Cost) -> str:
    queries = str(after.queries)
    if before.queries != after.queries:
        queries = f"{before.queries} → {after.queries}"
    ratio = after.best / before.best
    times = f"{before.milliseconds:.1f} | {after.milliseconds:.1f} | {ratio:.1f}"
    return f"| {key[0]} | {key[1]} | {queries} | {after.bytes:,} | {times} |"
