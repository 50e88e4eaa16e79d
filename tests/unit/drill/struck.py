"""Functions for a test to put points into."""


def strike_me(log: list[str]) -> str:
    log.append("ran")
    return "done"


def outer(log: list[str]) -> str:
    return strike_me(log)
