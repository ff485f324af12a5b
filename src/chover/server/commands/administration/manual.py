"""HELP: pages made from the tables of commands, modes, capabilities and metadata keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from chover.engine.metadata import KEYS, PRIVATE, SETTINGS
from chover.engine.modes import CHANNEL_MODES, USER_MODES, Kind, Mode
from chover.server.session.command import Command
from chover.wire.capabilities import CAPABILITIES
from chover.wire.message import Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


MEANINGS: Final = {
    "message-tags": "lines have tags, and TAGMSG works",
    "server-time": "each line says when it happened",
    "account-tag": "each line says which account its author has",
    "batch": "lines that belong together are sent as a batch",
    "echo-message": "your own messages are sent back to you as they were stored",
    "labeled-response": "the answer to a command has the command's label",
    "multi-prefix": "all ranks of a member are shown, not only the highest",
    "userhost-in-names": "NAMES shows nick!user@host",
    "away-notify": "you are told when people around you go away and come back",
    "cap-notify": "you are told when capabilities come and go",
    "standard-replies": "errors are sent as FAIL lines",
    "draft/chathistory": "CHATHISTORY requests history, page by page",
    "draft/event-playback": "history includes joins, topics, modes and reactions",
    "extended-join": "JOIN shows the account and real name",
    "invite-notify": "you are told when somebody is invited to your channels",
    "no-implicit-names": "members are not listed when you join; use NAMES",
    "setname": "SETNAME, and you are told of new real names",
    "account-notify": "you are told when people around you log in and out",
    "chghost": "you are told when a user's host changes",
    "sasl": "logging in by AUTHENTICATE",
    "draft/account-registration": "REGISTER and VERIFY: making an account",
    "draft/read-marker": "MARKREAD: how far you have read, the same on every device",
    "draft/persistence": "PERSISTENCE: staying online without a device",
    "extended-monitor": "MONITOR also reports away messages, real names, accounts and hosts",
    "draft/channel-rename": "RENAME gives a channel another name",
    "draft/pre-away": "AWAY before registration, for devices that nobody is looking at",
    "draft/metadata-3": "METADATA: display names, pictures and more",
    "draft/metadata-2": "METADATA in its earlier form",
    "chover.chat/drafts": "DRAFT stores text that you have not sent yet, for all your devices",
    "chover.chat/marks": "METADATA stores what you pin, mute and block; only you see it",
    "draft/multiline": "messages of several lines",
    "soju.im/search": "SEARCH: messages by words, sender and time",
    "draft/webpush": "WEBPUSH: private messages and mentions wake a device that is asleep",
    "soju.im/webpush": "WEBPUSH under its first name",
    "draft/message-redaction": "REDACT deletes a message",
    "chover.chat/edit": "EDIT changes the text of your own message",
    "chover.chat/invitations": "REDEEM: an invitation registers, logs in and joins",
    "chover.chat/catchup": "CATCHUP and MENTIONS: what you missed, and where you were mentioned",
    "chover.chat/threads": "THREAD and THREADS: the replies to a message, and the threads that you follow",
    "chover.chat/pins": "PIN, UNPIN and PINNED: messages that a channel has pinned for everybody",
    "chover.chat/scheduled": "SCHEDULE, REMIND, UNSCHEDULE and SCHEDULED: messages that are sent later, and reminders",
    "chover.chat/previews": "PREVIEW: what the page says that a message links to",
    "draft/relaymsg": "RELAYMSG lets a bridge use the names of its users",
    "draft/extended-isupport": "ISUPPORT: what the server supports, before registration too",
    "draft/oper-tag": "each line says whether its author is an operator of the server",
    "znc.in/playback": "missed messages are requested as from a ZNC bouncer",
}
"""The purpose of each capability."""


class HelpPage(NamedTuple):
    title: str
    lines: list[str]


def help_(session: Session, message: Message) -> None:
    topic = message.params[0] if message.params else ""
    page = _page(session, topic)
    # It is a parameter in the middle of a line.
    subject = "*" if not topic or topic[0] == ":" or " " in topic else topic
    if page is None:
        session.reply(Err.HELPNOTFOUND, subject, "There is no help on that; HELP alone lists the topics")
        return
    session.reply(Rpl.HELPSTART, subject, page.title)
    for line in page.lines:
        session.reply(Rpl.HELPTXT, subject, line)
    session.reply(Rpl.ENDOFHELP, subject, "End of HELP")


def _page(session: Session, topic: str) -> HelpPage | None:
    """The page for a topic; None if there is none."""
    commands, word = session.node.commands, topic.upper()
    if not topic:
        return HelpPage("The commands of this server", [*_INDEX, *map(_command, commands.values())])
    if word in commands:
        namesake = [_capability(session, name) for name in CAPABILITIES if name.upper() == word]
        return HelpPage(f"Help on {word}", [_command(commands[word]), *_MORE.get(word, list)(), *namesake])
    if word in _OVERVIEWS:
        title, lines = _OVERVIEWS[word]
        return HelpPage(title, lines(session))
    if topic in CAPABILITIES:
        return HelpPage(f"The capability {topic}", [_capability(session, topic)])
    return _one_mode(topic)


def _command(row: Command[Session]) -> str:
    return f"{row.usage} - {row.meaning}"


# ---- modes -----------------------------------------------------------------------------------------------------------

_TAKES: Final = {
    Kind.MEMBER: " <nick>",
    Kind.LIST: " [mask]",
    Kind.ALWAYS: " <value>",
    Kind.WHEN_SET: " <value>",
    Kind.FLAG: "",
}


def _mode(mode: Mode) -> str:
    shown = f" ({mode.prefix})" if mode.prefix else ""
    return f"MODE <#channel> +{mode.letter}{_TAKES[mode.kind]} - {mode.meaning}{shown}"


def _user_mode(letter: str) -> str:
    return f"MODE <nick> +{letter} - {USER_MODES[letter]}"


def _one_mode(topic: str) -> HelpPage | None:
    """``+b``: a letter, which may be a mode of channels, of users, or of both."""
    letter = topic[1:]
    lines = [_mode(CHANNEL_MODES[letter])] if letter in CHANNEL_MODES else []
    lines += [_user_mode(letter)] if letter in USER_MODES else []
    return HelpPage(f"The mode {letter}", lines) if topic[0] in "+-" and lines else None


# ---- the rest --------------------------------------------------------------------------------------------------------


def _capability(session: Session, name: str) -> str:
    value = session.node.offered.get(name)
    meaning = MEANINGS.get(name, "see https://ircv3.net/registry")
    state = "not offered here" if value is None else value
    return f"CAP REQ {name} - {meaning}" + (f" ({state})" if state else "")


def _capabilities(session: Session) -> list[str]:
    return [_capability(session, name) for name in session.node.offered]


def _keys() -> list[str]:
    public = [f"METADATA * SET {key} - {known.meaning}: {known.allowed}" for key, known in KEYS.items()]
    private = [
        f"METADATA {'*' if key == SETTINGS else '<nick|#channel>'} SET {key} - {known.meaning}: {known.allowed}"
        for key, known in PRIVATE.items()
    ]
    return [*public, *private]


def _modes() -> list[str]:
    return ["HELP MODES lists the modes of channels, HELP USERMODES those of users, HELP +b explains one"]


_MORE: Final[dict[str, Callable[[], list[str]]]] = {"METADATA": _keys, "MODE": _modes}
"""Additional text for a command's page."""
_OVERVIEWS: Final[dict[str, tuple[str, Callable[[Session], list[str]]]]] = {
    "MODES": ("The modes of channels", lambda _: list(map(_mode, CHANNEL_MODES.values()))),
    "USERMODES": ("The modes of users", lambda _: list(map(_user_mode, USER_MODES))),
    "CAPABILITIES": ("What clients may ask for with CAP REQ", _capabilities),
}
_INDEX: Final = (
    "HELP <command>, HELP <capability> and HELP +<mode> explain one of them",
    "HELP MODES, HELP USERMODES and HELP CAPABILITIES list the others",
)

ROWS: Final = (
    Command("HELP", help_, "HELP [command|capability|+mode]", "explains commands, capabilities and modes"),
    Command("HELPOP", help_, "HELPOP [command|capability|+mode]", "does the same as HELP"),
)
