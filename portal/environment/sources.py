"""
Where a value comes from: the environment, `.env`, or a file that either names.

Uses the standard library only: `./run` reads its port by it before any package is
installed, and the health check does so without loading Django (docs/adr/0024).
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NoReturn

_LINE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_ESCAPED: Final = re.compile(r"\\([^rnt])")
_BOM: Final = "\ufeff"


def stop(name: str, why: str) -> NoReturn:
    """
    End the process with one line and exit code 1.

    SystemExit, because Django's command line, gunicorn and Celery each print a
    traceback for any other exception that settings raise.
    """
    raise SystemExit(f"{name}: {why}")


def quoted(value: str) -> str:
    return ascii(value if len(value) <= 40 else f"{value[:40]}...")


def shown(path: Path) -> str:
    return ascii(str(path))


class Sources:
    """
    Variables of the process's environment, then those of a `.env` file.

    `NAME_FILE` names a file that holds the value of NAME. The text of either file is
    UTF-8; a byte order mark before it is left out.
    """

    def __init__(self, dotenv: Path) -> None:
        self._sources: tuple[Mapping[str, str], ...] = (os.environ, _read(dotenv))

    def find(self, name: str) -> str:
        """Return the value without surrounding line breaks; empty if it is not set."""
        found = (_given(name, source) for source in self._sources)
        value = next((one for one in found if one is not None), "")
        if _is_broken(value):
            stop(name, "is not text in UTF-8.")
        return value.removeprefix(_BOM).strip("\r\n")


def _read(dotenv: Path) -> dict[str, str]:
    """Return the variables of the file; empty if there is no file."""
    try:
        text = _text_of(dotenv, named=dotenv.name)
    except FileNotFoundError:
        return {}
    except OSError as error:
        stop(dotenv.name, f"the file cannot be read ({error.strerror}).")
    lines = enumerate(text.split("\n"), start=1)
    pairs = (_pair(line.strip(), number, dotenv) for number, line in lines)
    return dict(pair for pair in pairs if pair)


def _pair(line: str, number: int, dotenv: Path) -> tuple[str, str] | None:
    """
    Return name and value; None for a comment. Never print the line: it may be a secret.
    """
    if not line or line.startswith("#"):
        return None
    found = _LINE.fullmatch(line)
    if found is None:
        stop(dotenv.name, f"line {number} is neither NAME=value nor a comment.")
    return found[1], _unquoted(found[2])


def _unquoted(value: str) -> str:
    r"""Return what stands between the quotes; between double ones, \" is a quote."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == '"':
        return _ESCAPED.sub(r"\1", value[1:-1])
    return value


def _given(name: str, source: Mapping[str, str]) -> str | None:
    path = source.get(f"{name}_FILE")
    if not path:
        return source.get(name)
    try:
        return _text_of(Path(path), named=f"{name}_FILE")
    except (OSError, ValueError):  # ValueError: a path that no file can have
        # The path is not shown: it may be the secret itself, set by mistake.
        stop(f"{name}_FILE", "names no file that can be read.")


def _text_of(file: Path, *, named: str) -> str:
    """
    Return the text of a file in UTF-8, without its byte order mark.

    :raises OSError: if it cannot be read
    """
    raw = file.read_bytes()
    text = raw.decode(errors="surrogateescape")
    if "\0" in text or _is_broken(text):  # UTF-16 without a mark is UTF-8 with zeros
        stop(named, f"{shown(file)} is not text in UTF-8. Save it as UTF-8.")
    return text.removeprefix(_BOM)


def _is_broken(text: str) -> bool:
    """Whether some bytes were not UTF-8; Python keeps them as surrogates (PEP 383)."""
    return any("\ud800" <= character <= "\udfff" for character in text)
