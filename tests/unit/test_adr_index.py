"""docs/adr/README.md lists each decision record once, and nothing else."""

import re
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "adr"
ROW: Final = re.compile(
    r"^\| \[(\d+)\]\((\d{4}-[\w-]+\.md)\) \| (.+?) \|", re.MULTILINE
)


def listed() -> list[tuple[str, str, str]]:
    """Return number, file and title of each row of the index."""
    return ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))


def heading(file: str) -> tuple[str, str]:
    """Return number and title of the first line of a record, "# 4. The title"."""
    first = (FOLDER / file).read_text(encoding="utf-8").splitlines()[0]
    number, _, title = first.removeprefix("# ").partition(". ")
    return number, title


class TestIndex:
    def test_lists_every_record_and_only_those(self) -> None:
        records = sorted(file.name for file in FOLDER.glob("[0-9]*.md"))
        assert [file for _, file, _ in listed()] == records

    def test_has_the_number_and_the_title_of_each_record(self) -> None:
        assert listed()
        for number, file, title in listed():
            assert heading(file) == (number, title)
            assert int(file[:4]) == int(number)
