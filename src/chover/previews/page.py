"""What a page says about itself: Open Graph (https://ogp.me), Twitter cards, ``<title>`` and the description.

No document is built and no script is run. Only some tags near the beginning are read, each up to a length, so that the
time is linear in the length of the page, whatever is in it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

TITLE_CHARS: Final = 200
DESCRIPTION_CHARS: Final = 300
SITE_CHARS: Final = 80
URL_CHARS: Final = 1500
MOST_TAGS: Final = 200
_HEAD_BYTES: Final = 2048
"""Within so many bytes a page says its encoding (https://html.spec.whatwg.org/#determining-the-character-encoding)."""
_TAG: Final = re.compile(r"<(meta|title)\b", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"""\s*+([a-z][a-z:_-]{0,40}+)(?:\s*+=\s*+("[^"]{0,4000}+"|'[^']{0,4000}+'|[^\s"'<>=`]{1,2000}+))?+|\s*+/?+(>)""",
    re.IGNORECASE,
)
_MOST_ATTRIBUTES: Final = 20
_CHARSET: Final = re.compile(rb"""<meta\b[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_ENCODINGS: Final = re.compile(
    r"utf-?8|us-ascii|iso-?8859-\d{1,2}|latin-?1|windows-125\d|gb18030|gbk|gb2312|big5|euc-jp|shift_jis|euc-kr|koi8-[ru]",
    re.IGNORECASE,
)
"""Python knows others, some of which are slow to decode or no encodings of text."""
_HARMFUL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_TITLES: Final = ("og:title", "twitter:title", "title")
_DESCRIPTIONS: Final = ("og:description", "twitter:description", "description")
_PICTURES: Final = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")


class PageFacts(NamedTuple):
    """Empty where a page says nothing. ``picture`` is an absolute address."""

    title: str
    description: str
    site: str
    picture: str


def facts_in(body: bytes, charset: str, url: str) -> PageFacts:
    """What the page at ``url`` says; ``charset`` is that of its Content-Type, or empty."""
    said = _said(_decoded(body, charset))
    title = _first(said, _TITLES, TITLE_CHARS)
    description = _first(said, _DESCRIPTIONS, DESCRIPTION_CHARS)
    site = _first(said, ("og:site_name",), SITE_CHARS) or (urlsplit(url).hostname or "").removeprefix("www.")
    return PageFacts(title, description if description != title else "", site, _picture(said, url))


def _decoded(body: bytes, charset: str) -> str:
    found = _CHARSET.search(body[:_HEAD_BYTES])
    named = charset or (found[1].decode("ascii") if found else "")
    return body.decode(named if _ENCODINGS.fullmatch(named) else "utf-8", errors="replace")


def _said(text: str) -> dict[str, str]:
    """The contents of its meta elements by name, and of its title. What is said first counts."""
    found: dict[str, str] = {}
    for number, tag in enumerate(_TAG.finditer(text)):
        if number >= MOST_TAGS:
            break
        if tag[1].lower() == "title":
            found.setdefault("title", _title(text, tag.end()))
        else:
            attributes = dict(_attributes(text, tag.end()))
            name = attributes.get("property") or attributes.get("name", "")
            if attributes.get("content"):
                found.setdefault(name.lower(), attributes["content"])
    return found


def _title(text: str, at: int) -> str:
    begin = text.find(">", at, at + 500) + 1
    end = text.find("<", begin, begin + 2000) if begin else -1
    return html.unescape(text[begin:end]) if end > 0 else ""


def _attributes(text: str, at: int) -> Iterator[tuple[str, str]]:
    for _ in range(_MOST_ATTRIBUTES):
        found = _ATTRIBUTE.match(text, at)
        if found is None or found[3]:
            return
        at = found.end()
        yield found[1].lower(), html.unescape((found[2] or "").strip("\"'"))


def _first(said: Mapping[str, str], names: tuple[str, ...], most: int) -> str:
    """The first of these that says something, on one line without anything that could turn or hide text."""
    for name in names:
        words = " ".join(_HARMFUL.sub(" ", said.get(name, "")[: 4 * most]).split())
        if words:
            return words if len(words) <= most else words[: most - 1].rstrip() + "…"
    return ""


def _picture(said: Mapping[str, str], url: str) -> str:
    for name in _PICTURES:
        try:
            address = urljoin(url, said.get(name, "").strip()) if said.get(name) else ""
        except ValueError:
            continue
        if address.startswith(("https://", "http://")) and len(address) <= URL_CHARS and address.isascii():
            return address
    return ""
