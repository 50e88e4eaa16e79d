"""Read ALLOWED_CLOUD_HOSTS from the environment."""

from clusters.cloud.hosts import AllowedHosts
from portal.environment import Environment, stop


def cloud_hosts(env: Environment, name: str) -> AllowedHosts:
    """
    Return the comma-separated hosts and networks.

    :raises SystemExit: if one is neither a host name, an address nor a network
    """
    try:
        return AllowedHosts.of(env.names(name, []))
    except ValueError as error:
        stop(
            name,
            f"{str(error)[:40]!a} is no host, address or network such as 10.0.0.0/8.",
        )
