"""
Mutation tests: removes one guard at a time in a copy, then runs the drill and the tests.

``python -m tests.mutations [NAME ...]`` prints a table; exit code 1 if neither the drill
nor a test failed for some guard. It runs for about ten minutes; docs/mutations.md has the
table of a whole run.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
_WORST_CASES: Final = "tests/flows/provision/test_state_machine.py::TestWorstStories"


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """
    A guard in a file under clusters/, as pairs of its text and the text without it.

    The drill runs `rows` of the fault table, and pytest runs `tests`.
    """

    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    rows: str
    tests: str


MUTATIONS = (
    Mutation(
        name="look-first off",
        file="operations/provisioning/provision.py",
        changes=(
            (
                "    if verdict.found is Found.NOTHING:\n",
                "    if verdict:\n",
            ),
        ),
        rows="46,28",
        tests=_WORST_CASES,
    ),
    Mutation(
        name="overlap of pages off",
        file="operations/inventory/pagination.py",
        changes=(
            ("        start = seen.position\n", "        start = seen.position + 1\n"),
            ("        _require_overlap(seen, page)\n", ""),
        ),
        rows="34",
        tests="tests/unit/test_pagination.py",
    ),
    Mutation(
        name="stop at a short page",
        file="operations/inventory/pagination.py",
        changes=(("    while has_new:\n", "    while False:\n"),),
        rows="33",
        tests="tests/unit/test_pagination.py",
    ),
    Mutation(
        name="first page read once",
        file="operations/inventory/pagination.py",
        changes=(
            (
                "    top = cloud.list_page(start=1, limit=PAGE)\n",
                "    top = last_page\n",
            ),
        ),
        rows="35",
        tests="tests/unit/test_pagination.py",
    ),
    Mutation(
        name="claim without AND claim = mine",
        file="operations/core/transitions.py",
        changes=(
            (
                "        movable = movable.filter(claim=expected_claim)\n",
                "        pass\n",
            ),
        ),
        rows="50",
        tests=_WORST_CASES,
    ),
    Mutation(
        name="decision without its WHERE",
        file="operations/core/transitions.py",
        changes=(
            (
                "    movable = _movable(rows.filter(expected.condition), move, "
                "expected_claim)\n",
                "    movable = _movable(rows, move, expected_claim)\n",
            ),
        ),
        rows="57,58",
        tests="tests/flows/operations/test_expected.py::TestDecision",
    ),
    Mutation(
        name="gate off",
        file="operations/provisioning/gate.py",
        changes=(("        if opened != 1:\n", "        if opened > 1:\n"),),
        rows="11",
        tests=_WORST_CASES,
    ),
    Mutation(
        name="Retry(total=3, SAFE)",
        file="cloud/huawei/http.py",
        changes=(
            (
                "max_retries=Retry(0, read=False)",
                'max_retries=Retry(total=3, allowed_methods={"GET", "HEAD"})',
            ),
        ),
        rows="21",
        tests="tests/unit/cloud/test_create_over_tls.py",
    ),
    Mutation(
        name="redirects on",
        file="cloud/huawei/http.py",
        changes=(
            (
                "            allow_redirects=False,\n",
                "            allow_redirects=True,\n",
            ),
            (
                "        del resp\n",
                "        return requests.Session.get_redirect_target(self, resp)\n",
            ),
        ),
        rows="22",
        tests="tests/unit/cloud/test_http.py",
    ),
    Mutation(
        name="watchdog off",
        file="cloud/huawei/deadlines.py",
        changes=(
            (
                "            self._next_due().cut()\n",
                "            self._next_due()\n",
            ),
        ),
        rows="19",
        tests="tests/unit/cloud/test_deadlines.py",
    ),
    Mutation(
        name="refused → failed always",
        file="operations/provisioning/answer.py",
        changes=(
            (
                "    if named_cluster(attempts) or not is_clean(attempts):\n"
                "        _mark_unclear(completed)\n"
                "        return\n",
                "",
            ),
        ),
        rows="28,29",
        tests=_WORST_CASES,
    ),
    Mutation(
        name="name rule always on",
        file="domain/matching.py",
        changes=(("    if drops_tags and not clean and", "    if not clean and"),),
        rows="37,38",
        tests="tests/unit/test_matching.py",
    ),
    Mutation(
        name="scans of another place count",
        file="operations/polling/resolve_unclear.py",
        changes=((", place_sha256=listing.place_sha256", ""),),
        rows="54",
        tests="tests/flows/provision/test_moved_place.py",
    ),
)


def main(names: list[str]) -> int:
    """Run the mutations of these names, or all; return the exit code."""
    chosen = [each for each in MUTATIONS if not names or each.name in names]
    print_lines(
        "| guard taken out | rows | the drill says | pytest says |", "|---|---|---|---|"
    )
    found = [run_mutation(each) for each in chosen]
    print_lines(
        "", f"{len(found)} guards taken out, {found.count(False)} missed by both"
    )
    return 0 if chosen and all(found) else 1


def run_mutation(mutation: Mutation) -> bool:
    """Print one line of the table; return whether the drill or a test failed."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        root = Path(folder) / "scratch"
        copy_tree(root)
        mutate(root / "clusters" / mutation.file, mutation)
        broken, failed = drill(root, mutation.rows), run_tests(root, mutation.tests)
    drill_result, test_result = broken or "holds", failed or "passes"
    print_lines(
        f"| {mutation.name} | {mutation.rows} | {drill_result} | {test_result} |"
    )
    return bool(broken or failed)


def copy_tree(root: Path) -> None:
    """Copy the tree without generated files."""
    made = shutil.ignore_patterns(".*", "__pycache__", "docs", "*.sqlite3")
    shutil.copytree(ROOT, root, ignore=made)


def mutate(file: Path, mutation: Mutation) -> None:
    """Replace each text of the mutation; each must be in the file exactly once."""
    text = file.read_text(encoding="utf-8")
    for right, wrong in mutation.changes:
        if text.count(right) != 1:
            sys.exit(f"{mutation.name}: the text of the guard has changed: {right!r}")
        text = text.replace(right, wrong)
    file.write_text(text, encoding="utf-8")


def drill(root: Path, rows: str) -> str:
    """Run these fault cases, in every variant; return the problems of the first that fails."""
    how = ("--seeds", "1", "--backend", "sqlite", "--rows", rows, "--quiet")
    done = run(root, "manage.py", "crash_drill", *how)
    broken = re.search(
        r"\| (\d+)[^|]*\|[^\n]*BROKEN: ([^\n]*?) *\|$", done, re.MULTILINE
    )
    if broken is None and "0 do not" not in done:
        sys.exit(f"The drill did not end: {done[-2000:]}")
    return f"{broken[2]}" if broken else ""


def run_tests(root: Path, tests: str) -> str:
    """Run these tests; return the name of the first that fails, or an empty string."""
    how = ("--quiet", "--exitfirst", "--tb=no", "-rfE", "-p", "no:cacheprovider")
    done = run(root, "-m", "pytest", tests, *how)
    failed = re.search(
        r"^(?:FAILED|ERROR) \S*?([^:/]+(?:::[^:\s]+)+)", done, re.MULTILINE
    )
    if failed is None and " passed" not in done:
        sys.exit(f"pytest did not end: {done[-2000:]}")
    return f"`{failed[1]}`" if failed else ""


def run(root: Path, *arguments: str) -> str:
    """Run Python with these arguments in this folder; return stdout and stderr."""
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings", "DEBUG": "on"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def print_lines(*lines: str) -> None:
    """Print and flush, because each line takes a while."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
