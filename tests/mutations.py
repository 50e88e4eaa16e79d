"""
Takes out one guard after another in scratch copies, and lets drill and tests find out.

``python -m tests.mutations [NAME ...]`` prints a table; exit code 1 if a guard was missed
by both. Runs for some ten minutes; the table of a whole run is in docs/mutations.md.
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
_STORIES: Final = "tests/flows/provision/test_state_machine.py::TestWorstStories"


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """
    A guard of a file under clusters/: its words, and what stands there instead.

    `rows` of the fault table are played by the drill, and pytest gets `tests`.
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
        tests=_STORIES,
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
        tests=_STORIES,
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
        tests=_STORIES,
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
        tests=_STORIES,
    ),
    Mutation(
        name="name rule always on",
        file="domain/matching.py",
        changes=(("    if drops_tags and not clean and", "    if not clean and"),),
        rows="37,38",
        tests="tests/unit/test_matching.py",
    ),
    Mutation(
        name="looks at another place count",
        file="operations/polling/resolve_unclear.py",
        changes=((", place_sha256=listing.place_sha256", ""),),
        rows="54",
        tests="tests/flows/provision/test_moved_place.py",
    ),
)


def main(names: list[str]) -> int:
    """Play those of these names, or all; returns the exit code."""
    chosen = [each for each in MUTATIONS if not names or each.name in names]
    say(
        "| guard taken out | rows | the drill says | pytest says |", "|---|---|---|---|"
    )
    found = [play(each) for each in chosen]
    say("", f"{len(found)} guards taken out, {found.count(False)} missed by both")
    return 0 if chosen and all(found) else 1


def play(mutation: Mutation) -> bool:
    """Print one line of the table; whether drill or tests turned red by it."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        root = Path(folder) / "scratch"
        copy(root)
        mutate(root / "clusters" / mutation.file, mutation)
        broken, failed = drill(root, mutation.rows), run_tests(root, mutation.tests)
    told, said = broken or "holds", failed or "passes"
    say(f"| {mutation.name} | {mutation.rows} | {told} | {said} |")
    return bool(broken or failed)


def copy(root: Path) -> None:
    """Copy the tree without what is made by running it."""
    made = shutil.ignore_patterns(".*", "__pycache__", "docs", "*.sqlite3")
    shutil.copytree(ROOT, root, ignore=made)


def mutate(file: Path, mutation: Mutation) -> None:
    """Change the words, each of which must stand there once."""
    text = file.read_text(encoding="utf-8")
    for right, wrong in mutation.changes:
        if text.count(right) != 1:
            sys.exit(f"{mutation.name}: the guard has other words by now: {right!r}")
        text = text.replace(right, wrong)
    file.write_text(text, encoding="utf-8")


def drill(root: Path, rows: str) -> str:
    """Play these rows, in every variant; returns what the first broken one says."""
    how = ("--seeds", "1", "--backend", "sqlite", "--rows", rows, "--quiet")
    done = run(root, "manage.py", "crash_drill", *how)
    broken = re.search(
        r"\| (\d+)[^|]*\|[^\n]*BROKEN: ([^\n]*?) *\|$", done, re.MULTILINE
    )
    if broken is None and "0 do not" not in done:
        sys.exit(f"The drill did not end: {done[-2000:]}")
    return f"{broken[2]}" if broken else ""


def run_tests(root: Path, tests: str) -> str:
    """Run these tests; returns the name of the first that fails."""
    how = ("--quiet", "--exitfirst", "--tb=no", "-rfE", "-p", "no:cacheprovider")
    done = run(root, "-m", "pytest", tests, *how)
    failed = re.search(
        r"^(?:FAILED|ERROR) \S*?([^:/]+(?:::[^:\s]+)+)", done, re.MULTILINE
    )
    if failed is None and " passed" not in done:
        sys.exit(f"pytest did not end: {done[-2000:]}")
    return f"`{failed[1]}`" if failed else ""


def run(root: Path, *arguments: str) -> str:
    """Return all that Python prints with these arguments in this folder."""
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


def say(*lines: str) -> None:
    """Print at once: each one takes a while."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
