"""How the tests of this folder sign in, and what they count while doing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from clusters.domain.sign_in_limits import counted_by
from clusters.operations.accounts.sign_in import begin_try, refuse_try
from tests.factories import PASSWORD

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BOBS = "192.0.2.1"


def sign_in(
    name: str = "bob",
    password: str = PASSWORD,
    *,
    client: Client | None = None,
    address: str = BOBS,
    page: str = "/login/",
) -> HttpResponse:
    """Send the form of a login; from a browser that was never here, unless one is given."""
    form = {"username": name, "password": password}
    return (client or Client()).post(page, form, REMOTE_ADDR=address)


def fail(times: int, name: str = "bob", **how: object) -> list[int]:
    """Send so many wrong passwords; returns the statuses of the answers."""
    return [sign_in(name, "wrong", **how).status_code for _ in range(times)]


def fill_address(times: int) -> None:
    """Let so many tries fail at Bob's address, each of another name; without the pages."""
    for number in range(times):
        counted = counted_by(
            name=f"name-{number}", account="", address=BOBS, browser=""
        )
        refuse_try(begin_try(counted, now=timezone.now()), now=timezone.now())


@contextmanager
def counted_hashes() -> Iterator[list[str]]:
    """Collect the passwords that are hashed."""
    hashed: list[str] = []
    original = MD5PasswordHasher.encode

    def encode(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return original(self, password, salt)

    MD5PasswordHasher.encode = encode
    try:
        yield hashed
    finally:
        MD5PasswordHasher.encode = original
