"""The tables that this client shares with the web client: JavaScript modules whose only value is strict JSON.

They are modules because a page can load those without a build step, offline, and in old browsers.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

import msgspec

Table = TypeVar("Table")


def load(name: str, of: type[Table]) -> Table:
    """The value of src/chover/web/tables/``name``.js. Raises msgspec.DecodeError for invalid ones."""
    text = files("chover").joinpath("web", "tables", f"{name}.js").read_text(encoding="utf-8")
    value = text.partition(" = ")[2].strip().removesuffix(";")
    return msgspec.json.decode(value, type=of)
