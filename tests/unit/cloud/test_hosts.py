"""The addresses that the portal may connect to, as text and after resolution."""

import re

import pytest

from clusters.cloud.hosts import ONLY_PUBLIC, AllowedHosts

INNER = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "2130706433",
    "2130706433.",
    "0x7f000001",
    "0X7F.1",
    "0177.0.0.1",
    "127.0.0.0x1",
    "0",
    "0.0.0.0",  # noqa: S104 - to be refused
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.0.1",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7F00:1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:db8::1]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "[100::1]",
]
"""Loopback, private, link-local, reserved, and what the system reads as an address."""

ODD = [
    "https://iam.example.com@127.0.0.1",
    "https://u:p@iam.example.com",
    "https://iam.example.com\\@127.0.0.1",
    "https://[fe80::1%25eth0]",
    "https://[iam.example.com]",
    "https://[127.0.0.1]",
    "https://\uff11\uff12\uff17.\uff10.\uff10.\uff11",
    "https://127\u30020\u30020\u30021",
    "https://\u24dbocalhost",
    "https://iam..example.com",
    "https://.",
    "https://..",
    "https://",
    "https:///iam.example.com",
    "https://iam.example.com:port",
    "https://iam.example.com:443:80",
    "https://iam\t.example.com",
    "https://iam.example.com\n.evil.test",
    " https://iam.example.com",
    "//iam.example.com",
    "ftp://iam.example.com",
    "iam.example.com",
    "",
]

PUBLIC = [
    "https://iam.cn-north-4.myhuaweicloud.com",
    "https://IAM.Example.COM",
    "https://iam.example.com.",
    "https://iam.example.com:8443/v3/auth/tokens?nocatalog=true",
    "https://xn--fiq228c.example.com",
    "https://93.184.215.14",
    "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443",
    "https://[::ffff:93.184.215.14]",
    "https://[64:ff9b::5db8:d70e]",
    "https://10.example.com",
]


class TestUrl:
    @pytest.mark.parametrize("host", INNER)
    def test_of_an_inner_host_is_refused(self, host: str) -> None:
        assert not ONLY_PUBLIC.allow_url(f"https://{host}")
        assert not ONLY_PUBLIC.allow_url(f"https://{host}:8443/v1.0/p/clusters")

    @pytest.mark.parametrize("url", ODD)
    def test_that_two_parsers_could_read_differently_is_refused(self, url: str) -> None:
        assert not ONLY_PUBLIC.allow_url(url)

    @pytest.mark.parametrize("url", PUBLIC)
    def test_with_https_and_a_public_host_is_allowed(self, url: str) -> None:
        assert ONLY_PUBLIC.allow_url(url)

    @pytest.mark.parametrize("url", PUBLIC)
    def test_with_plain_http_is_refused(self, url: str) -> None:
        assert not ONLY_PUBLIC.allow_url(url.replace("https://", "http://"))

    @pytest.mark.parametrize(
        ("entry", "url"),
        [
            ("127.0.0.1", "http://127.0.0.1:8090"),
            ("127.0.0.1", "https://[::ffff:127.0.0.1]"),
            ("127.0.0.0/8", "http://127.9.9.9"),
            ("10.0.0.0/8", "https://10.1.2.3"),
            ("::1", "http://[::1]:80"),
            ("[::1]", "http://[0:0:0:0:0:0:0:1]"),
            ("fd00::/8", "https://[fd12::1]"),
            ("localhost", "http://LOCALHOST.:80"),
            ("Css.Inner.", "http://css.inner"),
            ("2130706433", "https://2130706433"),
        ],
    )
    def test_of_a_named_host_is_allowed_even_with_http(
        self, entry: str, url: str
    ) -> None:
        assert AllowedHosts.of([entry]).allow_url(url)

    @pytest.mark.parametrize(
        ("entry", "url"),
        [
            ("127.0.0.1", "http://127.0.0.2"),
            ("127.0.0.1", "http://localhost"),
            ("127.0.0.1", "http://127.1"),
            ("127.0.0.1", "http://2130706433"),
            ("css.inner", "http://a.css.inner"),
            ("css.inner", "http://css.inner.evil.test"),
            ("css.inner", "https://u:p@css.inner"),
            ("css.inner", "ftp://css.inner"),
            ("10.0.0.0/8", "http://css.inner"),
        ],
    )
    def test_of_another_host_than_the_named_one_is_refused(
        self, entry: str, url: str
    ) -> None:
        assert not AllowedHosts.of([entry]).allow_url(url)


class TestAddresses:
    @pytest.mark.parametrize("host", [each for each in INNER if each[0] in "[12"])
    def test_that_are_inner_are_refused_beside_public_ones(self, host: str) -> None:
        inner = host.strip("[]").rstrip(".")
        for addresses in ([inner], ["93.184.215.14", inner], [inner, "93.184.215.14"]):
            assert not ONLY_PUBLIC.allow_addresses("iam.example.com", addresses)

    @pytest.mark.parametrize("address", ["fe80::1%eth0", "", "name", "127.1"])
    def test_that_cannot_be_parsed_are_refused(self, address: str) -> None:
        assert not ONLY_PUBLIC.allow_addresses("iam.example.com", [address])

    @pytest.mark.parametrize(
        "address",
        ["93.184.215.14", "2606:2800::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"],
    )
    def test_that_are_public_are_allowed(self, address: str) -> None:
        assert ONLY_PUBLIC.allow_addresses("iam.example.com", [address])

    def test_in_a_named_network_are_allowed(self) -> None:
        hosts = AllowedHosts.of(["10.0.0.0/8"])
        assert hosts.allow_addresses("iam.inner", ["10.0.0.1", "93.184.215.14"])
        assert not hosts.allow_addresses("iam.inner", ["10.0.0.1", "192.168.0.1"])

    def test_of_a_named_host_are_all_allowed(self) -> None:
        hosts = AllowedHosts.of(["iam.inner"])
        assert hosts.allow_addresses("IAM.inner.", ["127.0.0.1", "fe80::1%eth0"])


class TestEntries:
    @pytest.mark.parametrize(
        "entry",
        [
            "",
            "*",
            "*.inner",
            "http://inner",
            "inner:80",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "a b",
            "\uff49nner",
            "a/b",
            ".",
            "u@inner",
        ],
    )
    def test_that_are_no_host_are_refused(self, entry: str) -> None:
        with pytest.raises(ValueError, match=f"^{re.escape(entry)}$"):
            AllowedHosts.of(["127.0.0.1", entry])
