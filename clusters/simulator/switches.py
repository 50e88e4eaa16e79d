"""The switches that inject faults, and their values as JSON (docs/simulator.md)."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, TypeVar

from clusters.simulator.create_faults import (
    CreateFault,
    UnknownFault,
    read_create_fault,
)

_Kind = TypeVar("_Kind", bound=StrEnum)
_MAX_REPEATS = 1_000


class NextCreate(StrEnum):
    """The fault of the next create with a valid token."""

    LOST_AFTER = "lost_after"
    """The cluster is created, and the connection is closed without a response."""
    LOST_BEFORE = "lost_before"
    """The request is read, nothing is created, and the connection is closed."""
    REFUSED = "refused"
    """The response is CSS.1112: the quota is used up."""
    FAILS_303 = "fails_303"
    """The create is accepted, and the creation ends with status 303 and a reason."""

    @property
    def fault(self) -> CreateFault:
        """The same fault as a `CreateFault`."""
        return read_create_fault(_AMONG_FAULTS[self])


_AMONG_FAULTS: Final = {
    NextCreate.LOST_AFTER: "close_after",
    NextCreate.LOST_BEFORE: "close",
    NextCreate.REFUSED: "refuse:CSS.1112",
    NextCreate.FAILS_303: "fails_303",
}


class ListFaultKind(StrEnum):
    """What the list of clusters returns instead of the correct response."""

    SERVER_ERROR = "500"
    HTML = "html"
    BRACES = "{}"
    EMPTY = "empty"
    OTHER_PROJECT = "other_project"
    DEFAULT_ENTERPRISE_PROJECT = "default_enterprise_project"


class Rejection(StrEnum):
    """How often the gateway rejects a valid token."""

    ONCE = "once"
    FOR_EVER = "for_ever"


@dataclass(frozen=True, kw_only=True)
class ListFault:
    """A fault of the list for ``times`` requests; None for an unlimited number."""

    kind: ListFaultKind
    times: int | None = None


@dataclass(frozen=True, kw_only=True)
class Switches:
    """
    The value of every switch; the defaults inject no fault.

    Requests use these up: ``next_create``, ``create``, ``list_answer`` with a number of
    times, ``reject_tokens`` with "once", ``delete_between_pages``.
    """

    next_create: NextCreate | None = None
    create: tuple[CreateFault, ...] = ()
    every_create: CreateFault | None = None
    list_answer: ListFault | None = None
    list_lag_seconds: float | None = None
    list_limit_cap: int | None = None
    network_limit_cap: int | None = None
    delete_between_pages: str | None = None
    drop_tags: bool = False
    allow_equal_names: bool = False
    slow_seconds: float | None = None
    throttle: float | None = None
    outage: int | None = None
    reject_tokens: Rejection | None = None
    token_seconds: float | None = None
    quota: int | None = None
    sold_out: str | None = None
    stuck_at: int | None = None
    narrowed_to: str | None = None
    role: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the switches that differ from their defaults, and always next_create."""
        shown = {each.name: getattr(self, each.name) for each in fields(self)}
        default = Switches()
        return {
            name: _written(value)
            for name, value in shown.items()
            if name == "next_create" or value != getattr(default, name)
        }


def read_switches(wanted: Mapping[str, object]) -> dict[str, object]:
    """
    Return the parsed values of switches, by the field names of `Switches`.

    :param wanted: values as in JSON; None resets a switch to its default
    :raises UnknownFault: with a message for a person
    """
    unknown = sorted(set(wanted) - set(_READERS))
    if unknown or not wanted:
        named = ", ".join(unknown) or "nothing"
        known = ", ".join(_READERS)
        raise UnknownFault(f"The switches are {known}; this names {named:.200}.")
    default = Switches()
    return {
        name: getattr(default, name) if value is None else _READERS[name](name, value)
        for name, value in wanted.items()
    }


def _written(value: object) -> object:
    match value:
        case CreateFault():
            return value.written
        case tuple():
            return [_written(each) for each in value]
        case ListFault(kind=kind, times=None):
            return kind
        case ListFault(kind=kind, times=times):
            return {"answer": kind, "times": times}
    return value


def _next_create(name: str, value: object) -> NextCreate:
    return _one_of(NextCreate, name, value)


def _rejection(name: str, value: object) -> Rejection:
    return _one_of(Rejection, name, value)


def _one_of(kind: type[_Kind], name: str, value: object) -> _Kind:
    if isinstance(value, str) and value in tuple(kind):
        return kind(value)
    known = ", ".join(kind)
    raise UnknownFault(f"{name} is one of {known}, not {value!r:.80}.")


def _queue(name: str, value: object) -> tuple[CreateFault, ...]:
    if not isinstance(value, list):
        raise UnknownFault(f"{name} is a list, one fault for each create.")
    faults: list[CreateFault] = []
    for each in value:
        wanted, times = _counted(name, each, "fault")
        faults += [read_create_fault(wanted)] * (times or 1)
    if len(faults) > _MAX_REPEATS:
        raise UnknownFault(f"{name} holds at most {_MAX_REPEATS} faults.")
    return tuple(faults)


def _create_fault(_: str, value: object) -> CreateFault:
    return read_create_fault(value)


def _list_fault(name: str, value: object) -> ListFault:
    kind, times = _counted(name, value, "answer")
    return ListFault(kind=_one_of(ListFaultKind, name, kind), times=times)


def _counted(name: str, value: object, key: str) -> tuple[object, int | None]:
    """Read ``"x"`` or ``{key: "x", "times": 3}``."""
    if not isinstance(value, dict):
        return value, None
    if set(value) != {key, "times"}:
        raise UnknownFault(f'{name} is counted as {{"{key}": …, "times": 3}}.')
    return value[key], _whole("times", value["times"], range(1, _MAX_REPEATS + 1))


def read_seconds(name: str, value: object) -> float:
    """
    Return a number of seconds, finite and not negative.

    :raises UnknownFault: if the value is anything else
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnknownFault(f"{name} is a number of seconds, not {value!r:.80}.")
    if not (math.isfinite(value) and value >= 0):
        raise UnknownFault(f"{name} is not negative and ends some day.")
    return float(value)


def _yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise UnknownFault(f"{name} is true or false, not {value!r:.80}.")
    return value


def _text(name: str, value: object) -> str:
    if not (isinstance(value, str) and re.fullmatch(r"\S{1,128}", value)):
        raise UnknownFault(f"{name} is a name, not {value!r:.80}.")
    return value


def _whole(name: str, value: object, within: range) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in within:
        ends = f"from {within[0]} to {within[-1]}"
        raise UnknownFault(f"{name} is a whole number {ends}, not {value!r:.80}.")
    return value


def _whole_within(first: int, last: int) -> Callable[[str, object], int]:
    return lambda name, value: _whole(name, value, range(first, last + 1))


_READERS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "next_create": _next_create,
    "create": _queue,
    "every_create": _create_fault,
    "list_answer": _list_fault,
    "list_lag_seconds": read_seconds,
    "list_limit_cap": _whole_within(1, 1_000),
    "network_limit_cap": _whole_within(1, 2_000),
    "delete_between_pages": _text,
    "drop_tags": _yes_or_no,
    "allow_equal_names": _yes_or_no,
    "slow_seconds": read_seconds,
    "throttle": read_seconds,
    "outage": _whole_within(500, 599),
    "reject_tokens": _rejection,
    "token_seconds": read_seconds,
    "quota": _whole_within(0, 10_000),
    "sold_out": _text,
    "stuck_at": _whole_within(0, 99),
    "narrowed_to": _text,
    "role": _text,
}
