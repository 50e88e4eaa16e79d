"""
Which addresses the portal may send a password or a token to.

Protects from server-side request forgery: an operator can enter any address of a cloud
project, and it must not lead to a service of the internal network. Pure functions of
text; names are resolved by `clusters.cloud.huawei.connections`.
"""

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
    # Stricter than RFC 3986, so that no two URL parsers find different hosts in it:
    # ASCII only, no user name, no backslash, no IPv6 zone.
    r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#].*)?",
    re.DOTALL,
)
_HOST_NAME: Final = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""The only part of IPv6 that is assigned for public use (RFC 4291)."""
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses embedded in IPv6 (RFC 6052)."""
_RESERVED: Final = IPv4Network("192.0.0.0/24")
"""Reserved by RFC 6890, but `is_global` of Python 3.11 is True for it."""

_LOW_32_BITS: Final = 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True)
class AllowedHosts:
    """
    The exceptions to the rule that an address is https with a public host.

    A listed host may be plain http, loopback, private or written as a number. The
    default lists none.

    :ivar names: host names in lower case
    :ivar networks: networks whose addresses are allowed
    """

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "AllowedHosts":
        """
        Parse host names, addresses and networks such as 10.0.0.0/8.

        :raises ValueError: with the first entry that is none of these
        """
        names, networks = set(), []
        for entry in entries:
            try:
                networks.append(ip_network(entry.strip("[]")))
            except ValueError:
                names.add(_host_name(entry))
        return cls(names=frozenset(names), networks=tuple(networks))

    def allow_url(self, url: str) -> bool:
        """
        Whether this URL may be called, judged by its text alone.

        A public name may still resolve to a private address: see `allow_addresses`.
        """
        found = _URL.fullmatch(url)
        if found is None:
            return False
        scheme, host = found[1], _normalized(found[2])
        if self._is_listed(host):
            return True
        return scheme == "https" and _may_be_public(host)

    def allow_addresses(self, host: str, addresses: Iterable[str]) -> bool:
        """
        Whether this host may be connected to, given all addresses it resolves to.

        One address that is not allowed is enough to refuse the host.
        """
        if self._is_listed(_normalized(host)):
            return True
        return all(self._allow_address(address) for address in addresses)

    def _is_listed(self, host: str) -> bool:
        address = _address(host)
        return host in self.names or (
            address is not None and self._is_in_a_network(address)
        )

    def _allow_address(self, text: str) -> bool:
        address = _address(text)
        return address is not None and (
            _is_public(address) or self._is_in_a_network(address)
        )

    def _is_in_a_network(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self.networks)


ONLY_PUBLIC: Final = AllowedHosts()
"""No exceptions: every address must be https with a public host."""


def _host_name(entry: str) -> str:
    name = _normalized(entry)
    if not _HOST_NAME.fullmatch(name):
        raise ValueError(entry)
    return name


def _normalized(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _may_be_public(host: str) -> bool:
    address = _address(host)
    if address is not None:
        return _is_public(address)
    *_, last = labels = host.split(".")
    # inet_aton takes a host whose last label is a number for an IPv4 address: 127.1,
    # 2130706433, 0x7f000001 and 0177.0.0.1 are all 127.0.0.1.
    return all(labels) and last != "localhost" and not _NUMBER.fullmatch(last)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """
    Parse an address; None for a name.

    Of an IPv6 address that only carries an IPv4 address, that one is returned.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return _embedded_ipv4(address) if isinstance(address, IPv6Address) else address


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | IPv6Address:
    if address in _NAT64:
        return IPv4Address(int(address) & _LOW_32_BITS)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        return address in _GLOBAL_UNICAST and address.is_global
    return address.is_global and not address.is_multicast and address not in _RESERVED
