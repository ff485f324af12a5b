"""Reads catalogues as gettext writes them (https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html).

The standard library reads only compiled ones. These are compiled in memory, so that nothing has to be built before a
checkout runs, and nothing compiled can be older than its source.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_FIELD: Final = re.compile(r'(?:(?P<name>msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+)?(?P<text>".*")\s*$')
_MAGIC: Final = 0x950412DE


class Translation(NamedTuple):
    text: str
    """The English text; empty for the header."""
    plural: str
    """The English text for any number but 1; empty for a text that does not depend on one."""
    forms: tuple[str, ...]
    """The translation, or its forms for numbers."""
    files: tuple[str, ...]
    """The sources that use it."""


class NoCatalogue(ValueError):
    """A catalogue has a line that is none."""


def read(text: str) -> Iterator[Translation]:
    """Yield what is translated in full and not marked as fuzzy. Raises ``NoCatalogue``."""
    for block in re.split(r"\n[ \t]*\n", text):
        entry = _entry(block.splitlines())
        if entry and all(entry.forms):
            yield entry


def _entry(lines: list[str]) -> Translation | None:
    fields: dict[str, str] = {}
    files: list[str] = []
    name = ""
    for line in lines:
        if line.startswith("#:"):
            files += line[2:].split()
        elif line.startswith("#,") and "fuzzy" in line:
            return None
        elif line.strip() and not line.startswith("#"):
            name, part = _field(line, name)
            fields[name] = fields.get(name, "") + part
    if "msgid" not in fields:
        return None
    forms = tuple(fields[each] for each in sorted(fields) if each.startswith("msgstr"))
    return Translation(fields["msgid"], fields.get("msgid_plural", ""), forms, tuple(files))


def _field(line: str, name: str) -> tuple[str, str]:
    found = _FIELD.match(line)
    if not found or not (found["name"] or name):
        raise NoCatalogue(f"this is no line of a catalogue: {line}")
    try:
        return found["name"] or name, json.loads(found["text"])
    except ValueError:
        raise NoCatalogue(f"this is no text of a catalogue: {line}") from None


def compiled(entries: Iterable[Translation]) -> bytes:
    """The same as a binary catalogue (https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html)."""
    texts = sorted((_key(entry).encode(), "\0".join(entry.forms).encode()) for entry in entries)
    at = 28 + 16 * len(texts)
    tables: list[bytes] = []
    strings: list[bytes] = []
    for column in zip(*texts, strict=True):
        for each in column:
            tables.append(struct.pack("<2I", len(each), at))
            strings.append(each + b"\0")
            at += len(each) + 1
    head = struct.pack("<7I", _MAGIC, 0, len(texts), 28, 28 + 8 * len(texts), 0, 28)
    return b"".join([head, *tables, *strings])


def _key(entry: Translation) -> str:
    return f"{entry.text}\0{entry.plural}" if entry.plural else entry.text
