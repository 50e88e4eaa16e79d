"""``manage.py simulator`` as a separate process."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.unit.cloud.test_create_over_tls import certificate
from tests.unit.simulator.caller import Caller, error_of, login, order

ROOT = Path(__file__).parents[3]


@contextmanager
def simulator(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command; kill the process when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "simulator", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONUNBUFFERED": "1",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline()
    found = re.search(r"https?://127\.0\.0\.1:\d+", line)
    assert found, line
    return found[0]


class TestCommand:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_serves_until_it_gets_a_signal(
        self, tmp_path: Path, number: signal.Signals
    ) -> None:
        file = tmp_path / "cloud.json"
        with simulator("--state", str(file), "--build-seconds", "0") as process:
            caller = Caller(address_of(process))
            assert caller.sign_in().status_code == 201
            assert caller.create(order()).status_code == 200
            shown = caller.css("GET", "clusters").json()
            assert shown["clusters"][0]["status"] == "200"
            process.send_signal(number)
            assert process.wait(timeout=60) == 0
            assert process.stderr
            assert process.stderr.read() == ""
        assert file.exists()

    def test_takes_the_password_from_the_environment(self) -> None:
        with simulator(SIMULATOR_PASSWORD="another-Passw0rd") as process:
            caller = Caller(address_of(process))
            assert caller.sign_in().status_code == 401
            body = login()
            user = body["auth"]["identity"]["password"]["user"]
            user["password"] = "another-Passw0rd"
            assert caller.sign_in(body).status_code == 201

    def test_supports_the_otc_dialect(self) -> None:
        with simulator("--dialect", "otc") as process:
            caller = Caller(address_of(process))
            assert caller.sign_in().status_code == 400
            body = login(name="cn-north-4")
            body["auth"]["scope"]["project"]["domain"] = {"name": "demo-account"}
            assert caller.sign_in(body).status_code == 201
            assert caller.css("GET", "flavors").status_code == 200

    def test_runs_a_scenario(self, tmp_path: Path) -> None:
        file = tmp_path / "scenario.json"
        file.write_text('{"quota": 0}')
        with simulator("--scenario", str(file)) as process:
            caller = Caller(address_of(process))
            caller.sign_in()
            assert error_of(caller.create(order())) == (400, "CSS.1112")

    def test_limits_the_user_to_one_enterprise_project(self) -> None:
        named = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
        with simulator("--enterprise-project", named) as process:
            caller = Caller(address_of(process))
            caller.sign_in()
            assert caller.vpc("vpcs").json()["code"] == "VPC.2701"
            listed = caller.vpc("vpcs", enterprise_project_id=named).json()["vpcs"]
            assert [each["name"] for each in listed] == ["vpc-prod"]
            assert error_of(caller.create(order())) == (400, "CSS.0051")

    def test_reports_an_invalid_scenario_in_one_line(self, tmp_path: Path) -> None:
        file = tmp_path / "scenario.json"
        file.write_text('{"quota": "none"}')
        with simulator("--scenario", str(file)) as process:
            assert process.wait(timeout=120) == 1
            assert process.stderr
            message = process.stderr.read()
        assert message.startswith(f"CommandError: {file}: quota is a whole number ")
        assert message.count("\n") == 1

    def test_serves_tls_with_a_certificate_and_breaks_it_on_demand(
        self, tmp_path: Path
    ) -> None:
        _, ca_file = certificate(tmp_path)
        both = str(tmp_path / "both.pem")
        with simulator("--certificate", both) as process:
            caller = Caller(address_of(process))
            assert caller.base.startswith("https://")
            caller.session.verify = ca_file
            caller.sign_in()
            switches = {"create": ["tls_broken_after", "reset_after", "truncate_after"]}
            caller.call("PUT", "/_simulator/faults", json=switches)
            with pytest.raises(requests.exceptions.SSLError):
                caller.create(order())
            with pytest.raises(requests.ConnectionError):
                caller.create(order(name="reset"))
            with pytest.raises(requests.RequestException, match="IncompleteRead"):
                caller.create(order(name="truncated"))
            assert caller.css("GET", "clusters").json()["totalSize"] == 3

    def test_reports_an_invalid_certificate_in_one_line(self, tmp_path: Path) -> None:
        file = tmp_path / "none.pem"
        with simulator("--certificate", str(file)) as process:
            assert process.wait(timeout=120) == 1
            assert process.stderr
            assert process.stderr.read() == (
                f"CommandError: {file} holds no key with its certificate.\n"
            )

    def test_needs_no_database(self) -> None:
        with simulator(DATABASE_URL="postgres://nobody@127.0.0.1:1/none") as process:
            assert Caller(address_of(process)).sign_in().status_code == 201

    @pytest.mark.parametrize("port", ["taken", "99999"])
    def test_reports_a_port_that_it_cannot_listen_on_in_one_line(
        self, port: str
    ) -> None:
        with simulator() as first:
            taken = address_of(first).rpartition(":")[2]
            port = taken if port == "taken" else port
            with simulator("--port", port) as second:
                assert second.wait(timeout=120) == 1
                assert second.stderr
                message = second.stderr.read()
        assert message.startswith(f"CommandError: Cannot listen on port {port}: ")
        assert message.count("\n") == 1

    def test_reports_an_invalid_state_file_in_one_line(self, tmp_path: Path) -> None:
        file = tmp_path / "cloud.json"
        file.write_text("{}")
        with simulator("--state", str(file)) as process:
            assert process.wait(timeout=120) == 1
            assert process.stderr
            assert process.stderr.read() == (
                f"CommandError: {file} is not a state of the simulator.\n"
            )
