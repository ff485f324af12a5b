"""The addresses of messages in the web client, as web/places.js makes them; tests/places.json checks both."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

SITE: Final = "chover.chat/WEB"
"""The token of 005 with the address of the web client."""
_EXTRA: Final = re.compile(r"[.~]|_$")


def fragment(name: str, msgid: str) -> str:
    """The part of an address that names a message: what could end a link in a text is escaped."""
    return f"#/c/{_escaped(name)}/{_escaped(msgid)}"


def _escaped(part: str) -> str:
    return _EXTRA.sub(lambda found: f"%{ord(found[0]):X}", quote(part, safe=""))
