"""Atomic writing of files."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """
    Write text to `path` atomically, mode 0600, by renaming a synced temporary file.

    Readers see the old file or the new one, also after a power cut.

    :raises OSError: if it cannot be written; the old file is unchanged
    """
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".unfinished")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).rename(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
