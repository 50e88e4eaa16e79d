"""docs/security.md names only tests that exist."""

import re
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).resolve().parents[1]
PAGE: Final = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")
NAMED: Final = set(
    re.findall(r"`((?:flows|services|unit)/[\w/]+\.py)(?:::(\w+))?`", PAGE)
)


def is_there(file: str, name: str) -> bool:
    path = TESTS / file
    return path.exists() and (
        not name
        or re.search(rf"^class {name}\b", path.read_text("utf-8"), re.MULTILINE)
        is not None
    )


class TestSecurityPage:
    def test_names_tests_that_exist(self) -> None:
        assert len(NAMED) > 60
        assert [each for each in NAMED if not is_there(*each)] == []

    def test_says_in_each_row_what_shows_it_and_what_remains(self) -> None:
        table = PAGE.partition("| attacker |")[2].partition("\n\n")[0].splitlines()[2:]
        rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table]
        assert rows
        assert [row[0] for row in rows if len(row) != 5 or not all(row)] == []
        assert [row[0] for row in rows if "`" not in row[3]] == []
