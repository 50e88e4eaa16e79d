"""What a test needs and is not there: REQUIRE_SERVICES=1 makes a failure of it."""

from typing import NoReturn

import pytest

from tests.variables import variable


def not_there(line: str) -> NoReturn:
    """Skip, or fail where services are required, with this line."""
    if variable("REQUIRE_SERVICES") == "1":
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


def no_answer(service: str, name: str, url: str) -> NoReturn:
    """Skip or fail because a service is away; `name` is the variable that says where."""
    where = url.rpartition("@")[2]  # without the password
    not_there(f"needs {service}: nothing answers at {where} ({name})")
