"""Which addresses the portal may connect to with a secret. Pure: nothing is resolved."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

_URL: Final = re.compile(
    # Every parser reads this the same: ASCII, no user, no backslash, no zone.
    r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#].*)?",
    re.DOTALL,
)
_NAME: Final = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_SPECIAL: Final = IPv4Network("192.0.0.0/24")
"""Public for Python 3.11, though reserved by RFC 6890."""

_LOW_32_BITS: Final = 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True)
class AllowedHosts:
    """
    The hosts that may be plain http, loopback, private or written as a number.

    Any other address must be https with a public host. An empty one names nobody.
    """

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "AllowedHosts":
        """
        Read host names, addresses and networks such as 10.0.0.0/8.

        :raises ValueError: holding the first entry that is none of these
        """
        names, networks = set(), []
        for entry in entries:
            try:
                networks.append(ip_network(entry.strip("[]")))
            except ValueError:
                names.add(_name(entry))
        return cls(names=frozenset(names), networks=tuple(networks))

    def allow_url(self, url: str) -> bool:
        """Whether this URL may be connected to, as far as its text tells."""
        found = _URL.fullmatch(url)
        if found is None:
            return False
        scheme, host = found[1], _canonical(found[2])
        if self._names(host):
            return True
        return scheme == "https" and _may_be_public(host)

    def allow_addresses(self, host: str, addresses: Iterable[str]) -> bool:
        """Whether this host may be connected to, now that it resolves to these."""
        if self._names(_canonical(host)):
            return True
        return all(self._allow_address(address) for address in addresses)

    def _names(self, host: str) -> bool:
        address = _address(host)
        return host in self.names or (address is not None and self._hold(address))

    def _allow_address(self, text: str) -> bool:
        address = _address(text)
        return address is not None and (_is_public(address) or self._hold(address))

    def _hold(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self.networks)


ONLY_PUBLIC: Final = AllowedHosts()
"""Every address must be https with a public host."""


def _name(entry: str) -> str:
    name = _canonical(entry)
    if not _NAME.fullmatch(name):
        raise ValueError(entry)
    return name


def _canonical(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _may_be_public(host: str) -> bool:
    address = _address(host)
    if address is not None:
        return _is_public(address)
    *_, last = labels = host.split(".")
    # A last label that is a number makes the system read the whole host as an address:
    # 127.1, 2130706433, 0x7f000001, 0177.0.0.1.
    return all(labels) and last != "localhost" and not _NUMBER.fullmatch(last)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, and the IPv4 address within it where that is what is reached."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return _unwrapped(address) if isinstance(address, IPv6Address) else address


def _unwrapped(address: IPv6Address) -> IPv4Address | IPv6Address:
    if address in _NAT64:
        return IPv4Address(int(address) & _LOW_32_BITS)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        return address in _GLOBAL_UNICAST and address.is_global
    return address.is_global and not address.is_multicast and address not in _SPECIAL
