"""The addresses that the portal is called by, out of the environment."""

from urllib.parse import SplitResult, urlsplit

from portal.addresses import is_origin
from portal.environment.sources import quoted, stop
from portal.environment.values import Values


class Origins(Values):
    """Hosts and origins."""

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Return the names between commas that the portal is called by."""
        found = self.names(name, default)
        for host in found:
            if "/" in host:
                stop(
                    name,
                    f"{quoted(host)} is no host name: leave out http:// and paths.",
                )
        return found

    def origins(self, name: str, default: list[str]) -> list[str]:
        """Return the origins between commas; ``*.`` may stand before a host."""
        found = self.names(name, default)
        for origin in found:
            if not is_origin(origin.replace("://*.", "://", 1)):
                stop(
                    name,
                    f"{quoted(origin)} must look like https://portal.example.com.",
                )
        return found

    def origin(self, name: str, default: str | None = None) -> SplitResult:
        """Return http(s)://host[:port], without a path."""
        value = self.text(name, default).rstrip("/")
        if not is_origin(value):
            stop(name, "must look like https://portal.example.com, without a path.")
        return urlsplit(value)
