"""The operators of the server: who they are, and what they may do."""

from __future__ import annotations

import logging
from functools import partial

import msgspec

from chover.config import OperatorSettings, Right
from chover.engine import verbs
from chover.engine.model import User
from chover.engine.modes import OPERATOR, ModeRequest
from chover.engine.refusals import Refusal, Why
from chover.ports import Denied
from chover.server.access.departures import quitting
from chover.server.session.runner import log_label
from chover.server.session.session import Node, Session
from chover.server.users import devices

_log = logging.getLogger(__name__)


async def oper(session: Session, name: str, password: str) -> None:
    """Make the session an operator's. Raises Denied; each try is logged."""
    node = session.node
    settings = next((row for row in node.config.operators if row.name == name), None)
    try:
        await node.accounts.login.opens(settings.password if settings else "*", name, password, session.peer)
    except Denied:
        _log.warning("%s failed to become operator %r", log_label(session), name)
        where = f"from {session.peer.address or 'here'}"
        await node.moderation.note(session.nick_or_star, "failed OPER", name, where, logged=False)
        raise
    if settings is None:
        raise Denied("INVALID_CREDENTIALS", "Wrong operator or password")
    session.registration.operator = _with_rights(node, settings)
    _log.info("operator %s: OPER by %s", name, log_label(session))
    await node.moderation.note(name_of(session), "OPER", why=f"from {session.peer.address or 'here'}", logged=False)
    await session.commit(partial(verbs.set_user_modes, session.me, [ModeRequest(True, OPERATOR)]))


def named(node: Node, name: str) -> OperatorSettings | None:
    """The operator of that name, with the rights of its class."""
    settings = next((row for row in node.config.operators if row.name == name), None)
    return _with_rights(node, settings) if settings is not None else None


def _with_rights(node: Node, settings: OperatorSettings) -> OperatorSettings:
    """With those of the class, for one who has a class."""
    rights = {row.name: row.rights for row in node.config.classes}
    return msgspec.structs.replace(settings, rights=rights.get(settings.in_class, settings.rights))


def may(session: Session, right: Right) -> bool:
    """Whether the session is an operator's with that right; ``MODE nick -o`` gives all of them up."""
    settings = session.registration.operator
    return settings is not None and OPERATOR in session.me.modes and right in settings.rights


def name_of(session: Session) -> str:
    """Under which name what an operator does is written down."""
    settings = session.registration.operator
    assert settings is not None
    nick = session.me.nick
    return settings.name if settings.name == nick else f"{settings.name} ({nick})"


def require(session: Session, right: Right) -> None:
    """Raises NO_PRIVILEGE with the right that is missing."""
    if not may(session, right):
        raise Refusal(Why.NO_PRIVILEGE, hint=f"that needs an operator of the server with the right {right!r}")


async def kill(node: Node, user: User, by: str, reason: str) -> None:
    """Put somebody out, with all devices, also one who is always on. Raises NotKept."""
    words = f"Killed ({by} ({reason}))"
    stays = devices.always_on(node, user)
    for session in list(node.fanout.sessions.get(user.id, ())):
        session.end(words)
    if stays:
        await node.ledger.commit(partial(quitting, node.chat, user, words))
