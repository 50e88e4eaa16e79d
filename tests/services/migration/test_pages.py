"""Every page of every request shows what it showed before, whatever words it uses now."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.apart import run_apart
from tests.services.migration.pages import FOLDER, READERS

pytestmark = [pytest.mark.services, pytest.mark.nightly]

Pages = dict[str, Any]
_NOW: list[Pages] = []


@pytest.fixture
def before() -> Pages:
    """What the code of 0.1 showed."""
    pages: Pages = json.loads((FOLDER / "pages.json").read_text())
    return pages


@pytest.fixture
def now(tmp_path: Path) -> Pages:
    """What the code of today shows of the same rows; read once."""
    if not _NOW:
        url = f"sqlite:///{tmp_path}/portal.sqlite3"
        code = "from tests.services.migration import pages; pages.show()"
        done = run_apart(code, DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        _NOW.append(json.loads(done.stdout))
    return _NOW[0]


class TestPages:
    def test_are_there_for_the_same_readers(self, before: Pages, now: Pages) -> None:
        assert _statuses(now) == _statuses(before)
        readers = [name for each in before["pages"].values() for name in each]
        assert {*readers} == {*READERS}

    def test_show_the_same_values(self, before: Pages, now: Pages) -> None:
        found = dict(_values(now))
        wrong = []
        for page, values in _values(before):
            # Tags of a request have had no line before 0.3.
            shown = (each for each in found[page] if not each.startswith("team="))
            gone, new = Counter(values), Counter(shown)
            if gone != new:
                wrong.append(f"{page}: lost {gone - new}, shows {new - gone}")
        assert not wrong, "\n".join([f"{len(wrong)} pages", *wrong[:20]])

    def test_list_requests_in_the_same_order(self, before: Pages, now: Pages) -> None:
        found = dict(_values(now))
        for page, values in _values(before):
            assert _order(found[page]) == _order(values), page

    def test_that_said_the_same_say_the_same(self, before: Pages, now: Pages) -> None:
        assert not [*_apart(before, now)], "one wording before, several now"
        assert not [*_apart(now, before)], "several wordings before, one now"


def _each(pages: Pages) -> Iterator[tuple[str, list[int]]]:
    for path, readers in pages["pages"].items():
        yield from ((f"{path} as {name}", page) for name, page in readers.items())


def _statuses(pages: Pages) -> dict[str, int]:
    return {key: status for key, (status, _wording, _line) in _each(pages)}


def _values(pages: Pages) -> Iterator[tuple[str, list[str]]]:
    for key, (_status, _wording, line) in _each(pages):
        yield key, pages["values"][line].split()


def _order(values: list[str]) -> list[str]:
    return [each for each in values if each.startswith("data-request-id=")]


def _apart(one: Pages, other: Pages) -> Iterator[str]:
    """Yield pages whose wording is one in `one`, and not in `other`."""
    wordings = {key: wording for key, (_status, wording, _line) in _each(other)}
    keys_by_wording: defaultdict[int, list[str]] = defaultdict(list)
    for key, (_status, wording, _line) in _each(one):
        keys_by_wording[wording].append(key)
    for keys in keys_by_wording.values():
        if len({wordings[key] for key in keys}) > 1:
            yield f"{keys}: {[wordings[key] for key in keys]}"
