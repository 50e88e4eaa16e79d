"""Host names and origins of the portal, from the environment."""

from urllib.parse import SplitResult

from portal.environment.host_names import canonical_host, host_of, origin_of
from portal.environment.sources import quoted, stop
from portal.environment.values import Values


class Origins(Values):
    """Hosts and origins in the normal form in which browsers send them."""

    def origin(self, name: str, default: str | None = None) -> SplitResult:
        """Return http(s)://host[:port], without a path."""
        found = origin_of(self.text(name, default))
        if found is None:
            stop(
                name,
                "must look like https://portal.example.com, without a path, and with a"
                " host of letters, digits, dots and dashes.",
            )
        return found

    def hosts(self, name: str, public: SplitResult) -> list[str]:
        """
        Return the host of `public` and the names between commas.

        A dot before a name stands for all names below it, a star for every name.
        """
        return [host_of(public), *(_host(name, each) for each in self.names(name, []))]

    def origins(self, name: str, public: SplitResult) -> list[str]:
        """
        Return `public` and the origins between commas; `*.` may stand before a host.
        """
        found = (_origin(name, each) for each in self.names(name, []))
        return [public.geturl(), *found]


def _host(name: str, value: str) -> str:
    if value == "*":
        return value
    dot = "." if value.startswith(".") else ""
    host = canonical_host(value.removeprefix(dot))
    if not host:
        stop(
            name,
            f"{quoted(value)} is no host name: leave out http://, ports and paths, and"
            " write .example.com for all names below one.",
        )
    return f"{dot}{host}"


def _origin(name: str, value: str) -> str:
    found = origin_of(value.replace("://*.", "://", 1))
    if found is None:
        stop(name, f"{quoted(value)} must look like https://portal.example.com.")
    star = "://*." if "://*." in value else "://"
    return found.geturl().replace("://", star, 1)
