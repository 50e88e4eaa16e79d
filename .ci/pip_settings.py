"""
Reads what `pip config list` prints and writes it to the file that is named.

Prints each path that pip is told of, one a line: another machine needs these too.
"""

import ast
import configparser
import sys
from pathlib import Path

OF_THIS_MACHINE = {"cert", "client-cert", "cache-dir", "no-cache-dir", "target", "user"}
"""What another machine has of its own; the certificates are handed over apart."""


def main(file: Path) -> None:
    settings = configparser.RawConfigParser()
    settings.add_section("global")
    for line in sys.stdin:
        name, _, quoted = line.strip().partition("=")
        option = name.rpartition(".")[2].lower()
        if option and option not in OF_THIS_MACHINE:
            settings["global"][option] = str(ast.literal_eval(quoted))
    with file.open("w", encoding="utf-8") as written:
        settings.write(written)
    words = " ".join(settings["global"].values()).split()
    for path in sorted({_path(word) for word in words}):
        if path.is_absolute() and path.exists():
            print(path)  # noqa: T201 - read by the script


def _path(word: str) -> Path:
    path = Path(word.removeprefix("file://"))
    # The pages of such an index name files that lie beside it.
    return path.parent if path.name == "simple" else path


if __name__ == "__main__":
    main(Path(sys.argv[1]))
