"""RELAYMSG, NPC, NPCA, SCENE: speaking under a name that is not a nick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover import names
from chover.engine import rights, verbs
from chover.engine.events import Said, Source
from chover.engine.model import Channel, User, covered
from chover.engine.refusals import Refusal
from chover.server.session.command import Command
from chover.wire.capabilities import RELAY_SEPARATOR
from chover.wire.message import Message
from chover.wire.numerics import Err

if TYPE_CHECKING:
    from chover.server.session.session import Session

RELAYED_USER: Final = "~relay"
NOBODYS_HOST: Final = "npc.fakeuser.invalid"
"""The host of played characters, as in ergo; no real name ends in .invalid (RFC 2606)."""
SCENE: Final = "=Scene="


class _Denied(Exception):
    """The code of a FAIL line, and its text."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def relaymsg(session: Session, message: Message) -> None:
    """draft/relaymsg as in ergo 2.19: an operator of the channel relays a message of another network."""
    name, nick, text = message.params[:3]
    channel = session.node.chat.known_channel(session.me, name)
    try:
        _require_relaying(session, channel)
        source = _relayed(session, channel, nick)
    except _Denied as denied:
        session.fail("RELAYMSG", denied.code, text=str(denied))
        return
    if text.strip():
        _speak(session, channel, text, source)
    else:
        session.fail("RELAYMSG", "BLANK_MSG", text="The message must not be blank")


def _require_relaying(session: Session, channel: Channel) -> None:
    if not session.node.config.channels.relaymsg:
        raise _Denied("NOT_ENABLED", "RELAYMSG is off in this server's settings (channels.relaymsg)")
    membership = channel.members.get(session.me.id)
    if membership is None or not membership.rules:
        raise _Denied("PRIVS_NEEDED", f"Only operators of {channel.name} may relay messages to it")


def _relayed(session: Session, channel: Channel, nick: str) -> Source:
    """Raises _Denied for a name that could be a nick, or that the channel has banned."""
    rules, user = session.node.chat.rules, session.me
    parts = nick.split(RELAY_SEPARATOR)
    try:
        folded = RELAY_SEPARATOR.join([rules.fold_nick(part) for part in parts])
    except names.BadName as bad:
        raise _Denied("INVALID_NICK", f"Invalid nickname: {bad}") from None
    if len(parts) < 2:
        raise _Denied("INVALID_NICK", f"A relayed nickname must contain {RELAY_SEPARATOR}, as in alice/matrix")
    source = Source(user.id, nick, RELAYED_USER, user.host, bot=user.source.bot)
    stranger = User(user.id, nick, folded, RELAYED_USER, user.host)
    if covered(channel.lists.get("b", ()), stranger):
        raise _Denied("BANNED", f"{nick} is banned from {channel.name}")
    return source


def npc(session: Session, message: Message) -> None:
    _play(session, message, message.params[1], message.params[2:])


def npca(session: Session, message: Message) -> None:
    """The same as an action."""
    _play(session, message, message.params[1], message.params[2:], action=True)


def scene(session: Session, message: Message) -> None:
    _play(session, message, "", message.params[1:])


def _play(session: Session, message: Message, name: str, words: list[str], *, action: bool = False) -> None:
    channel = session.node.chat.known_channel(session.me, message.params[0])
    if wrong := _unplayable(session, channel, name):
        session.reply(Err.CANNOTSENDRP, channel.name, wrong)
        return
    # The relaying user is named, so that nobody is deceived.
    text = f"{' '.join(words)} ({session.me.nick})"
    source = Source(session.me.id, f"*{name}*" if name else SCENE, session.me.nick, NOBODYS_HOST)
    _speak(session, channel, f"\x01ACTION {text}\x01" if action else text, source)


def _unplayable(session: Session, channel: Channel, name: str) -> str:
    """Why roleplay is not possible; empty if it is."""
    if not session.node.config.channels.roleplay:
        return "Roleplay is off in this server's settings (channels.roleplay)"
    if "E" not in channel.modes:
        return "Roleplay is off in this channel; its operators can allow it with +E"
    try:
        rights.member(channel, session.me)
        session.node.chat.rules.fold_nick(name or "scene")
    except Refusal:
        return "You're not on that channel"
    except names.BadName as bad:
        return f"Invalid roleplay name: {bad}"
    return ""


def _speak(session: Session, channel: Channel, text: str, source: Source) -> None:
    body = Said(text, relayed_by=session.me.nick)
    session.submit(verbs.say(session.node.chat, session.me, channel.name, body, under=source))


ROWS: Final = (
    Command(
        "RELAYMSG", relaymsg, "RELAYMSG <#channel> <nick/network> :<text>", "relays a message of another network", 3
    ),
    Command("NPC", npc, "NPC <#channel> <name> <text>", "speaks as a character in a roleplay (+E)", 3),
    Command("NPCA", npca, "NPCA <#channel> <name> <text>", "acts as a character in a roleplay (+E)", 3),
    Command("SCENE", scene, "SCENE <#channel> <text>", "describes a scene in a roleplay (+E)", 2),
)
