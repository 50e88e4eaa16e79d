"""ALLOWED_CLOUD_HOSTS out of the environment."""

from clusters.cloud.hosts import AllowedHosts
from portal.environment import Environment, stop


def cloud_hosts(env: Environment, name: str) -> AllowedHosts:
    """Return the hosts between commas; what is no host stops the start."""
    try:
        return AllowedHosts.of(env.names(name, []))
    except ValueError as error:
        stop(
            name,
            f"{str(error)[:40]!a} is no host, address or network such as 10.0.0.0/8.",
        )
