"""Tables in Markdown, printed line by line; without Django, for benches of processes."""

import sys


def print_line(line: str = "") -> None:
    """Print a line at once, so that a long run shows where it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def head(*titles: object) -> None:
    """Print the head of a table."""
    row(*titles)
    print_line("|" + "---|" * len(titles))


def row(*cells: object) -> None:
    """Print one row."""
    print_line(f"| {' | '.join(map(str, cells))} |")
