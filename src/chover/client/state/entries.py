"""From a server's message to an entry of a conversation. No I/O, no clock.

An entry contains what the server sent. A front end makes it safe when it shows it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Final, Literal, cast

import msgspec

from chover import names
from chover.client.lines import from_iso, is_ctcp, same
from chover.client.notifications import Kind as Spoken
from chover.client.notifications import PlainLine
from chover.i18n import _, ngettext
from chover.wire import ctcp
from chover.wire.capabilities import EDITED, NONCE
from chover.wire.message import Message
from chover.wire.plain import harmless

Kind = Literal[
    "message",
    "action",
    "notice",
    "note",
    "join",
    "part",
    "quit",
    "kick",
    "nick",
    "topic",
    "mode",
    "rename",
    "invite",
    "crowd",
]
"""``note`` is only for us and was sent by nobody; ``crowd`` combines several joins and leaves."""

TALK: Final = frozenset({"message", "action", "notice"})
COMINGS: Final = frozenset({"join", "part", "quit"})
PLACELESS: Final = frozenset({"quit", "nick"})
"""They appear in several logs, so their ids are not places in one."""


class Entry(msgspec.Struct, gc=False):
    """Something that happened in a conversation. ``at`` is in milliseconds since 1970.

    Contains no references that could form a cycle, so the garbage collector can skip a hundred thousand of them.
    """

    kind: Kind
    at: int
    nick: str = ""
    text: str = ""
    msgid: str = ""
    about: str = ""
    """The person or thing that an event is about."""
    account: str = ""
    reply_to: str = ""
    """The msgid of the message that it answers."""
    nonce: str = ""
    own: bool = False
    """Whether it was sent under our own nick."""
    echo: bool = False
    """Whether it is the echo of what this client sent."""
    mentions: bool = False
    """Whether it mentions us, as determined by Conversation.judge."""
    bot: bool = False
    edited: bool = False
    deleted: bool = False
    reacted: dict[str, list[str]] | None = None
    """The people who gave each reaction."""
    reactions: dict[str, list[str]] | None = None
    """The same without people who are ignored."""
    version: int = 0
    """Counts changes, so that whoever draws it notices them."""

    @property
    def is_talk(self) -> bool:
        return self.kind in TALK

    @property
    def counts(self) -> bool:
        """Whether it is a message of somebody else."""
        return self.kind in TALK and not self.own and not self.deleted


def is_said(message: Message) -> bool:
    """Whether it is a message for people."""
    return message.command in {"PRIVMSG", "NOTICE"} and len(message.params) > 1 and not is_ctcp(message)


def said(message: Message, nick: str, now: int) -> Entry:
    """A PRIVMSG or NOTICE with a target and a text, as the owner of ``nick`` sees it."""
    text = message.params[1]
    kind: Kind = "message" if message.command == "PRIVMSG" else "notice"
    done = ctcp.action(text)
    if done is not None:
        kind, text = "action", done
    entry = _from(message, kind, nick, now)
    entry.text = text
    entry.reply_to = message.tags.get("+draft/reply") or message.tags.get("+reply", "")
    entry.nonce = message.tags.get(NONCE, "")
    entry.edited = EDITED in message.tags
    return entry


RANKS: Final = "~&@%+"
"""Prefixes of a target that reaches only members of at least that rank (STATUSMSG)."""


def told(conversation: str, entry: Entry, *, past: bool) -> PlainLine:
    """The notification of a message, safe for terminals."""
    return PlainLine(
        conversation=harmless(conversation),
        sender=harmless(entry.nick),
        text=harmless(entry.text),
        at=entry.at,
        kind=cast(Spoken, entry.kind),
        msgid=entry.msgid,
        account=harmless(entry.account),
        private=not names.is_channel(conversation),
        own=entry.own,
        mine=entry.echo,
        mentions=entry.mentions,
        past=past,
    )


def _from(message: Message, kind: Kind, nick: str, now: int) -> Entry:
    tags = message.tags
    return Entry(
        kind,
        from_iso(tags.get("time", "")) or now,
        # Few people send many messages, so their names are shared.
        sys.intern(message.nick),
        msgid=tags.get("msgid", ""),
        account=sys.intern(tags.get("account", "")),
        own=same(message.nick, nick),
        bot="bot" in tags,
    )


# ---- what is not said

_EVENTS: Final[dict[str, tuple[Kind, int | None, int | None]]] = {
    "JOIN": ("join", None, None),
    "PART": ("part", None, 1),
    "QUIT": ("quit", None, 0),
    "KICK": ("kick", 1, 2),
    "NICK": ("nick", 0, None),
    "TOPIC": ("topic", None, 1),
    "RENAME": ("rename", 1, None),
    "INVITE": ("invite", 0, None),
}
"""The kind, and which parameters contain the person and the text."""


def happened(message: Message, nick: str, now: int) -> Entry | None:
    """Joins, parts and the like; None for anything else."""
    if message.command == "MODE":
        entry = _from(message, "mode", nick, now)
        entry.text = " ".join(message.params[1:])
        return entry
    row = _EVENTS.get(message.command)
    if row is None:
        return None
    kind, about, text = row
    entry = _from(message, kind, nick, now)
    entry.about = _param(message, about)
    entry.text = _param(message, text)
    return entry


def _param(message: Message, at: int | None) -> str:
    return message.params[at] if at is not None and at < len(message.params) else ""


_RANKED: Final = re.compile(r"^[~&@%+!]*")


def member_of(word: str) -> tuple[str, str]:
    """A word of a NAMES answer: the nick, and its prefixes."""
    found = _RANKED.match(word)
    ranks = found[0] if found else ""
    return word[len(ranks) :].partition("!")[0], ranks


# ---- in words

_SENTENCES: Final[dict[str, Callable[[Entry], str]]] = {
    "join": lambda entry: _("{nick} joined", nick=entry.nick),
    "part": lambda entry: _("{nick} left{why}", nick=entry.nick, why=_because(entry.text)),
    "quit": lambda entry: _("{nick} quit{why}", nick=entry.nick, why=_because(entry.text)),
    "kick": lambda entry: _(
        "{nick} removed {other}{why}", nick=entry.nick, other=entry.about, why=_because(entry.text)
    ),
    "nick": lambda entry: _("{nick} is now {name}", nick=entry.nick, name=entry.about),
    "topic": lambda entry: (
        _("{nick} changed the topic: {topic}", nick=entry.nick, topic=entry.text)
        if entry.text
        else _("{nick} removed the topic", nick=entry.nick)
    ),
    "mode": lambda entry: _("{nick} set {modes}", nick=entry.nick, modes=entry.text),
    "rename": lambda entry: _("{nick} renamed the channel to {name}", nick=entry.nick, name=entry.about),
    "invite": lambda entry: _("{nick} invited {other}", nick=entry.nick, other=entry.about),
    "crowd": lambda entry: entry.text,
    "note": lambda entry: f"{entry.nick}: {entry.text}" if entry.nick else entry.text,
}


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def sentence(entry: Entry) -> str:
    """An event in words."""
    return _SENTENCES[entry.kind](entry)


NAMED: Final = 3
"""Up to so many people are named, more are counted."""


def together(run: list[Entry]) -> str:
    """Several joins and leaves in a row in one quiet line, each person once, and without their reasons."""
    first: dict[str, bool] = {}
    last: dict[str, bool] = {}
    for entry in run:
        came = entry.kind == "join"
        first.setdefault(entry.nick, came)
        last[entry.nick] = came
    groups: dict[tuple[bool, bool], list[str]] = {}
    for nick, came in last.items():
        groups.setdefault((first[nick], came), []).append(nick)
    few = len(last) <= NAMED
    return ", ".join(
        _OUTCOMES[how](len(nicks), _enumerated(nicks) if few else str(len(nicks))) for how, nicks in groups.items()
    )


def _enumerated(nicks: list[str]) -> str:
    """Such as "ann, bob and carl"."""
    *others, last = nicks
    return _(" and ").join([_(", ").join(others), last]) if others else last


_OUTCOMES: Final[dict[tuple[bool, bool], Callable[[int, str], str]]] = {
    (True, True): lambda n, who: ngettext("{who} joined", "{who} joined", n, who=who),
    (False, False): lambda n, who: ngettext("{who} left", "{who} left", n, who=who),
    (False, True): lambda n, who: ngettext("{who} came back", "{who} came back", n, who=who),
    (True, False): lambda n, who: ngettext("{who} came and went", "{who} came and went", n, who=who),
}
