"""
Sign-ins of many threads on a real database, for a process of their own.

Passwords are hashed for real, if shorter than in production, so that tries overlap.
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from clusters.domain.sign_in_limits import counted_by
from clusters.models import SignInCount
from clusters.operations.accounts.sign_in import SignInLimited, begin_try
from clusters.operations.upkeep.clean_up import clean_up
from portal.sign_in import sign_in_log
from tests.factories import PASSWORD, user
from tests.services.racing import at_once

THREADS = 16
ROUNDS = 30
WRONG = "wrong"
_AXES_TABLES = (
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
)


def upgrade() -> dict[str, Any]:
    """Migrate a database that django-axes had tables in."""
    call_command("migrate", "clusters", "0007_found_fast", verbosity=0)
    call_command("migrate", "auth", verbosity=0)
    with connection.cursor() as cursor:
        for table in _AXES_TABLES:
            cursor.execute(f"CREATE TABLE {table} (username varchar(255))")
    kind = ContentType.objects.create(app_label="axes", model="accesslog")
    Permission.objects.create(content_type=kind, codename="view_log", name="view")
    call_command("migrate", verbosity=0)
    return {
        "tables": sorted(set(connection.introspection.table_names()) & {*_AXES_TABLES}),
        "types": ContentType.objects.filter(app_label="axes").count(),
        "permissions": Permission.objects.filter(codename="view_log").count(),
    }


def pair() -> dict[str, int]:
    """Let all send wrong passwords of one name from one address."""
    return outcomes([partial(attempt, "bob", "192.0.2.1")] * THREADS)


def name() -> dict[str, int]:
    """Let them send wrong ones of one name, each from another address, twice."""
    works = [partial(attempt, "bob", f"192.0.2.{number}") for number in range(32)]
    return added(outcomes(works[:THREADS]), outcomes(works[THREADS:]))


def address() -> dict[str, int]:
    """Let them send wrong ones of other names from an address where 90 failed."""
    for number in range(90):
        attempt(f"early-{number}", "192.0.2.1")
    late = [
        partial(attempt, f"late-{number}", "192.0.2.1") for number in range(THREADS)
    ]
    return outcomes(late)


def right() -> dict[str, int]:
    """Let all send the right password of one name from one address."""
    right_one = partial(attempt, "bob", "192.0.2.1", PASSWORD)
    return outcomes([right_one] * THREADS)


def swept() -> dict[str, int]:
    """Let a try begin on rows that are over, while the sweep deletes them."""
    kept = 0
    for _ in range(ROUNDS):
        counted = counted_by(name="bob", account="bob", address="192.0.2.1", browser="")
        begin_try(counted, now=timezone.now() - timedelta(hours=1))
        now = timezone.now()
        at_once(
            partial(begin_try, counted, now=now),
            partial(clean_up, now=now),
            partial(clean_up, now=now),
        )
        tries = [len(row.trying_at) for row in SignInCount.objects.all()]
        kept += tries == [1, 1, 1]
        SignInCount.objects.all().delete()
    return {"rounds": ROUNDS, "with the try": kept}


def odd() -> dict[str, int]:
    """Send names that one of the databases cannot store, or that are too long for the column."""
    names = ["x" * 256, "x" * 100_000, "a\0b", "\ud800", "\U0001f600"]
    return outcomes([partial(attempt, name, "192.0.2.1") for name in names])


def attempt(who: str, where: str, password: str = WRONG) -> str:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = where
    try:
        found = authenticate(request, username=who, password=password)
    except SignInLimited:
        return "limited"
    return "let in" if found else "refused"


def outcomes(works: list[Callable[[], str]]) -> dict[str, int]:
    """Run them at once; return how each ended, and what was hashed and logged."""
    with (
        counted(PBKDF2PasswordHasher, "encode") as hashed,
        counted(sign_in_log, "limit_closed") as closed,
    ):
        ended = Counter(at_once(*works))
    return {**ended, "hashed": len(hashed), "closed": len(closed)}


def added(*found: dict[str, int]) -> dict[str, int]:
    return dict(sum((Counter(each) for each in found), Counter()))


@contextmanager
def counted(owner: Any, function: str) -> Iterator[list[int]]:
    """Collect a mark for each call of a function, from whichever thread."""
    calls: list[int] = []
    original = getattr(owner, function)

    def noted(*args: Any, **kwargs: Any) -> Any:
        calls.append(threading.get_ident())
        return original(*args, **kwargs)

    setattr(owner, function, noted)
    try:
        yield calls
    finally:
        setattr(owner, function, original)


def run() -> None:
    """Run every race and write what came of it to stdout."""
    PBKDF2PasswordHasher.iterations = 20_000
    results: dict[str, Any] = {"upgrade": upgrade()}
    user("bob")
    for race in (pair, name, address, right, odd, swept):
        SignInCount.objects.all().delete()
        results[race.__name__] = race()
    json.dump(results, sys.stdout)
