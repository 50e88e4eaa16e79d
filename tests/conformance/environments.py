"""Virtual environments for programs of others, each with a hashed lock of its own."""

import fcntl
import subprocess
import sys
import venv
from pathlib import Path

from tests.missing import not_there

LOCKS = Path(__file__).parent
TIMEOUT_SECONDS = 300
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
    Return a Python with the packages of NAME.txt, which is installed once and reused.

    Skips where that cannot be done, or fails where services are required.
    """
    folder = below / f"{name}-{sys.version_info.major}.{sys.version_info.minor}"
    # Another test process may be installing it now.
    with (below / f"{folder.name}.lock").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        return _installed(LOCKS / f"{name}.txt", folder)


def _installed(lock: Path, folder: Path) -> Path:
    python, stamp = folder / "bin" / "python", folder / lock.name
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return python
    error_line = _install_error(lock, folder, python)
    if error_line:
        not_there(
            f"needs the packages of {lock.name}, which pip could not get: {error_line}"
        )
    stamp.write_bytes(lock.read_bytes())
    return python


def _install_error(lock: Path, folder: Path, python: Path) -> str:
    """Install; return the last line of the output if that failed, else an empty text."""
    try:
        venv.create(folder, clear=True, symlinks=True, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", *PIP, "--requirement", lock],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        output = getattr(error, "stderr", None) or str(error)
        return str(output).strip().splitlines()[-1]
    return ""
