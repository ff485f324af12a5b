"""Addresses of the web in a text. ``web/text.js`` finds the same: tests/links.json holds both clients to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_STOPS: Final = "。、，！？；：「」『』【】《》〈〉｡､"
"""Where texts are written without blanks these end an address wherever they stand; addresses have them in percents."""
_FOUND: Final = re.compile(
    rf"(?<![A-Za-z0-9_])https?://[^\s<>\"\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069{_STOPS}]+", re.IGNORECASE
)
_TRAILING: Final = ".,;:!?'*~`…‥．—–؟،؛۔।॥։።"
"""What ends a sentence or emphasizes a word; never the underscore, which addresses end in."""
_PAIRS: Final = dict(zip(")]}）］｝»›”’", "([{（［｛«‹“‘", strict=True))
_LONGEST: Final = 2000
_KEPT: Final = "!#$%&'()*+,/:;=?@[]~-._"
"""What an address is made of (RFC 3986); anything else is written in percents."""


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Each one: from where to where, and where it leads, in ASCII as OSC 8 wants it."""
    for found in _FOUND.finditer(text):
        address = _trimmed(found[0])
        target = _target(address) if len(address) <= _LONGEST else ""
        if target:
            yield found.start(), found.start() + len(address), target


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence that it stands in, and brackets that were opened before it."""
    while address:
        last = address[-1]
        unmatched = last in _PAIRS and address.count(_PAIRS[last]) < address.count(last)
        if not unmatched and last not in _TRAILING:
            break
        address = address[:-1]
    return address


def _target(address: str) -> str:
    """Nothing where it leads nowhere."""
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
