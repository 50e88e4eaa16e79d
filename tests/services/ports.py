"""Ports for what the tests start."""

import random
from typing import Final

from portal.run.simulator_port import FIRST, LAST, is_free

_GIVEN: Final[set[int]] = set()


def free_port() -> int:
    """
    Return a port that nobody listens on now, and that this process gets only once.

    It is taken later, so it is none that the system gives to outgoing connections.
    """
    ports = [port for port in range(FIRST, LAST + 1) if port not in _GIVEN]
    random.shuffle(ports)
    port = next(port for port in ports if is_free(port))
    _GIVEN.add(port)
    return port
