"""
Rules about the security mode and the administrator's password.

Source: CSS API Reference, Creating a Cluster (v1.0 and v2.0; addresses in
`clusters.rules`), parameters ``authorityEnable``, ``httpsEnable`` and ``adminPwd``. The
password is no part of a spec, so `password` takes it alone. No message repeats one; at most
it names single characters that are not allowed.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec
from clusters.domain.catalog import Catalog
from clusters.rules.problem import Problem, listed, problem, spelled

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHORTEST: Final = 8
LONGEST: Final = 32
"""Characters of a password."""
SPECIAL: Final = "~!@#$%&*()-_=[{}];:,<.>/?|"
"""Special characters that both versions take; v1.0 alone takes ``^``, ``+`` and ``\\`` too."""
MIN_CLASSES: Final = 3
"""How many of upper case, lower case, digits and special characters a password has."""

_CLASSES: Final = (
    re.compile("[A-Z]"),
    re.compile("[a-z]"),
    re.compile("[0-9]"),
    re.compile(f"[{re.escape(SPECIAL)}]"),
)
_ALLOWED: Final = re.compile(f"[A-Za-z0-9{re.escape(SPECIAL)}]")
_CHINESE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_MOST_NAMED: Final = 5
"""How many characters that are not allowed a message names."""

_SECURITY_SINCE: Final = (6, 5, 4)
"""First Elasticsearch with a security mode (CSS.5169 before); OpenSearch always has it."""

_SHORTEST_NAME: Final = 3
"""A shorter name occurs in a password by chance."""
_WEAK_WORDS: Final = frozenset(
    {
        "abc", "abcd", "abcdef", "administrator", "admin", "adminadmin", "asdf",
        "asdfgh", "changeme", "cloud", "cluster", "default", "dragon", "elastic",
        "elasticsearch", "football", "guest", "hello", "huawei", "huaweicloud",
        "iloveyou", "kibana", "letmein", "login", "master", "monkey", "opensearch",
        "pass", "passwd", "password", "princess", "qazwsx", "qwer", "qwert", "qwerty",
        "qwertyuiop", "root", "secret", "shadow", "sunshine", "superuser", "system",
        "test", "trustno", "user", "welcome", "zaqwsx", "zxcvbn", "zxcvbnm",
    }
)  # fmt: skip
"""Words that make a weak password together with digits and special characters only."""
_DISGUISES: Final = str.maketrans("@4031$57!|", "aaoeisstil")
"""Characters that often stand for a letter: ``P@ssw0rd`` is ``password``."""
_ENDS: Final = re.compile(r"^[^a-z]+|[^a-z]+$")


def engine(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """Check that the engine has a security mode: Elasticsearch has it from 6.5.4 on."""
    if spec.security is None or spec.datastore is None:
        return
    version = _version(spec.datastore.version)
    if spec.datastore.type == "elasticsearch" and () < version < _SECURITY_SINCE:
        yield problem(
            "security_mode",
            _(
                "Elasticsearch {version} has no security mode. Choose 6.5.4 or newer, or"
                " leave it off."
            ),
            version=spec.datastore.version,
        )


def password(value: str, *, names: Iterable[str]) -> Iterator[Problem]:
    """
    Check a password that a person has typed.

    8 to 32 characters of three classes (CSS.0050, CSS.0066), and none that the cloud's own
    list of weak ones may hold (CSS.2026).

    :param names: names of the cluster and the person, which it must not contain
    """
    messages = (_length(value), _characters(value), _classes(value))
    if found := [each for each in messages if each]:
        yield from (Problem(field="admin_password", message=each) for each in found)
    elif message := _weakness(value.lower(), [name.lower() for name in names]):
        yield problem("admin_password", message)


def _length(value: str) -> "str | _StrPromise | None":
    if SHORTEST <= len(value) <= LONGEST:
        return None
    return problem(
        "admin_password",
        _("The password has {count} characters. Use {shortest} to {longest}."),
        count=len(value),
        shortest=SHORTEST,
        longest=LONGEST,
    ).message


def _characters(value: str) -> "str | _StrPromise | None":
    wrong = dict.fromkeys(_named(each) for each in value if not _ALLOWED.match(each))
    if not wrong:
        return None
    return problem(
        "admin_password",
        _(
            "The password contains {wrong}. Use letters a to z, digits and these: {special}"
        ),
        wrong=listed([*wrong][:_MOST_NAMED]),
        special=SPECIAL,
    ).message


def _named(character: str) -> "str | _StrPromise":
    return _("Chinese characters") if _CHINESE.match(character) else spelled(character)


def _classes(value: str) -> "str | _StrPromise | None":
    if sum(bool(each.search(value)) for each in _CLASSES) >= MIN_CLASSES:
        return None
    return problem(
        "admin_password",
        _(
            "Use at least three kinds of characters: upper case, lower case, digits,"
            " special characters."
        ),
    ).message


def _weakness(value: str, names: list[str]) -> "str | _StrPromise | None":
    """Return why somebody would guess a password, in lower case as all names are."""
    long_names = [name for name in names if len(name) >= _SHORTEST_NAME]
    if any(name in value or name[::-1] in value for name in long_names):
        return _(
            "The password contains the cluster's name or yours, or one of them backwards."
            " Choose another one."
        )
    if (_cores(value) | _cores(value[::-1])) & _WEAK_WORDS:
        return _("The password is easy to guess. Choose another one.")
    return None


def _cores(value: str) -> set[str]:
    """Return what is left without digits and special characters at both ends."""
    plain = _ENDS.sub("", value)
    undisguised = _ENDS.sub("", value.translate(_DISGUISES))
    return {plain, plain.translate(_DISGUISES), undisguised}


def _version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version; () if it has others than numbers."""
    parts = text.split(".")
    return tuple(map(int, parts)) if all(map(str.isdecimal, parts)) else ()
