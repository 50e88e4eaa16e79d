"""Creating over TLS: the guarantees are the same."""

import datetime as dt
import ssl
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clusters.cloud.types import Outcome
from tests.unit.cloud.setups import (
    MADE,
    setup,
)
from tests.unit.cloud.wire import ServerConnection


def certificate(folder: Path) -> tuple[ssl.SSLContext, str]:
    """Make a certificate for 127.0.0.1 and css.test that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "css.test")])
    subjects = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("css.test")]
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(subjects), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "ca.pem").write_bytes(pem)
    (folder / "both.pem").write_bytes(pem + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context, str(folder / "ca.pem")


class TestCreateOverTls:
    def test_trusts_the_given_authority(self, tmp_path: Path) -> None:
        tls, ca_file = certificate(tmp_path)
        with setup(MADE, tls=tls, ca_file=ca_file) as its:
            assert its.create().outcome is Outcome.ACCEPTED

    def test_is_not_sent_to_an_untrusted_server(self, tmp_path: Path) -> None:
        tls, _ = certificate(tmp_path)
        with setup(MADE, tls=tls) as its:
            answer = its.create(lambda: pytest.fail("the gate was opened"))

        assert answer.outcome is Outcome.NOT_SENT
        assert "certificate" in answer.message.lower()

    def test_sends_no_body_when_the_gate_raises(self, tmp_path: Path) -> None:
        def shut() -> None:
            raise ValueError("paused")

        tls, ca_file = certificate(tmp_path)
        with setup(MADE, tls=tls, ca_file=ca_file) as its:
            answer = its.create(shut)
            its.css.wait_for_ends(1)

        assert answer.outcome is Outcome.NOT_SENT
        assert its.css.posts == []

    def test_is_one_post_when_tls_breaks_after_it(self, tmp_path: Path) -> None:
        def break_tls(connection: ServerConnection) -> bool:
            connection.break_tls()
            return False

        tls, ca_file = certificate(tmp_path)
        with setup(break_tls, MADE, tls=tls, ca_file=ca_file) as its:
            answer = its.create()

        assert answer.outcome is Outcome.UNKNOWN
        assert len(its.css.posts) == 1
        # Not even a head without a body came after it.
        assert len(its.css.received) == 1

    def test_is_cut_off_like_any_other(self, tmp_path: Path) -> None:
        def drip(connection: ServerConnection) -> bool:
            connection.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)
            return False

        tls, ca_file = certificate(tmp_path)
        with setup(MADE, drip, tls=tls, ca_file=ca_file, read_timeout=0.2) as its:
            assert its.create().outcome is Outcome.ACCEPTED
            answer = its.create()

            assert its.css.connections == 1
        assert answer.outcome is Outcome.UNKNOWN
        assert answer.message == "No complete answer within 0.5 seconds"
