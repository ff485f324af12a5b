"""OPER, KILL, WALLOPS, REHASH: for the operators of the server."""

from __future__ import annotations

from functools import partial
from typing import Final

from chover.engine import verbs
from chover.engine.lines import cut
from chover.engine.modes import OPERATOR, ModeRequest
from chover.ports import Denied
from chover.server.operators import privileges
from chover.server.operators.reporting import remind_operator
from chover.server.session.command import Command
from chover.server.session.session import Session
from chover.wire.message import Message, format_line
from chover.wire.numerics import Err, Rpl


async def oper(session: Session, message: Message) -> None:
    if not privileges.there_are(session.node):
        session.reply(
            Err.NOOPERHOST, "This server has no operators; whoever runs it makes one: chover operator add NAME"
        )
        return
    try:
        await privileges.oper(session, message.params[0], message.params[1])
    except Denied as denied:
        session.reply(Err.PASSWDMISMATCH, f"Password incorrect: {denied}")
    else:
        session.reply(Rpl.YOUREOPER, "You are now an operator of this server")
        await remind_operator(session)


async def kill(session: Session, message: Message) -> None:
    privileges.require(session, "kill")
    node = session.node
    user = node.chat.find_user(message.params[0])
    reason = cut(message.params[1] if len(message.params) > 1 else "no reason given", node.chat.rules.kick_len)
    await node.moderation.note(privileges.name_of(session), "KILL", user.mask, reason)
    await privileges.kill(node, user, session.me.nick, reason)


def wallops(session: Session, message: Message) -> None:
    """Sent to operators and to people who want it (+w)."""
    privileges.require(session, "wallops")
    line = format_line("WALLOPS", message.params[0], source=session.me.mask)
    data = f"{line}\r\n".encode()
    for heard in list(session.node.fanout.sessions.values()):
        for device in heard:
            if {"w", OPERATOR} & device.me.modes and device is not session:
                device.send(data)
    session.say_as(session.me.mask, "WALLOPS", message.params[0])


async def rehash(session: Session, _: Message) -> None:
    privileges.require(session, "rehash")
    session.reply(Rpl.REHASHING, "settings", "Rereading the settings and the certificate")
    await session.node.moderation.note(privileges.name_of(session), "REHASH")
    reload = session.node.reload
    try:
        lines = await reload() if reload is not None else ["this server reads its settings only once"]
    except ValueError as error:
        session.fail("REHASH", "INVALID_SETTINGS", text=f"{error}; nothing was changed")
        return
    for line in lines or ["nothing has changed"]:
        session.say("NOTICE", session.me.nick, line)


async def deoper(session: Session, _: Message) -> None:
    """The same as ``MODE nick -o``."""
    user = session.me
    if OPERATOR not in user.modes:
        session.reply(Err.NOPRIVILEGES, "Permission denied: you are not an operator")
        return
    await session.commit(partial(verbs.set_user_modes, user, [ModeRequest(False, OPERATOR)]))


ROWS: Final = (
    Command("DEOPER", deoper, "DEOPER", "gives up the rights that OPER gave"),
    Command("OPER", oper, "OPER <name> <password>", "makes you an operator of the server", 2),
    Command("KILL", kill, "KILL <nick> [:reason]", "disconnects somebody from the server (operators)", 1),
    Command("WALLOPS", wallops, "WALLOPS :<text>", "sends a message to everybody with +w (operators)", 1),
    Command("REHASH", rehash, "REHASH", "reads the settings and the certificate again (operators)"),
)
