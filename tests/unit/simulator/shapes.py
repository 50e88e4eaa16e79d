"""Compares JSON values by their keys and types only."""

from typing import Any


def shape(value: Any) -> Any:
    """Return keys and types of a JSON value; a list has each shape of its entries once."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        shapes: list[Any] = []
        for each in map(shape, value):
            if each not in shapes:
                shapes.append(each)
        return shapes
    return type(value)
