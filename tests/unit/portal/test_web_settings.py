"""Where and how gunicorn serves, by its own words."""

import pytest

from portal.serving.limits import KIB, MIB
from portal.serving.worker import BufferingWorker
from tests.unit.portal.test_environment import GUNICORN, ROOT, start


def configured(**variables: str) -> dict[str, str]:
    """Return gunicorn's settings as it prints them."""
    # DEBUG, because nobody has to have collected the static files of this checkout.
    ended = start([*GUNICORN, "--print-config"], **{"DEBUG": "on", **variables})
    assert ended.returncode == 0, ended.stderr
    lines = [line.partition("=") for line in ended.stdout.splitlines()]
    return {name.strip(): value.strip() for name, _, value in lines}


class TestLimits:
    def test_are_those_of_the_guide(self) -> None:
        guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
        its = BufferingWorker.limits
        for said in (
            f"{its.head_seconds} s for the head of a request, {its.body_seconds} s for",
            f"{its.head_bytes // KIB} KiB for the head, {its.body_bytes // MIB} MiB for",
            f"{its.answer_seconds} s to read what is left of an answer",
            f"and {its.held_bytes // MIB} MiB for each process",
            f"client_max_body_size {its.body_bytes // MIB}m;",
        ):
            assert said in guide


class TestWeb:
    @pytest.mark.parametrize(
        ("address", "listens"),
        [
            ("", "127.0.0.1:8123"),
            pytest.param(
                *("0.0.0.0", "0.0.0.0:8123"),  # noqa: S104 - the case of a container
                marks=pytest.mark.nightly,
            ),
            pytest.param("::", "[::]:8123", marks=pytest.mark.nightly),
            ("[::1]", "[::1]:8123"),
        ],
    )
    def test_listens_on_loopback_unless_told_otherwise(
        self, address: str, listens: str
    ) -> None:
        found = configured(BIND_ADDRESS=address, PORT="8123")
        assert found["bind"] == f"['{listens}']"

    def test_runs_on_our_worker_and_believes_no_proxy_by_itself(self) -> None:
        found = configured()
        assert found["worker_class"] == "portal.serving.worker.BufferingWorker"
        assert found["threads"] == "8"
        assert found["preload_app"] == found["control_socket_disable"] == "True"
        assert found["forwarded_allow_ips"] == "[]"
