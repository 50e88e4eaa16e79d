"""The page, a poll without news, one with, and what was before: few events and many."""

import re
from collections.abc import Callable

from django.test import Client

from clusters.models import ClusterRequest
from tests import factories
from tests.bench.measuring import Cost, cost_of, cost_of_page
from tests.bench.table import head, print_line, row
from tests.histories import prolong


def run(database: str, few: int, many: int) -> None:
    """Print the table."""
    short, long = (_request(name, n) for name, n in (("few", few), ("many", many)))
    print_line(f"{database}: pages of a request with {few:,} and with {many:,} events")
    print_line()
    head("what", "queries", "bytes", f"ms, {few:,}", f"ms, {many:,}", "ratio")
    for what, measure in _STEPS.items():
        few_cost, many_cost = measure(short), measure(long)
        ratio = many_cost.best / few_cost.best
        row(
            what,
            many_cost.queries,
            f"{many_cost.bytes:,}",
            f"{few_cost.milliseconds:.1f}",
            f"{many_cost.milliseconds:.1f}",
            f"{ratio:.2f}",
        )


def _request(name: str, events: int) -> ClusterRequest:
    made = factories.approved(name)
    prolong(made, events)
    return made


def _page(made: ClusterRequest) -> Cost:
    return cost_of_page(_alice(), made.get_absolute_url())


def _quiet_poll(made: ClusterRequest) -> Cost:
    browser, url = _alice(), made.get_absolute_url()
    found = re.search(
        r"\?(shown=[0-9a-f.]+)&amp;(since=[0-9]+)", browser.get(url).content.decode()
    )
    assert found, "the page does not ask for news"
    asked = f"{url}?{found[1]}&{found[2]}"
    return cost_of(
        lambda: len(browser.get(asked, headers={"HX-Request": "true"}).content)
    )


def _news(made: ClusterRequest) -> Cost:
    """A poll of a page that lacks the last two events."""
    browser, url = _alice(), made.get_absolute_url()
    found = re.search(r"\?shown=([0-9a-f]+)", browser.get(url).content.decode())
    assert found, "the page does not ask for news"
    asked = f"{url}?shown={found[1]}.0&since={made.events.count() - 1}"
    return cost_of(
        lambda: len(browser.get(asked, headers={"HX-Request": "true"}).content)
    )


def _before(made: ClusterRequest) -> Cost:
    url = f"{made.get_absolute_url()}?before={made.events.count()}"
    browser = _alice()
    return cost_of(
        lambda: len(browser.get(url, headers={"HX-Request": "true"}).content)
    )


def _alice() -> Client:
    browser = Client()
    browser.force_login(factories.user("alice"))
    return browser


_STEPS: dict[str, Callable[[ClusterRequest], Cost]] = {
    "page": _page,
    "poll, nothing new": _quiet_poll,
    "poll, two new": _news,
    "what was before": _before,
}
