"""Requests with headers that our code can always read, whatever a peer wrote in them."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, Final

from aiohttp import hdrs, web
from aiohttp.helpers import parse_content_type
from aiohttp.http_parser import RawRequestMessage
from multidict import CIMultiDict, CIMultiDictProxy

Factory = Callable[..., web.BaseRequest]


def legible(factory: Factory) -> Factory:
    """The same factory for requests, but their headers are valid text, and their dates are valid dates."""

    def make(message: RawRequestMessage, *rest: Any) -> web.BaseRequest:
        headers = mended(message.headers)
        return factory(message if headers is None else message._replace(headers=CIMultiDictProxy(headers)), *rest)

    return make


def mended(headers: CIMultiDictProxy[str]) -> CIMultiDict[str] | None:
    """Replacements for headers that cannot be read; None if all of them can.

    Bytes that are not UTF-8 become U+FFFD, which occurs in no password and no address (aiohttp keeps them as lone
    surrogates, which cannot be encoded). An invalid date is treated as absent (RFC 9110, 13.1.3),
    and so is a media type that aiohttp cannot read.
    """
    broken = [name for name, reads in _READ.items() if name in headers and not reads(headers[name])]
    if not broken and all(map(_is_readable, headers.keys(), headers.values())):
        return None
    return CIMultiDict((name, _readable(name, value)) for name, value in headers.items() if name not in broken)


def _readable(name: str, value: str) -> str:
    if name == hdrs.SEC_WEBSOCKET_KEY:
        # aiohttp expects only valid characters in this Base64.
        return value.encode("ascii", "replace").decode()
    return value.encode(errors="surrogateescape").decode(errors="replace")


def _is_readable(name: str, value: str) -> bool:
    return value.isascii() or _readable(name, value) == value


def _is_date(value: str) -> bool:
    try:
        parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return False
    return True


def _is_media_type(value: str) -> bool:
    try:
        parse_content_type(value)
    except Exception:  # noqa: BLE001 - it parses by the standard library's email package, which raises what it meets
        return False
    return True


_READ: Final[dict[str, Callable[[str], bool]]] = {
    hdrs.IF_MODIFIED_SINCE: _is_date,
    hdrs.IF_UNMODIFIED_SINCE: _is_date,
    hdrs.CONTENT_TYPE: _is_media_type,
}
"""The fields that aiohttp takes apart by itself, and whether it can."""
