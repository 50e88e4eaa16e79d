"""Two webs, two workers and one beat on PostgreSQL and Redis play the browser story."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import BrowserContext

from tests import postgres
from tests.browser.people import Person, approve, ask, sign_in
from tests.browser.running import Portal
from tests.queues import forget, new_name
from tests.services.layout import WEBS, WORKERS, Layout
from tests.services.stack import wait_for

pytestmark = [pytest.mark.services, pytest.mark.browser, pytest.mark.nightly]


@pytest.fixture(scope="module")
def layout(
    tmp_path_factory: pytest.TempPathFactory, redis_url: str
) -> Iterator[Layout]:
    """All of it, started as the image starts it; the tests use it one after another."""
    queue = new_name()
    cache = redis_url.replace("redis", "rediscache", 1)
    with ExitStack() as until_the_end:
        until_the_end.callback(forget, queue, redis_url=redis_url)
        made = Layout(
            folder=tmp_path_factory.mktemp("layout"),
            database_url=until_the_end.enter_context(postgres.empty_database()),
            broker_url=redis_url,
            cache_url=f"{cache}?key_prefix={queue}:",
            queue=queue,
        )
        until_the_end.enter_context(made.proxy.serving())
        until_the_end.callback(made.stop)
        yield made.start()


@pytest.fixture
def person(
    layout: Layout, new_context: Callable[..., BrowserContext]
) -> Callable[[str], Person]:
    """Return a function that signs somebody in, through the proxy."""
    logins = (layout.folder / "logins").read_text().split()
    passwords = dict(zip(logins[::2], logins[1::2], strict=True))
    portal = Portal(layout.root, layout.url, passwords, layout.processes[WEBS[0]])

    def signed_in(name: str) -> Person:
        context = new_context(base_url=layout.url, ignore_https_errors=True)
        somebody = Person(name, context.new_page(), portal)
        sign_in(somebody)
        return somebody

    return signed_in


class TestLayout:
    def test_plays_the_story_and_keeps_its_own_files_as_they_were(
        self, layout: Layout, person: Callable[[str], Person]
    ) -> None:
        built = set(layout.root.rglob("*"))
        alice, bob = person("alice"), person("bob")
        ask(alice, "logs-search")
        approve(bob, "logs-search")
        alice.sees("active")
        calls = layout.calls()
        assert len(calls["logins"]) == len(calls["creates"]) == 1
        assert set(layout.proxy.served) == set(layout.ports.values())
        assert alice.complaints == bob.complaints == []
        cookies = alice.page.context.cookies()
        assert {each["name"] for each in cookies} >= {"sessionid", "csrftoken"}
        assert all(each["secure"] for each in cookies)
        assert set(layout.root.rglob("*")) == built

    def test_goes_on_with_one_web_and_one_worker_whichever_they_are(
        self, layout: Layout, person: Callable[[str], Person]
    ) -> None:
        alice, bob = person("alice"), person("bob")
        for number, (web, worker) in enumerate(zip(WEBS, WORKERS, strict=True)):
            layout.kill(web)
            layout.kill(worker)
            assert not layout.asks_alive(web)()
            ask(alice, f"index-{number}")
            approve(bob, f"index-{number}")
            alice.sees("active")
            layout.start_one(worker)
            layout.start_one(web)
            wait_for(layout.asks_alive(web))
        for number in range(len(WEBS)):
            assert len(layout.creates(f"index-{number}")) == 1
        assert len(layout.calls()["logins"]) == 1
