"""Other people's programs, each with its packages in an environment of its own."""

import fcntl
import subprocess
import sys
import venv
from pathlib import Path

from tests.missing import not_there

LOCKS = Path(__file__).parent
PATIENCE = 300
PIP = (
    "--quiet",
    "--disable-pip-version-check",
    "--no-input",
    "--require-hashes",
    "--no-compile",
    "--retries=2",
)


def python_with(name: str, *, below: Path) -> Path:
    """
    Return a Python with the packages of NAME.txt, which is installed once and kept.

    Skips where that cannot be done, or fails where services are required.
    """
    folder = below / f"{name}-{sys.version_info.major}.{sys.version_info.minor}"
    # Another process may be installing it now, for a run of its own.
    with (below / f"{folder.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return _installed(LOCKS / f"{name}.txt", folder)


def _installed(lock: Path, folder: Path) -> Path:
    python, kept = folder / "bin" / "python", folder / lock.name
    if kept.exists() and kept.read_bytes() == lock.read_bytes():
        return python
    trouble = _trouble_installing(lock, folder, python)
    if trouble:
        not_there(
            f"needs the packages of {lock.name}, which pip could not get: {trouble}"
        )
    kept.write_bytes(lock.read_bytes())
    return python


def _trouble_installing(lock: Path, folder: Path, python: Path) -> str:
    """Install, and return "" or the last line that the installer said, its verdict."""
    try:
        venv.create(folder, clear=True, symlinks=True, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", *PIP, "--requirement", lock],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        return str(said).strip().splitlines()[-1]
    return ""
