"""The same creates by nothing but `requests`: a thread and a session for each in flight."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

import requests

from tests.services.neighbours import PASSWORD

SECONDS = 60


def create_all(url: str, bodies: Sequence[str], *, threads: int) -> None:
    """Send every body once, so many at a time; fail where one is not accepted."""
    token, project_id = sign_in(url)
    queue: SimpleQueue[str] = SimpleQueue()
    for body in bodies:
        queue.put(body)

    def send_some(_number: int) -> None:
        with requests.Session() as session:
            session.headers["X-Auth-Token"] = token
            session.headers["Content-Type"] = "application/json"
            for body in _taken_from(queue):
                answer = session.post(
                    f"{url}/v1.0/{project_id}/clusters",
                    data=body.encode(),
                    timeout=SECONDS,
                )
                assert answer.json()["cluster"]["id"], answer.text

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send_some, range(threads)))


def sign_in(url: str) -> tuple[str, str]:
    """Return a token of the simulator's only project, and the project's id."""
    user = {
        "name": "portal-bot",
        "password": PASSWORD,
        "domain": {"name": "demo-account"},
    }
    auth = {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": {"name": "cn-north-4"}},
    }
    answer = requests.post(
        f"{url}/v3/auth/tokens", json={"auth": auth}, timeout=SECONDS
    )
    answer.raise_for_status()
    return answer.headers["X-Subject-Token"], answer.json()["token"]["project"]["id"]


def _taken_from(queue: "SimpleQueue[str]") -> Iterator[str]:
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return
