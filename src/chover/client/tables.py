"""The tables that this client shares with the web client: JavaScript modules whose values are JSON.

They are modules because a page can load those without a build step, offline, and in old browsers. Names of entries may
stand without quotes, and a comma behind the last one, as they do where a page alone read a table at first.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final, TypeVar

import msgspec

Table = TypeVar("Table")
_BARE: Final = re.compile(r"^(\s*)(\w+):", re.MULTILINE)
_TRAILING: Final = re.compile(r",(\s*\n\s*[\]}])")


def load(name: str, of: type[Table], export: str = "") -> Table:
    """A value of src/chover/web/tables/``name``.js: the only one, or ``export``.

    Raises msgspec.DecodeError for invalid ones.
    """
    text = files("chover").joinpath("web", "tables", f"{name}.js").read_text(encoding="utf-8")
    # A text in it has no line break, so that the first end of a statement is that of the value.
    value = text.partition(f"{export} = ")[2].partition(";\n")[0]
    return msgspec.json.decode(_TRAILING.sub(r"\1", _BARE.sub(r'\1"\2":', value)), type=of)
