"""The account that a request is sent for, from its Authorization header.

It is Basic (name and password, or device token) or Bearer (token).
https://soju.im/filehost asks for the same credentials as SASL. It is used by routes that require a login.
"""

from __future__ import annotations

import base64
from typing import Final

from aiohttp import hdrs, web

from chover.edge.listener_context import ListenerContext
from chover.edge.web import client_address
from chover.edge.web.answers import plain
from chover.ports import Denied, Login

ASK: Final = 'Basic realm="chat", charset="UTF-8"'
TOO_OFTEN: Final = "RATE_LIMITED"
RETRY_SECONDS: Final = 30
ASK_PAGE: Final = 'Bearer realm="chat"'
"""If it were asked for Basic, a browser would open a dialog for a password, and the page would wait for it."""


async def login_of(shared: ListenerContext, request: web.BaseRequest) -> Login | None:
    """The login of a request; None without credentials. Raises Denied for wrong ones."""
    scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    peer, accounts = client_address.peer(shared, request), shared.host.accounts
    match scheme.lower():
        case "":
            return None
        case "bearer":
            return await accounts.login.bearer(given.strip(), peer)
        case "basic":
            name, password = _taken_apart(given)
            return await accounts.login.check(name, password, peer)
    raise Denied("INVALID", "Authorization must be Basic, with name and password, or Bearer, with a device token")


def _taken_apart(given: str) -> tuple[str, str]:
    """Name and password of RFC 7617. Raises Denied."""
    try:
        name, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError as error:  # binascii.Error and UnicodeDecodeError, and for what is not ASCII
        raise Denied("INVALID", "This is not a name and password in Base64") from error
    if not colon:
        raise Denied("INVALID", "There is no : between name and password")
    return name, password


def not_let_in(request: web.BaseRequest, error: Denied) -> web.Response:
    """The response to wrong credentials; after many attempts, it says when to try again."""
    if error.code == TOO_OFTEN:
        return plain(429, str(error), Retry_After=str(RETRY_SECONDS))
    return denied(request, str(error))


def denied(request: web.BaseRequest, text: str = "Log in with an account's name and password") -> web.Response:
    """The response to a request that has no credentials, or may not do this."""
    return plain(401, text, WWW_Authenticate=ASK_PAGE if hdrs.ORIGIN in request.headers else ASK)
