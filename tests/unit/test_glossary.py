"""docs/glossary.md: each place that it names is in the tree."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def places() -> list[tuple[str, str]]:
    """Return each file with each name beside it; rows of several files without names."""
    found = []
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines():
        words = re.findall(r"`([^`]+)`", line.split(" | ")[-1])
        files = [word for word in words if "/" in word]
        names = [word for word in words if "/" not in word]
        found += [
            (file, name)
            for file in files
            for name in (names if len(files) == 1 else []) or [""]
        ]
    return found


class TestTheGlossary:
    @pytest.mark.parametrize(("file", "name"), places())
    def test_names_places_that_exist(self, file: str, name: str) -> None:
        paths = [base / file for base in (ROOT, ROOT / "clusters")]
        path = next((each for each in paths if each.exists()), None)
        assert path, f"there is no {file}"
        if path.is_file() and name:
            last = re.escape(name.rpartition(".")[2])
            source = path.read_text(encoding="utf-8")
            assert re.search(rf"(def|class) {last}\b|^\s*{last}\b *[:=]", source, re.M)
