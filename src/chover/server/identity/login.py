"""Logging in: a connection gets an account, before it is a user or at any time after."""

from __future__ import annotations

import logging
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine import nicks, verbs
from chover.engine.events import Event, Joined, Source
from chover.engine.ids import SERVER, ChannelId, is_account
from chover.engine.model import User
from chover.engine.modes import ModeRequest
from chover.engine.refusals import Refusal
from chover.ports import Account, Denied, Login
from chover.server.delivery.render import render
from chover.server.history.missed import replay_private
from chover.server.membership.entering import join_by_itself, show
from chover.server.operators.reporting import remind
from chover.server.profile import drafts, metadata, preferences
from chover.server.session.runner import log_label
from chover.server.session.waits import tell
from chover.server.users import devices, nick_ownership
from chover.server.users.arrival import arrive, kept_modes
from chover.wire.numerics import Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session

_log = logging.getLogger(__name__)

LOGGED_IN_ELSEWHERE: Final = "Goes on as"


async def log_in(session: Session, login: Login) -> None:
    """Log a session in to an account. Raises Denied and NotKept."""
    welcome_back(session, login)
    await become(session, login)


async def remember_departure(session: Session) -> None:
    """Note when this device left, so that it is later shown what arrived since. Raises StoreError."""
    said = session.registration
    if said.login is not None:
        said.left_at = await session.node.accounts.login.departures.last(said.login.account.id, said.device)


def welcome_back(session: Session, login: Login) -> None:
    """Raises Denied if the account is banned, or is online with the only device that it allows."""
    session.node.moderation.require_account(login.account.folded)
    devices.require_room(session, login.account)
    session.registration.login = login
    account = login.account.name
    _log.info("logged in: %s as account %s", log_label(session), account)
    session.reply(Rpl.LOGGEDIN, _mask(session), account, f"You are now logged in as {account}")


async def become(session: Session, login: Login) -> None:
    """A session that is a user already gets the account, or is attached to the account's user. Raises NotKept."""
    await remember_departure(session)
    if session.user is not None:
        old, before = session.me, session.me.id
        async with devices.entering(session.node, login.account.id):
            await _become(session, login)
        if session.me is not old:
            await devices.leave_if_alone(session.node, old, f"{LOGGED_IN_ELSEWHERE} {session.me.nick}")
        if session.me.id != before:
            await replay_private(session)


async def _resume_ranks(session: Session) -> None:
    """A guest who logs in has the account's ranks at once, in all channels that they are in."""
    granter = Source(SERVER, "ChanServ", "ChanServ", session.node.name)
    for channel in [channel for channel in session.me.channels.values() if session.me.id in channel.access]:
        await session.commit(partial(verbs.resume_rank, session.me, channel, granter))


def _mask(session: Session) -> str:
    said = session.registration
    return session.user.mask if session.user else f"{said.nick or '*'}!{said.username or '*'}@{session.host}"


async def _become(session: Session, login: Login) -> None:
    node, user, account = session.node, session.me, login.account
    if user.id == account.id:
        return
    if not devices.still_has_room(session, account):
        return
    present, brought = node.chat.users.get(account.id), preferences.take(session)
    if present is None and not is_account(user.id):
        await session.commit(partial(verbs.identify, user, account.id, account.name))
        node.connections.relabelled(user.id)
        await session.commit(partial(verbs.set_host, user, user.username, node.cloaks.of_account(account.id)))
        await _resume_ranks(session)
        kept = [ModeRequest(True, mode) for mode in kept_modes(node, account.id)]
        await session.commit(partial(verbs.set_user_modes, user, kept))
        await metadata.become(session)
        devices.came(session)
    elif present is None:
        # Other devices of its previous account can continue unchanged.
        await _move(session, await _another(session, account))
        await join_by_itself(session, node.config.channels.autojoin)
    else:
        await _move(session, present)
    await preferences.bring(session, brought)
    drafts.show(session)


async def _another(session: Session, account: Account) -> User:
    """The account's user, who was not present yet."""
    node, old = session.node, session.me
    nick = account.name
    try:
        nicks.require_free(node.chat, nick, account.id)
    except Refusal as taken:
        nick = taken.hint
    source = Source(account.id, nick, old.username, node.cloaks.of_account(account.id), account.name)
    return await arrive(node, source, old.realname)


async def _move(session: Session, user: User) -> None:
    """Attach to a user who is present: the session is told its new nick and its channels."""
    node, old = session.node, session.me
    await node.presence.claims.take(user.folded, user.nick, user.id)
    node.fanout.flush()
    for channel in old.channels.values():
        if channel.id not in user.channels:
            session.say_as(old.mask, "PART", channel.name)
    if old.nick != user.nick:
        session.say_as(old.mask, "NICK", user.nick)
    known, watched = set(old.channels), dict(node.fanout.monitor.watched(session))
    node.fanout.detach(session, old.id)
    session.user = user
    node.fanout.attach(session, user.id)
    for folded, nick in watched.items():
        node.fanout.monitor.watch(session, folded, nick)
    node.connections.moved(session)
    devices.came(session)
    await show_channels(session, without=known)


async def show_channels(session: Session, without: Collection[ChannelId] = ()) -> None:
    """Tell a session that was attached to a user about the user's channels."""
    user = session.me
    for channel in list(user.channels.values()):
        if channel.id in without or channel.id not in user.channels:
            continue
        line = render(
            Event(channel.log, user.source, Joined(realname=user.realname), at=devices.now()),
            session.render_key,
            channel.name,
        )
        if line is not None:
            session.add(line)
        await show(session, channel)
        await remind(session, channel)


async def log_out(session: Session) -> None:
    """Become a guest again, under the same nick unless that is the account's. Raises Refusal and NotKept."""
    node, user = session.node, session.me
    _log.info("logged out: %s", log_label(session))
    guest = node.fresh_guest()
    await session.commit(partial(verbs.identify, user, guest))
    node.connections.relabelled(user.id)
    await metadata.leave_behind(session)
    session.registration.login = None
    session.reply(Rpl.LOGGEDOUT, user.mask, "You are now logged out")
    preferences.show(session)
    drafts.show(session)


async def log_in_by_password(session: Session) -> None:
    """PASS as a login: ``account:password``, ``account@device:password``, or the password of the nick's account."""
    node = session.node
    account, name, secret = _meant_by_password(session)
    if account is None:
        # Another node may have made it just now.
        await node.accounts.registration.catch_up()
        account, name, secret = _meant_by_password(session)
    if account is None or not secret:
        return
    try:
        await log_in(session, await node.accounts.login.check(name, secret, session.peer, tell(session)))
    except Denied as denied:
        session.say_as(f"NickServ!NickServ@{node.name}", "NOTICE", session.nick_or_star, f"{account.name}: {denied}")


def _meant_by_password(session: Session) -> tuple[Account | None, str, str]:
    """The account, if there is one, the name to log in with, and the password."""
    said, node = session.registration, session.node
    name, colon, secret = said.password.partition(":")
    account = nick_ownership.owner(node, name.partition("@")[0]) if colon else None
    if account is not None:
        return account, name, secret
    account = None if node.config.server.password else nick_ownership.owner(node, said.nick)
    return account, said.nick, said.password
