"""From a connection that has sent NICK and USER to a user in the lobby."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chover.engine.events import Source
from chover.engine.model import User
from chover.engine.modes import CHANNEL_MODES, USER_MODES, Kind
from chover.engine.refusals import Refusal
from chover.ports import Account, Denied, Login
from chover.server.access.bans import words
from chover.server.history.missed import replay_private
from chover.server.identity.invitations import follow
from chover.server.identity.login import log_in_by_password, remember_departure, show_channels
from chover.server.info import isupport
from chover.server.info.greeting import lusers, motd
from chover.server.membership.entering import join_by_itself
from chover.server.profile import drafts, metadata, preferences
from chover.server.scheduling.telling import greet
from chover.server.session.announcements import introduce
from chover.server.session.answers import NICK, numeric_lines
from chover.server.session.runner import log_label
from chover.server.session.waits import tell
from chover.server.users import devices
from chover.server.users.arrival import arrive
from chover.server.users.devices import set_away
from chover.server.users.nick_ownership import require_own
from chover.version import __version__
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session

_log = logging.getLogger(__name__)


async def register(session: Session) -> None:
    """Make the session a user if everything is in order; a refused nick can be tried again."""
    node, said = session.node, session.registration
    if said.login is None and said.password:
        await log_in_by_password(session)
    if ban := node.moderation.ban_of(session):
        session.reply(Err.YOUREBANNEDCREEP, words(ban))
        session.end(words(ban))
        return
    if said.login is None and not await _knows_password(session):
        return
    if said.login is None and node.config.accounts.required:
        session.fail(
            "*", "ACCOUNT_REQUIRED", text="This server needs an account: log in with SASL, or with PASS name:password"
        )
        session.end("Log in first")
        return
    try:
        await (_as_account(session, said.login) if said.login is not None else _as_guest(session))
    except Refusal:
        said.nick = ""
        raise
    if said.invite is not None:
        await follow(session, said.invite)


async def _as_guest(session: Session) -> None:
    node, said = session.node, session.registration
    guest = node.fresh_guest()
    require_own(node, said.nick, guest)
    user = await arrive(node, Source(guest, said.nick, said.username, session.host), said.realname)
    await _begin(session, user)
    await join_by_itself(session, node.config.channels.autojoin)


async def _as_account(session: Session, login: Login) -> None:
    """The user of the account, who is present already or arrives now."""
    node, account = session.node, login.account
    if session.registration.device != login.device:
        # USER may have come after the login.
        await remember_departure(session)
    async with devices.entering(node, account.id):
        if not devices.still_has_room(session, account):
            return
        present = node.chat.users.get(account.id)
        if present is not None:
            await node.presence.claims.take(present.folded, present.nick, present.id)
        user = present or await _arrive_as(session, account)
        await _begin(session, user)
    devices.came(session)
    await show_channels(session)
    if present is None:
        await join_by_itself(session, wanted_channels(session))
    await replay_private(session)
    await greet(session)


async def _arrive_as(session: Session, account: Account) -> User:
    node, said = session.node, session.registration
    require_own(node, said.nick, account.id)
    source = Source(account.id, said.nick, said.username, node.cloaks.of_account(account.id), account.name)
    return await arrive(node, source, said.realname)


async def _begin(session: Session, user: User) -> None:
    session.user = user
    session.node.gate.registered(session.peer.address)
    session.node.fanout.attach(session, user.id)
    session.keepalive.watch(session.node.config.limits.ping_seconds)
    session.node.connections.came(session)
    if _log.isEnabledFor(logging.INFO):
        _log.info("connected: %s%s", log_label(session), f", account {user.account}" if user.account else "")
    await metadata.bring(session)
    _burst(session)
    introduce(session)
    if session.me.modes:
        session.reply(Rpl.UMODEIS, "+" + "".join(sorted(session.me.modes)))
    if session.registration.away:
        await set_away(session, session.registration.away)


def wanted_channels(session: Session) -> list[str]:
    """The channels that everybody joins, except those that this account has left."""
    node = session.node
    account = node.accounts.get(session.me.id)
    parted = account.settings.parted if account is not None else ()
    return [name for name in node.config.channels.autojoin if node.chat.rules.same_channel(name) not in parted]


async def _knows_password(session: Session) -> bool:
    """Check the server's password, if it has one. If it is wrong, says so and ends the session."""
    wanted, given = session.node.config.server.password, session.registration.password
    if not wanted:
        return True
    why = "send PASS with the server's password first"
    if given:
        try:
            await session.node.accounts.login.opens_server(wanted, given, session.peer, tell(session))
        except Denied as denied:
            why = str(denied)
        else:
            return True
    session.reply(Err.PASSWDMISMATCH, f"Password incorrect; {why}")
    session.end("Password incorrect")
    return False


def _head(node: Node) -> str:
    """The first four numerics."""
    version = f"chover-{__version__}"
    created = datetime.fromtimestamp(node.started, UTC).strftime("%Y-%m-%d %H:%M UTC")
    params = [mode.letter for mode in CHANNEL_MODES.values() if mode.kind is not Kind.FLAG]
    modes = f"{''.join(USER_MODES)} {''.join(CHANNEL_MODES)} {''.join(params)}"
    return numeric_lines(
        node.name,
        [
            (Rpl.WELCOME, f":Welcome to {node.config.server.network}, {NICK}"),
            (Rpl.YOURHOST, f":Your host is {node.name}, running version {version}"),
            (Rpl.CREATED, f":This server was started {created}"),
            (Rpl.MYINFO, f"{node.name} {version} {modes}"),
        ],
    )


def _burst(session: Session) -> None:
    session.reply_lines(session.node.fixed_lines.of(session.node, _head))
    isupport.send(session)
    lusers(session)
    metadata.show_own(session)
    preferences.show(session)
    drafts.show(session)
    motd(session)
