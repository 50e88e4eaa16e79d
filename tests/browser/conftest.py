"""Running portals, and people who are signed in to them in Chromium."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.people import Person, sign_in
from tests.browser.running import NotInstalled, Portal, copy_checkout, running
from tests.missing import not_there


@pytest.fixture(scope="package")
def showroom(
    chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """What `./run` makes of a clean checkout that has the packages of the tests."""
    folder = tmp_path_factory.mktemp("showroom") / "portal"
    copy_checkout(folder)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    with running(folder, ".venv/bin/python", "-m", "portal.run.demo_server") as started:
        yield started


@pytest.fixture(scope="package")
def installed(
    chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The same without a .venv, which `./run` has to make."""
    folder = tmp_path_factory.mktemp("clean") / "portal"
    copy_checkout(folder)
    with ExitStack() as stack:
        try:
            started = stack.enter_context(running(folder, "./run"))
        except NotInstalled as error:
            not_there(f"needs a package index for ./run: {error}")
        yield started


@pytest.fixture(
    scope="package",
    params=["showroom", pytest.param("installed", marks=pytest.mark.nightly)],
)
def portal(request: pytest.FixtureRequest) -> Portal:
    """Each of the two in turn."""
    started: Portal = request.getfixturevalue(request.param)
    return started


@pytest.fixture(scope="package")
def cookies() -> dict[tuple[str, str], Any]:
    """What the browsers of those who signed in keep, by portal and name."""
    return {}


@pytest.fixture
def people(
    new_context: Callable[..., BrowserContext], cookies: dict[tuple[str, str], Any]
) -> Iterator[Callable[..., Person]]:
    """
    A function that gives somebody a browser, signed in to a portal; "" is nobody.

    What no browser may complain about at the end: scripts, styles, the policy of a page.
    """
    met: list[Person] = []

    def person(portal: Portal, name: str, **options: Any) -> Person:
        key = portal.url, name
        context = new_context(
            base_url=portal.url, storage_state=cookies.get(key), **options
        )
        somebody = Person(name, context.new_page(), portal)
        met.append(somebody)
        if name and key not in cookies:
            sign_in(somebody)
            cookies[key] = context.storage_state()
        return somebody

    yield person
    assert [words for each in met for words in each.complaints] == []
