"""Each guard that `tests.mutations` takes out still has the words by which it does so."""

import subprocess
import sys

import pytest

from tests.mutations import MUTATIONS, ROOT, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_guard_is_found_once(mutation: Mutation) -> None:
    text = (ROOT / "clusters" / mutation.file).read_text(encoding="utf-8")
    for right, _ in mutation.changes:
        assert text.count(right) == 1
    tests = mutation.tests.partition("::")[0]
    assert (ROOT / tests).exists()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_copy_without_guard_uses_no_unknown_name(mutation: Mutation) -> None:
    # It would fail at any call, whether or not a test knows the danger.
    text = (ROOT / "clusters" / mutation.file).read_text(encoding="utf-8")
    for right, wrong in mutation.changes:
        text = text.replace(right, wrong)
    unknown_names = ["-m", "ruff", "check", "--isolated", "--select", "F821", "-"]
    checked = subprocess.run(
        [sys.executable, *unknown_names],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
