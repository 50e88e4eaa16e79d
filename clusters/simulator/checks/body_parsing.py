"""Parses the body of a create and reads typed values from it."""

import json
from typing import Any, NoReturn

from clusters.simulator.refusals import css_refusal, invalid_parameter

JsonObject = dict[str, Any]


def read_cluster_block(raw: bytes) -> JsonObject:
    """
    Return the object under the key "cluster".

    :raises CssRefusal: CSS.0001 if the body is not JSON of this shape,
        CSS.5039 if a key occurs twice
    """
    try:
        body = json.loads(
            raw, object_pairs_hook=_reject_duplicate_keys, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise invalid_parameter("the body is not JSON") from None
    if not isinstance(body, dict) or not isinstance(body.get("cluster"), dict):
        raise invalid_parameter("cluster")
    cluster: JsonObject = body["cluster"]
    return cluster


def reject_unknown_keys(block: JsonObject, known: frozenset[str]) -> None:
    """:raises CssRefusal: CSS.5037 for the first key that is not documented."""
    for key in block:
        if key not in known:
            raise css_refusal("CSS.5037", f"The parameter is unknown. ({key:.80})")


def object_value(parent: JsonObject, key: str) -> JsonObject | None:
    """Return an optional object, or None; CSS.0001 for null and other types."""
    if key not in parent:
        return None
    block = parent[key]
    if not isinstance(block, dict):
        raise invalid_parameter(key)
    return block


def text_value(parent: JsonObject, key: str, default: str | None = None) -> str:
    """Return a string; CSS.0001 if it is absent without a default, or another type."""
    value = parent.get(key, default)
    if not isinstance(value, str):
        raise invalid_parameter(key)
    return value


def bool_value(parent: JsonObject, key: str) -> bool:
    """Return an optional boolean, False by default; CSS.0001 for other types."""
    value = parent.get(key, False)
    if not isinstance(value, bool):
        raise invalid_parameter(key)
    return value


def is_integer(value: object) -> bool:
    """Whether the value is a JSON integer; true and 3.0 are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> JsonObject:
    block = dict(pairs)
    if len(block) != len(pairs):
        raise css_refusal("CSS.5039", "A parameter is given twice.")
    return block


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
