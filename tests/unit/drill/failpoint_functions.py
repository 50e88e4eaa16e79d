"""Functions for the tests to install failpoints in."""


def target(log: list[str]) -> str:
    log.append("ran")
    return "done"


def outer(log: list[str]) -> str:
    return target(log)
