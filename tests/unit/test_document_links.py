"""Each link of a document leads to a file that is there, and to a heading that it has."""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK: Final = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")
FENCED: Final = re.compile(r"^\s*```.*?^\s*```", re.MULTILINE | re.DOTALL)
HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)


def text_of(document: Path) -> str:
    """Return the document without its blocks of code."""
    return FENCED.sub("", document.read_text(encoding="utf-8"))


def anchors_of(document: Path) -> set[str]:
    """Return the anchors that its headings have where Markdown is shown as pages."""
    titles = [
        re.sub(r"[`*]|\]\(.*?\)", "", each)
        for each in HEADING.findall(text_of(document))
    ]
    words = [re.sub(r"[^\w\- ]", "", each).lower() for each in titles]
    return {each.strip().replace(" ", "-") for each in words}


def is_there(document: Path, file: str, anchor: str) -> bool:
    target = document.parent / file if file else document
    return target.exists() and (not anchor or anchor in anchors_of(target))


class TestLinks:
    @pytest.mark.parametrize(
        "document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT))
    )
    def test_lead_somewhere(self, document: Path) -> None:
        links = LINK.findall(text_of(document))
        assert [each for each in links if not is_there(document, *each)] == []
