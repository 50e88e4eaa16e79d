"""Where and how gunicorn serves, by its own words."""

import pytest

from tests.unit.portal.test_environment import GUNICORN, start


def configured(**variables: str) -> dict[str, str]:
    """Return gunicorn's settings as it prints them."""
    ended = start([*GUNICORN, "--print-config"], **variables)
    assert ended.returncode == 0, ended.stderr
    lines = [line.partition("=") for line in ended.stdout.splitlines()]
    return {name.strip(): value.strip() for name, _, value in lines}


class TestWeb:
    @pytest.mark.parametrize(
        ("address", "listens"),
        [
            ("", "127.0.0.1:8123"),
            ("0.0.0.0", "0.0.0.0:8123"),  # noqa: S104 - the case of a container
            ("::", "[::]:8123"),
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
