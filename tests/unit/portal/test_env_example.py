"""`.env.example` and what the portal really reads are one list."""

import re
from pathlib import Path

from portal.settings import env

ROOT = Path(__file__).resolve().parents[3]
LISTED = re.compile(r"^(?:# )?([A-Z][A-Z_]+)=", re.MULTILINE)
# os.environ["NAME"], environ.get("NAME", …), getenv("NAME"), env.text("NAME", …),
# variable("NAME")
READ = re.compile(
    r"""(?:env(?:iron)?(?:\.\w+\(|\[)|variable\()\s*["']([A-Z][A-Z_]+)["']"""
)
PAST_THE_READER = re.compile(
    r"""(?:environ(?:\.\w+\(|\[)|getenv\()\s*["']([A-Z][A-Z_]+)["']"""
)
# They read only what ./run has set for them.
BEHIND_RUN = {"foreground.py", "demo_server.py"}
# Set by ./run for what it starts, or somebody else's: nobody sets these by hand.
NOT_OURS = {
    "PARENT_PID",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "DJANGO_SETTINGS_MODULE",
    "HAS_DEMO",
    "SIMULATOR_PORT",
}


def listed() -> list[str]:
    return LISTED.findall((ROOT / ".env.example").read_text(encoding="utf-8"))


def read_somewhere() -> set[str]:
    folders = [ROOT / "clusters", ROOT / "portal", ROOT / "manage.py"]
    files = [file for folder in folders for file in (*folder.rglob("*.py"), folder)]
    files += [*(ROOT / "tests").rglob("conftest.py"), ROOT / "tests" / "missing.py"]
    files.append(ROOT / "tests" / "postgres.py")
    texts = [file.read_text(encoding="utf-8") for file in files if file.is_file()]
    return {name for text in texts for name in READ.findall(text)} - NOT_OURS


class TestEnvExample:
    def test_lists_every_variable_that_is_read(self) -> None:
        assert (set(env.asked) | read_somewhere()) - set(listed()) == set()

    def test_lists_nothing_else(self) -> None:
        assert set(listed()) - set(env.asked) - read_somewhere() == set()

    def test_is_read_by_the_reader_alone(self) -> None:
        files = [
            *(ROOT / "clusters").rglob("*.py"),
            *(ROOT / "portal").rglob("*.py"),
            *(ROOT / "tests").rglob("conftest.py"),
            ROOT / "tests" / "missing.py",
            ROOT / "tests" / "postgres.py",
            ROOT / "run",
        ]
        past = {
            (str(file.relative_to(ROOT)), name)
            for file in files
            if file.name not in BEHIND_RUN
            for name in PAST_THE_READER.findall(file.read_text(encoding="utf-8"))
            if name in listed()
        }
        assert past == set()

    def test_lists_each_once(self) -> None:
        assert len(listed()) == len(set(listed()))

    def test_says_the_defaults_that_the_settings_have(self) -> None:
        given = re.findall(
            r"^# ([A-Z_]+)=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE
        )
        shown = {name: value for name, value in given if name in env.asked}
        assert shown == {name: env.asked[name] for name in shown}
