"""Web addresses in a text. ``web/text.js`` finds the same ones: tests/links.json checks both clients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_STOPS: Final = "。、，！？；：「」『』【】《》〈〉｡､"
"""In texts written without spaces, these end an address anywhere; inside addresses they are percent-encoded."""
_FOUND: Final = re.compile(
    rf"(?<![A-Za-z0-9_])https?://[^\s<>\"\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069{_STOPS}]+", re.IGNORECASE
)
_TRAILING: Final = ".,;:!?'*~`|…‥．—–؟،؛۔।॥։።"
"""Punctuation that may follow an address; the underscore is not included, because addresses end in it."""
_PAIRS: Final = dict(zip(")]}）］｝»›”’", "([{（［｛«‹“‘", strict=True))
_LONGEST: Final = 2000
_KEPT: Final = "!#$%&'()*+,/:;=?@[]~-._"
"""The characters of an address (RFC 3986); others are percent-encoded."""


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Each address: its start, its end, and its target in ASCII, as OSC 8 requires."""
    for found in _FOUND.finditer(text):
        # What is far too long is not even trimmed: each step of that looks at all of it.
        address = _trimmed(found[0]) if len(found[0]) <= 2 * _LONGEST else found[0]
        target = _target(address) if len(address) <= _LONGEST else ""
        if target:
            yield found.start(), found.start() + len(address), target


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it, and brackets that were opened before it."""
    while address:
        last = address[-1]
        unmatched = last in _PAIRS and address.count(_PAIRS[last]) < address.count(last)
        if not unmatched and last not in _TRAILING:
            break
        address = address[:-1]
    return address


def _target(address: str) -> str:
    """The target; empty if it leads nowhere."""
    try:
        parts = urlsplit(address)
        if not parts.hostname:
            return ""
        if address.isascii():
            return address
        host = parts.netloc.encode("idna").decode("ascii")
    except ValueError:
        return ""
    path, query, fragment = (quote(part, safe=_KEPT) for part in parts[2:])
    return urlunsplit((parts.scheme, host, path, query, fragment))


# ---- links to messages, as web/places.js makes them; tests/places.json checks both

SITE: Final = "chover.chat/WEB"
"""The token of 005 with the address of the web client."""
_LINK_ENDS: Final = re.compile(r"[.~]|_$")


def fragment(name: str, msgid: str) -> str:
    """The part of an address that names a message: what could end a link in a text is escaped."""
    return f"#/c/{_escaped(name)}/{_escaped(msgid)}"


def _escaped(part: str) -> str:
    return _LINK_ENDS.sub(lambda found: f"%{ord(found[0]):X}", quote(part, safe=""))
