"""An unmodified OpenStack Keystone on SQLite and a free port."""

import os
import subprocess
from pathlib import Path
from typing import Any

import requests

from tests.services.stack import answers, free_port, wait_for

ACCOUNT, USERNAME, PASSWORD = "example-account", "portal-bot", "example-Passw0rd"
PROJECT, SUB_PROJECT = "cn-north-4", "cn-north-4_team"
OPERATOR_PASSWORD = "operators-Passw0rd"
TOKENS = "/v3/auth/tokens"

CONFIGURATION = """\
[DEFAULT]
log_file = {folder}/keystone.log
[database]
connection = sqlite:///{folder}/keystone.sqlite3
[fernet_tokens]
key_repository = {folder}/keys
[identity]
password_hash_rounds = 4
"""

SERVER = """\
wsgi_app = "keystone.wsgi.api:application"
bind = "127.0.0.1:{port}"
threads = 4
control_socket_disable = True

def pre_request(worker, request):
    # Unlike the access log, written before the response is sent.
    with open("{folder}/requests.log", "a") as log:
        print(request.method, request.path, file=log)
"""


class Keystone:
    """
    A Keystone with one account (domain) and a user who is a member of two projects.

    It logs each request when it arrives, so that tests can count the logins.
    """

    def __init__(self, python: Path, *, folder: Path) -> None:
        self._python = python
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self.project_id = ""
        self.sub_project_id = ""

    def start(self) -> None:
        """Create the database, start the server, and create account, user and projects."""
        names = {"folder": self._folder, "port": self._port}
        (self._folder / "keystone.conf").write_text(CONFIGURATION.format(**names))
        (self._folder / "gunicorn.conf.py").write_text(SERVER.format(**names))
        self._manage("db_sync")
        owner = ("--keystone-user", str(os.getuid()))
        self._manage("fernet_setup", *owner, "--keystone-group", str(os.getgid()))
        self._manage("bootstrap", "--bootstrap-password", OPERATOR_PASSWORD)
        self._serve()
        self._create_account()

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def logins(self) -> int:
        """Return the number of logins so far, successful or not."""
        arrived = (self._folder / "requests.log").read_text().splitlines()
        return arrived.count(f"POST {TOKENS}")

    def project_of(self, token: str) -> str:
        """Return the project id of this token; empty if it is not valid."""
        headers = {"X-Auth-Token": token, "X-Subject-Token": token}
        response = requests.get(self.url + TOKENS, headers=headers, timeout=10)
        shown: dict[str, Any] = response.json().get("token", {}) if response.ok else {}
        return str(shown.get("project", {}).get("id", ""))

    def revoke(self, token: str) -> None:
        """Revoke this token before it expires."""
        headers = {"X-Auth-Token": token, "X-Subject-Token": token}
        response = requests.delete(self.url + TOKENS, headers=headers, timeout=10)
        response.raise_for_status()

    def _manage(self, *arguments: str) -> None:
        command = self._python.parent / "keystone-manage"
        configuration = ("--config-file", str(self._folder / "keystone.conf"))
        done = subprocess.run(
            [command, *configuration, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def _serve(self) -> None:
        # No command-line arguments: Keystone would parse them as its own. The server
        # finds its configuration file in the folder.
        with (self._folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._python, "-m", "gunicorn"],
                cwd=self._folder,
                env={
                    **os.environ,
                    "OS_KEYSTONE_CONFIG_FILES": str(self._folder / "keystone.conf"),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_for(lambda: answers(f"{self.url}/v3"), seconds=120)

    def _create_account(self) -> None:
        operator = _Operator(self.url)
        account = operator.create("domain", name=ACCOUNT)
        user = operator.create(
            "user", name=USERNAME, domain_id=account, password=PASSWORD
        )
        self.project_id, self.sub_project_id = (
            operator.create("project", name=name, domain_id=account)
            for name in (PROJECT, SUB_PROJECT)
        )
        for project in (self.project_id, self.sub_project_id):
            operator.add_member(user, project)


class _Operator:
    """The administrator that `keystone-manage bootstrap` created."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        user = {
            "name": "admin",
            "domain": {"id": "default"},
            "password": OPERATOR_PASSWORD,
        }
        response = self._call(
            "POST",
            "/v3/auth/tokens",
            json={
                "auth": {
                    "identity": {"methods": ["password"], "password": {"user": user}},
                    "scope": {"project": {"name": "admin", "domain": user["domain"]}},
                }
            },
        )
        self._session.headers["X-Auth-Token"] = response.headers["X-Subject-Token"]

    def create(self, kind: str, **fields: str) -> str:
        """Create an object of this kind and return its id."""
        response = self._call("POST", f"/v3/{kind}s", json={kind: fields})
        return str(response.json()[kind]["id"])

    def add_member(self, user: str, project: str) -> None:
        """Make a user a member of a project."""
        found = self._call("GET", "/v3/roles?name=member").json()["roles"]
        self._call("PUT", f"/v3/projects/{project}/users/{user}/roles/{found[0]['id']}")

    def _call(self, method: str, path: str, **more: Any) -> requests.Response:
        response = self._session.request(method, self._url + path, timeout=60, **more)
        response.raise_for_status()
        return response
