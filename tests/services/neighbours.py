"""Two cloud projects of a portal: `demo`, and `slow`, whose cloud can be made to hang."""

from collections import Counter

from tests.services.stack import NETWORK, Person, Stack, wait_for
from tests.services.stalling_proxy import StallingProxy

SLOW_FORM = "/requests/new/?cloud_project=slow"
PASSWORD = "simulator-Passw0rd"


def connect_slow(stack: Stack) -> StallingProxy:
    """Connect `slow` through a proxy; its CSS hangs when the proxy does, IAM and VPC never."""
    proxy = StallingProxy(stack.simulator_port)
    place = ("--region", "cn-north-4", "--project", "cn-north-4")
    who = ("--domain", "demo-account", "--username", "portal-bot")
    urls = ("--css-url", proxy.url)
    for service in ("iam", "vpc"):
        urls += (f"--{service}-url", stack.simulator_url)
    stack.manage("connect_cloud", "slow", *place, *who, *urls)
    return proxy


def ask(person: Person, project: str, count: int, *, name: str = "") -> list[str]:
    """Ask for so many clusters in this cloud project; returns their paths."""
    form = f"/requests/new/?cloud_project={project}"
    wait_for(lambda: NETWORK["subnet_id"] in person.get(form))
    return [
        person.ask(f"{name or project}-{number}", cloud_project=project)
        for number in range(count)
    ]


def states(person: Person, paths: list[str]) -> Counter[str]:
    """Count the states that the pages show."""
    return Counter(person.state(path) for path in paths)


def reads(proxy: StallingProxy) -> Counter[str]:
    """Count the calls that hang by what they read."""
    return Counter(
        head.split()[1].split("?")[0].rsplit("/", 1)[-1] for head in proxy.taken
    )
