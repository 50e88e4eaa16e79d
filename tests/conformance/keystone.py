"""OpenStack Keystone as it comes from its makers, on SQLite and a port of its own."""

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
    # Written before the answer leaves, unlike the access log.
    with open("{folder}/requests.log", "a") as log:
        print(request.method, request.path, file=log)
"""


class Keystone:
    """
    One Keystone: an account ("domain") with one user, who is a member of two projects.

    Nobody stands between it and the portal; it notes each request as it arrives.
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
        """Fill a database, serve it, and open the account."""
        names = {"folder": self._folder, "port": self._port}
        (self._folder / "keystone.conf").write_text(CONFIGURATION.format(**names))
        (self._folder / "gunicorn.conf.py").write_text(SERVER.format(**names))
        self._manage("db_sync")
        owner = ("--keystone-user", str(os.getuid()))
        self._manage("fernet_setup", *owner, "--keystone-group", str(os.getgid()))
        self._manage("bootstrap", "--bootstrap-password", OPERATOR_PASSWORD)
        self._serve()
        self._open_account()

    def stop(self) -> None:
        """End the server, if it runs."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def logins(self) -> int:
        """Return how many logins have arrived so far, good and bad."""
        arrived = (self._folder / "requests.log").read_text().splitlines()
        return arrived.count(f"POST {TOKENS}")

    def project_of(self, token: str) -> str:
        """Return the id of the project that this token opens; "" if it opens none."""
        headers = {"X-Auth-Token": token, "X-Subject-Token": token}
        answer = requests.get(self.url + TOKENS, headers=headers, timeout=10)
        shown: dict[str, Any] = answer.json().get("token", {}) if answer.ok else {}
        return str(shown.get("project", {}).get("id", ""))

    def revoke(self, token: str) -> None:
        """Make this token worthless before its time."""
        headers = {"X-Auth-Token": token, "X-Subject-Token": token}
        answer = requests.delete(self.url + TOKENS, headers=headers, timeout=10)
        answer.raise_for_status()

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
        # Without arguments, since Keystone reads those of the server as its own; the
        # server finds its configuration in the folder.
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

    def _open_account(self) -> None:
        operator = _Operator(self.url)
        account = operator.make("domain", name=ACCOUNT)
        user = operator.make(
            "user", name=USERNAME, domain_id=account, password=PASSWORD
        )
        self.project_id, self.sub_project_id = (
            operator.make("project", name=name, domain_id=account)
            for name in (PROJECT, SUB_PROJECT)
        )
        for project in (self.project_id, self.sub_project_id):
            operator.let_in(user, project)


class _Operator:
    """The administrator whom the bootstrap made."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        user = {
            "name": "admin",
            "domain": {"id": "default"},
            "password": OPERATOR_PASSWORD,
        }
        answer = self._call(
            "POST",
            "/v3/auth/tokens",
            json={
                "auth": {
                    "identity": {"methods": ["password"], "password": {"user": user}},
                    "scope": {"project": {"name": "admin", "domain": user["domain"]}},
                }
            },
        )
        self._session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]

    def make(self, kind: str, **fields: str) -> str:
        """Make one of these and return its id."""
        answer = self._call("POST", f"/v3/{kind}s", json={kind: fields})
        return str(answer.json()[kind]["id"])

    def let_in(self, user: str, project: str) -> None:
        """Make a user a member of a project."""
        found = self._call("GET", "/v3/roles?name=member").json()["roles"]
        self._call("PUT", f"/v3/projects/{project}/users/{user}/roles/{found[0]['id']}")

    def _call(self, method: str, path: str, **more: Any) -> requests.Response:
        answer = self._session.request(method, self._url + path, timeout=60, **more)
        answer.raise_for_status()
        return answer
