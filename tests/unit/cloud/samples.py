"""The samples of tests/data/huawei, read from disk."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "data" / "huawei"


def sample(name: str) -> Any:
    """Return the JSON of one sample, given without its suffix."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
