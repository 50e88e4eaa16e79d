"""Fixtures: the vendor's SDK, and a Keystone where TEST_KEYSTONE=1 asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.environments import python_with
from tests.conformance.keystone import Keystone
from tests.variables import variable


@pytest.fixture(scope="session")
def environments(pytestconfig: pytest.Config) -> Path:
    """Where these programs stay installed between runs."""
    if not pytestconfig.pluginmanager.hasplugin("cacheprovider"):
        pytest.skip("needs pytest's cache, which -p no:cacheprovider takes away")
    return pytestconfig.cache.mkdir("conformance")


@pytest.fixture(scope="session")
def sdk_python(environments: Path) -> Path:
    """A Python that has the vendor's SDK."""
    return python_with("sdk", below=environments)


@pytest.fixture(scope="session")
def keystone(
    environments: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Keystone]:
    """A running Keystone with an account, a user and two projects."""
    if variable("TEST_KEYSTONE") != "1":
        pytest.skip("TEST_KEYSTONE=1 starts a real OpenStack Keystone")
    python = python_with("keystone", below=environments)
    made = Keystone(python, folder=tmp_path_factory.mktemp("keystone"))
    try:
        made.start()
        yield made
    finally:
        made.stop()
