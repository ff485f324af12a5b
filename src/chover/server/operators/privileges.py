"""The operators of the server and their rights."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Final, get_args

import msgspec

from chover.config import OperatorSettings, Right
from chover.engine import verbs
from chover.engine.ids import UserId
from chover.engine.model import User
from chover.engine.modes import OPERATOR, ModeRequest
from chover.engine.refusals import Refusal, Why
from chover.ports import Denied, OperatorRow
from chover.server.access.departures import quitting
from chover.server.session.runner import log_label
from chover.server.session.session import Node, Session
from chover.server.session.waits import tell
from chover.server.users import devices

_log = logging.getLogger(__name__)


RIGHTS: Final[tuple[Right, ...]] = get_args(Right)


async def oper(session: Session, name: str, password: str) -> None:
    """Make the session an operator. Raises Denied; each attempt is logged."""
    node = session.node
    where = f"from {session.peer.address or 'here'}"
    try:
        settings, account = await _proved(session, name, password)
    except Denied:
        # Somebody who mixes the two up has typed a password as the name.
        known = name if _is_known(node, name) else "under an unknown name"
        _log.warning("%s failed to become operator: %s", log_label(session), known)
        await node.moderation.note(session.nick_or_star, "failed OPER", known, where, logged=False)
        raise
    session.registration.operator, session.registration.operator_account = settings, account
    _log.info("operator %s: OPER by %s", name, log_label(session))
    await node.moderation.note(name_of(session), "OPER", why=where, logged=False)
    await session.commit(partial(verbs.set_user_modes, session.me, [ModeRequest(True, OPERATOR)]))


def _is_known(node: Node, name: str) -> bool:
    return node.accounts.find(name) is not None or any(row.name == name for row in node.config.operators)


async def _proved(session: Session, name: str, password: str) -> tuple[OperatorSettings, UserId | None]:
    """The operator in the settings, or the account, that this password proves. Raises Denied."""
    node = session.node
    settings = next((row for row in node.config.operators if row.name == name), None)
    account = node.accounts.find(name) if settings is None else None
    held = node.accounts.operators.of(account.id) if account is not None else None
    if account is not None and held is not None:
        login = await node.accounts.login.check(account.name, password, session.peer, tell(session))
        return OperatorSettings(login.account.name, rights=_known(held)), login.account.id
    kept = settings.password if settings else "*"
    what = f"operator {name}" if settings else "operator"
    await node.accounts.login.opens(kept, what, password, session.peer, tell(session))
    if settings is None:
        raise Denied("INVALID_CREDENTIALS", "Wrong operator or password")
    return _with_rights(node, settings), None


def _known(row: OperatorRow) -> tuple[Right, ...]:
    """Those of its rights that this version knows."""
    return tuple(right for right in RIGHTS if right in row.rights)


def named(node: Node, name: str, account: UserId | None) -> OperatorSettings | None:
    """The operator of that name, in the settings or by an account, with the current rights."""
    if account is not None:
        held = node.accounts.operators.of(account)
        return OperatorSettings(name, rights=_known(held)) if held is not None else None
    settings = next((row for row in node.config.operators if row.name == name), None)
    return _with_rights(node, settings) if settings is not None else None


def _with_rights(node: Node, settings: OperatorSettings) -> OperatorSettings:
    """An operator with the rights of their class, if they have one."""
    rights = {row.name: row.rights for row in node.config.classes}
    return msgspec.structs.replace(settings, rights=rights.get(settings.in_class, settings.rights))


def there_are(node: Node) -> bool:
    """Whether anybody could become an operator of the server."""
    return bool(node.config.operators or node.accounts.operators.all())


def every(node: Node) -> list[tuple[str, Sequence[str]]]:
    """The possible operators of the server, with their rights: those of the settings, then accounts."""
    rows: list[tuple[str, Sequence[str]]] = [
        (row.name, _with_rights(node, row).rights) for row in node.config.operators
    ]
    for row in node.accounts.operators.all():
        account = node.accounts.get(row.account)
        if account is not None:
            rows.append((account.name, row.rights))
    return rows


def may(session: Session, right: Right) -> bool:
    """Whether the session has that right as an operator; ``MODE nick -o`` gives up all rights."""
    settings, account = session.registration.operator, session.registration.operator_account
    if settings is None or OPERATOR not in session.me.modes:
        return False
    held = session.node.accounts.operators.of(account) if account is not None else None
    return right in (settings.rights if account is None else _known(held) if held is not None else ())


async def depose(node: Node, account: UserId) -> None:
    """Take the rights from everybody who is an operator by an account. Raises NotKept."""
    for session in [each for each in node.sessions if each.registration.operator_account == account]:
        session.registration.operator = session.registration.operator_account = None
        if session.user is not None:
            off = partial(verbs.set_user_modes, session.user, [ModeRequest(False, OPERATOR)])
            await node.ledger.commit(off)


def name_of(session: Session) -> str:
    """The name under which an operator's actions are recorded."""
    settings = session.registration.operator
    assert settings is not None
    nick = session.me.nick
    return settings.name if settings.name == nick else f"{settings.name} ({nick})"


def require(session: Session, right: Right) -> None:
    """Raises NO_PRIVILEGE with the right that is missing."""
    if not may(session, right):
        raise Refusal(Why.NO_PRIVILEGE, hint=f"that needs an operator of the server with the right {right!r}")


async def kill(node: Node, user: User, by: str, reason: str) -> None:
    """Disconnect somebody with all devices, even if they are always on. Raises NotKept."""
    words = f"Killed ({by} ({reason}))"
    stays = devices.always_on(node, user)
    for session in list(node.fanout.sessions.get(user.id, ())):
        session.end(words)
    node.presence.end_elsewhere(user.id, words)
    if stays:
        await node.ledger.commit(partial(quitting, node.chat, user, words))
