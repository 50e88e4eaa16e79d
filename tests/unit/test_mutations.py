"""Each guard that `tests.mutations` takes out still has the words by which it does so."""

import pytest

from tests.mutations import MUTATIONS, ROOT, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_guard_is_found_once(mutation: Mutation) -> None:
    text = (ROOT / "clusters" / mutation.file).read_text(encoding="utf-8")
    for right, _ in mutation.changes:
        assert text.count(right) == 1
    tests = mutation.tests.partition("::")[0]
    assert (ROOT / tests).exists()
