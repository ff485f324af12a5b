"""Who asks for something over HTTP: an account by its password or a device token, or a guest."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from aiohttp import hdrs, web

from chover.edge.hall import Hall
from chover.edge.web import who
from chover.edge.web.answers import plain
from chover.engine.ids import UserId
from chover.ports import Denied

GUEST: Final = UserId("")
REALM: Final = 'Basic realm="chover", charset="UTF-8"'
PAGES_REALM: Final = 'Bearer realm="chover"'
"""Asked by Basic a browser would open a window for a password, and the page would wait for it."""


class Unknown(Exception):
    """Says why."""


def unknown(request: web.BaseRequest, reason: object) -> web.Response:
    """The answer to somebody who must say who they are, or said it wrong."""
    return plain(401, str(reason), WWW_Authenticate=PAGES_REALM if hdrs.ORIGIN in request.headers else REALM)


async def account_of(hall: Hall, request: web.BaseRequest) -> UserId:
    """The account that asks, or GUEST for somebody who does not say (RFC 7617, RFC 6750). Raises Unknown."""
    scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if not scheme:
        return GUEST
    peer = who.peer(hall, request)
    try:
        match scheme.lower():
            case "basic":
                name, password = _basic(given)
                login = await hall.host.accounts.check(name, password, peer)
            case "bearer":
                login = await hall.host.accounts.bearer(given.strip(), peer)
            case _:
                raise Unknown("Say who you are by Basic (account, password or device token) or Bearer (device token)")
    except Denied as denied:
        raise Unknown(str(denied)) from denied
    return login.account.id


def _basic(given: str) -> tuple[str, str]:
    try:
        name, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = ""
    if not colon:
        raise Unknown("Basic is account:password in Base64")
    return name, password
