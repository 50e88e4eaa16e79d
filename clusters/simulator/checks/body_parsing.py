"""From the bytes of a create to its cluster block and the values in it."""

import json
from typing import Any, NoReturn

from clusters.simulator.refusals import css_refusal, incorrect

Block = dict[str, Any]


def read_cluster_block(raw: bytes) -> Block:
    """
    Return what stands under "cluster".

    :raises CssRefusal: CSS.0001 if it is not JSON of this shape, CSS.5039 if a key is
        there twice
    """
    try:
        body = json.loads(
            raw, object_pairs_hook=_without_twins, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise incorrect("the body is not JSON") from None
    if not isinstance(body, dict) or not isinstance(body.get("cluster"), dict):
        raise incorrect("cluster")
    cluster: Block = body["cluster"]
    return cluster


def only(block: Block, known: frozenset[str]) -> None:
    """Refuse what no document knows: CSS.5037 for the first such key."""
    for key in block:
        if key not in known:
            raise css_refusal("CSS.5037", f"The parameter is unknown. ({key:.80})")


def block_of(parent: Block, key: str) -> Block | None:
    """Return an optional object; null counts as wrong, not as absent."""
    if key not in parent:
        return None
    block = parent[key]
    if not isinstance(block, dict):
        raise incorrect(key)
    return block


def text_of(parent: Block, key: str, default: str | None = None) -> str:
    """Return a text; CSS.0001 where it is missing without a default, or no text."""
    value = parent.get(key, default)
    if not isinstance(value, str):
        raise incorrect(key)
    return value


def flag_of(parent: Block, key: str) -> bool:
    """Return an optional true or false; a text "true" is wrong."""
    value = parent.get(key, False)
    if not isinstance(value, bool):
        raise incorrect(key)
    return value


def is_whole_number(value: object) -> bool:
    """Whether this is a JSON integer; true and 3.0 are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def _without_twins(pairs: list[tuple[str, Any]]) -> Block:
    block = dict(pairs)
    if len(block) != len(pairs):
        raise css_refusal("CSS.5039", "A parameter is given twice.")
    return block


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
