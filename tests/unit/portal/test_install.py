"""Which Python ./run and ./test take, and what they say where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.stack import ROOT

SH = shutil.which("sh") or "/bin/sh"
"""By its path: these tests take the PATH away."""

FIND = ". portal/install.sh; find_python; echo $python"
INSTALL = ". portal/install.sh; find_python; install_lock requirements.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout that has nothing but what is tried."""
    (tmp_path / "portal").mkdir()
    shutil.copy(ROOT / "portal" / "install.sh", tmp_path / "portal")
    return tmp_path


def program(file: Path, code: str) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!{SH}\n{code}\n")
    file.chmod(0o755)
    return str(file)


def install(folder: Path, code: str, **variables: str) -> tuple[int, str]:
    """Return exit code and all that was said."""
    done = subprocess.run(
        [SH, "-euc", code],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip()


class TestFindPython:
    def test_takes_the_one_that_is_named(self, folder: Path) -> None:
        found = install(folder, FIND, PORTAL_PYTHON=sys.executable)
        assert found == (0, sys.executable)

    @pytest.mark.parametrize("code", ["exit 1", "exec /nothing/here"])
    def test_says_that_the_one_that_is_named_will_not_do(
        self, folder: Path, code: str
    ) -> None:
        old = program(folder / "old", code)
        said = f"PORTAL_PYTHON: {old} is not Python 3.11 or newer."
        assert install(folder, FIND, PORTAL_PYTHON=old) == (1, said)

    def test_says_what_is_missing_where_there_is_none(self, folder: Path) -> None:
        code, said = install(folder, FIND, PATH=str(folder))
        assert code == 1
        assert said.startswith("Python 3.11 or newer is missing.")


class TestInstallLock:
    def test_leaves_a_venv_of_another_python_alone(self, folder: Path) -> None:
        program(folder / ".venv" / "bin" / "python", "echo Python 3.99.0")
        code, said = install(folder, INSTALL, PORTAL_PYTHON=sys.executable)
        assert code == 1
        assert said.startswith("PORTAL_PYTHON: the folder .venv is of another Python.")
