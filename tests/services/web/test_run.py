"""`./run` shows passwords, so its pages are for this machine alone."""

import sys
from pathlib import Path

import pytest

from tests.browser.running import copy_checkout, running

pytestmark = [pytest.mark.services, pytest.mark.nightly]


class TestRun:
    def test_listens_on_loopback_whatever_it_is_told(self, tmp_path: Path) -> None:
        folder = tmp_path / "portal"
        copy_checkout(folder)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        run = (".venv/bin/python", "-m", "portal.run.demo_server")
        with running(folder, *run, BIND_ADDRESS="0.0.0.0") as portal:  # noqa: S104 - so told
            log = (folder / "var" / "log" / "web.log").read_text()
            assert f"Listening at: {portal.url} " in log
