"""Where something stands in a file of settings: TOML is read without line numbers, and people want one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

_HEADER: Final = re.compile(r"\s*\[\s*([\w.\-\s\"']+?)\s*\]\s*(?:#.*)?")
_ENTRY: Final = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+))\s*=""")


def line_of(text: str, table: str, name: str) -> int:
    """The number of the line where a name of a table ("" for none) is set, from 1; 0 if it is not found."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header, entry = _HEADER.fullmatch(line), _ENTRY.match(line)
        if header:
            current = header[1].replace(" ", "")
        elif entry and current == table and name in _names(entry):
            return number
    return 0


def _names(entry: re.Match[str]) -> tuple[str, ...]:
    quoted, literal, bare = entry.groups()
    return (quoted, json.loads(f'"{quoted}"') if "\\" in quoted else quoted) if quoted else (literal or bare,)


def texts(name: str, explained: str, rows: Iterable[str]) -> Iterable[str]:
    """The lines of an array of any texts."""
    return ["", f"# {explained}", f"{name} = [", *(f"  {json.dumps(row, ensure_ascii=False)}," for row in rows), "]"]


def table(name: str, explained: str, rows: Mapping[str, str]) -> Iterable[str]:
    """The lines of a table whose keys and values are any text."""
    # A string of JSON is a string of TOML.
    entries = [
        f"{json.dumps(key, ensure_ascii=False)} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in rows.items()
    ]
    return ["", f"# {explained}", f"[{name}]", *entries]
