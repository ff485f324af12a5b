"""SASL in lines of the protocol: responses in pieces of 400 characters of base64
(https://ircv3.net/specs/extensions/sasl-3.2).
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from chover.ports import Denied, Login
from chover.server.identity.login import become, welcome_back
from chover.server.session.waits import tell
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session

CHUNK: Final = 400
"""Characters of base64 in one AUTHENTICATE; a shorter one is the last."""
LONGEST: Final = 16 * CHUNK
"""Characters of one response."""


async def begin(session: Session, mechanism: str) -> None:
    try:
        session.registration.exchange = session.node.accounts.login.begin(mechanism, session.peer, tell(session))
    except Denied as denied:
        session.reply(Rpl.SASLMECHS, ",".join(session.node.accounts.login.mechanisms), "are available SASL mechanisms")
        _failed(session, denied)
    else:
        session.registration.response.clear()
        session.add_plain("AUTHENTICATE +")


async def go_on(session: Session, chunk: str) -> None:
    """Process a piece of the client's response; the last one advances the exchange by one step."""
    said = session.registration
    if len(chunk) > CHUNK:
        said.exchange = None
        session.reply(Err.SASLTOOLONG, "SASL message too long: send at most 400 characters at once")
        return
    if chunk != "+":
        said.response += chunk.encode()
    if len(said.response) > LONGEST:
        _failed(session, Denied("INVALID", "the response is too long"))
    elif len(chunk) < CHUNK:
        await _step(session)


async def _step(session: Session) -> None:
    said = session.registration
    assert said.exchange is not None
    raw = bytes(said.response)
    said.response.clear()
    try:
        answer = await said.exchange.step(base64.b64decode(raw, validate=True))
    except binascii.Error:
        _failed(session, Denied("INVALID", "the response is not base64"))
    except Denied as denied:
        _failed(session, denied)
    else:
        await _succeeded(session, answer) if isinstance(answer, Login) else _challenge(session, answer)


async def _succeeded(session: Session, login: Login) -> None:
    session.registration.exchange = None
    try:
        welcome_back(session, login)
    except Denied as denied:
        _failed(session, denied)
        return
    session.reply(Rpl.SASLSUCCESS, "SASL authentication successful")
    await become(session, login)


def _challenge(session: Session, challenge: bytes) -> None:
    text = base64.b64encode(challenge).decode()
    for start in range(0, len(text), CHUNK):
        session.add_plain(f"AUTHENTICATE {text[start : start + CHUNK]}")
    if len(text) % CHUNK == 0:
        session.add_plain("AUTHENTICATE +")


def _failed(session: Session, denied: Denied) -> None:
    session.registration.exchange = None
    session.registration.response.clear()
    session.reply(Err.SASLFAIL, f"SASL authentication failed: {denied}")


def abort(session: Session) -> None:
    """Abort a SASL exchange, and say so."""
    if session.registration.exchange is not None:
        session.registration.exchange = None
        session.registration.response.clear()
        session.reply(Err.SASLABORTED, "SASL authentication aborted")
