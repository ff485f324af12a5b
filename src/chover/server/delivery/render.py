"""From an event and its reader's capabilities to a line. The same event and render key always give the same text.

A rendered line is a pair: the tags that its reader may see, and the rest. They are joined by ``text_of``; keeping them
apart until then lets a label or a batch be added for one reader without rendering again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from chover.engine.events import (
    AwaySet,
    Blanked,
    Edited,
    Event,
    HostSet,
    Identified,
    Invited,
    Joined,
    Kicked,
    ModesSet,
    Parted,
    Quit,
    RealnameSet,
    Redacted,
    Renamed,
    Said,
    Tagged,
    TagsKept,
    TopicSet,
    UserModesSet,
)
from chover.engine.lines import cut, joints, pieces
from chover.engine.modes import format_changes
from chover.wire.capabilities import EDITED, NONCE, RELAYED, Cap
from chover.wire.ctcp import action
from chover.wire.message import escape, format_tags

# Plain integers: arithmetic on flags takes half a microsecond, and this happens for each line.
MESSAGE_TAGS: Final = int(Cap.MESSAGE_TAGS)
_SERVER_TIME: Final = int(Cap.SERVER_TIME)
_ACCOUNT_TAG: Final = int(Cap.ACCOUNT_TAG)
_EXTENDED_JOIN: Final = int(Cap.EXTENDED_JOIN)
_OPER_TAG: Final = int(Cap.OPER_TAG)
_BATCH: Final = int(Cap.BATCH)
_MULTILINE: Final = int(Cap.MULTILINE)
REDACTION: Final = int(Cap.REDACTION)
EDIT: Final = int(Cap.EDIT)
_RELAYMSG: Final = int(Cap.RELAYMSG)
_ONE_LINE_BYTES: Final = 300
"""Bytes of an edited multi-line text for clients that get one line."""
_SHAPE: Final = MESSAGE_TAGS | _SERVER_TIME | _ACCOUNT_TAG | _EXTENDED_JOIN | _OPER_TAG | REDACTION | EDIT | _RELAYMSG


def render_key_of(caps: Cap) -> int:
    """The capabilities that change how an event's line looks, as an integer. Readers are grouped by it."""
    plain = int(caps)
    # Several lines are sent in a batch, which only helps clients that support batches.
    return plain & (_SHAPE | _MULTILINE if plain & _BATCH else _SHAPE)


class Rendered(NamedTuple):
    tags: str
    rest: str
    """Without CR LF at its end. A batch is a single piece: ``tags`` belongs to its opening."""
    more: tuple[Rendered, ...] = ()
    """Further lines, if a reader gets one event as several."""

    @property
    def each(self) -> tuple[Rendered, ...]:
        """It and its further lines, separately."""
        return (self._replace(more=()), *self.more) if self.more else (self,)


def text_of(line: Rendered, *more_tags: str) -> str:
    """The line with its tags and those added for one reader, with CR LF at its end."""
    if line.more:
        first, *others = line.each
        return text_of(first, *more_tags) + "".join(map(text_of, others))
    if not more_tags:
        return f"@{line.tags} {line.rest}\r\n" if line.tags else line.rest + "\r\n"
    tags = ";".join([tag for tag in (*more_tags, line.tags) if tag])
    return f"@{tags} {line.rest}\r\n" if tags else line.rest + "\r\n"


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


# The messages of a group have the same time, or nearly.
@lru_cache(maxsize=8)
def timestamp(at: int) -> str:
    """Milliseconds since 1970 as ``2026-11-22T20:50:40.123Z`` (server-time)."""
    return f"{_second(at // 1000)}.{at % 1000:03d}Z"


def moment(at: int) -> str:
    """Milliseconds since 1970 as people read it: ``2026-11-22 20:50 UTC``."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _tags_of_said(body: Said, render_key: int) -> list[str]:
    tags = [format_tags(body.tags)] if body.tags else []
    if body.edited and render_key & EDIT:
        tags.append(f"{EDITED}={timestamp(body.edited)}")
    return tags


def _tags_of_tagmsg(body: Tagged | TagsKept, _: int) -> list[str]:
    return [format_tags(body.tags)] if body.tags else []


def _tags_of_edited(body: Edited, render_key: int) -> list[str]:
    """A notice in words names the message, so that its reader can find it."""
    return [] if render_key & EDIT else ["+draft/reply=" + body.msgid]


_OWN_TAGS: Final[dict[type, Callable[..., list[str]]]] = {
    Said: _tags_of_said,
    Tagged: _tags_of_tagmsg,
    TagsKept: _tags_of_tagmsg,
    Edited: _tags_of_edited,
}


def tags_of(event: Event, render_key: int) -> str:
    """The tags of an event for readers with a render key."""
    if not render_key:
        return ""
    tags = []
    if render_key & MESSAGE_TAGS and event.msgid:
        tags.append("msgid=" + event.msgid)
    if render_key & _SERVER_TIME:
        tags.append("time=" + timestamp(event.at))
    if render_key & _ACCOUNT_TAG and event.source.account:
        tags.append("account=" + escape(event.source.account))
    if render_key & MESSAGE_TAGS:
        if event.source.bot:
            tags.append("bot")
        if event.nonce:
            tags.append(f"{NONCE}={event.nonce}")
        own = _OWN_TAGS.get(type(event.body))
        if own is not None:
            tags += own(event.body, render_key)
    if render_key & (_OPER_TAG | _RELAYMSG):
        tags += _tags_asked_for(event, render_key)
    return ";".join(tags)


def _tags_asked_for(event: Event, render_key: int) -> list[str]:
    """Tags that have a capability of their own."""
    tags = ["draft/oper"] if render_key & _OPER_TAG and event.source.oper else []
    if render_key & _RELAYMSG and isinstance(event.body, Said) and event.body.relayed_by:
        tags.append(f"{RELAYED}={escape(event.body.relayed_by)}")
    return tags


def render(event: Event, render_key: int, channel: str) -> Rendered | None:
    """The line of an event for readers with a render key; None if it has none. ``channel`` is its channel's name."""
    body = event.body
    kind = type(body)
    # Not through the property, because this is called for each message.
    if type(body) is Said and ("\n" in body.text or body.joints):
        return _several(event, render_key, channel)
    lines = _EXTENDED_JOINS if render_key & _EXTENDED_JOIN and kind is Joined else _LINES
    line = lines.get(kind)
    if line is None and render_key & EDIT and render_key & _MULTILINE and isinstance(body, Edited) and body.several:
        return _batch(event, render_key, channel, f"EDIT {body.to or body.status + channel} {body.msgid}")
    rest = line(event, channel, body) if line else _by_shape(event, render_key, channel)
    return Rendered(tags_of(event, render_key), f":{event.source.mask} {rest}") if rest else None


def _said(_: Event, channel: str, body: Said) -> str:
    target = body.to or body.status + channel
    return f"{'NOTICE' if body.notice else 'PRIVMSG'} {target} :{body.text}"


def _several(event: Event, render_key: int, channel: str) -> Rendered:
    """https://ircv3.net/specs/extensions/multiline: a batch, or line after line for clients without it."""
    body = event.body
    assert isinstance(body, Said)
    command = f"{'NOTICE' if body.notice else 'PRIVMSG'} {body.to or body.status + channel}"
    if render_key & _MULTILINE:
        return _batch(event, render_key, channel, command)
    head = f":{event.source.mask} {command} :"
    first, *others = [text for text, _ in body.pieces() if text]
    beside = _tags_of_later_lines(event, body, render_key)
    return Rendered(tags_of(event, render_key), head + first, tuple([Rendered(beside, head + text) for text in others]))


def _tags_of_later_lines(event: Event, body: Said, render_key: int) -> str:
    """The tags of each further line of a message: without its msgid and nonce, which belong to the message."""
    tags = [tags_of(event, render_key & ~MESSAGE_TAGS)]
    if render_key & MESSAGE_TAGS:
        tags += ["bot"] if event.source.bot else []
        tags += [format_tags(body.tags)] if body.tags else []
    return ";".join(filter(None, tags))


def _batch(event: Event, render_key: int, channel: str, command: str) -> Rendered:
    """All lines of a message or edit, each after ``command``, as one message."""
    body, mask, name = event.body, event.source.mask, event.msgid
    assert isinstance(body, Said | Edited)
    head = f":{mask} {command} :"
    inside = [f"@batch={name}{_CONCAT if joined else ''} {head}{text}" for text, joined in body.pieces()]
    opening = f":{mask} BATCH +{name} draft/multiline {body.to or body.status + channel}"
    return Rendered(tags_of(event, render_key), "\r\n".join([opening, *inside, f":{mask} BATCH -{name}"]))


def _by_shape(event: Event, render_key: int, channel: str) -> str:
    """A line that only clients with a capability get; "" if there is none."""
    body = event.body
    if isinstance(body, Redacted) and render_key & REDACTION:
        reason = f" :{body.reason}" if body.reason else ""
        return f"REDACT {body.to or body.status + channel} {body.msgid}{reason}"
    if isinstance(body, Edited):
        return _edited(body, render_key, channel)
    return ""


def _edited(body: Edited, render_key: int, channel: str) -> str:
    """Plain clients are told the new text once, as an action of its author."""
    target = body.to or body.status + channel
    text = _in_one_line(body) if body.several else body.text
    if render_key & EDIT:
        return f"EDIT {target} {body.msgid} :{text}"
    if body.quiet:
        return ""
    return f"{'NOTICE' if body.notice else 'PRIVMSG'} {target} :\x01ACTION edited: {action(text) or text}\x01"


def _in_one_line(body: Edited) -> str:
    """For clients without multi-line support: as much as fits."""
    flat = body.text.replace("\n", " ")
    short = cut(flat, _ONE_LINE_BYTES)
    return flat if short == flat else f"{short}…"


_CONCAT: Final = ";draft/multiline-concat"


def _blanked(_: Event, channel: str, body: Blanked) -> str:
    """Only for the author who repeats it under its nonce: it was kept, but its text was deleted."""
    return f"{'NOTICE' if body.notice else 'PRIVMSG'} {body.to or channel} :"


def _tagged(_: Event, channel: str, body: Tagged | TagsKept) -> str:
    return f"TAGMSG {body.to or body.status + channel}"


def _extended_join(event: Event, channel: str, body: Joined) -> str:
    """https://ircv3.net/specs/extensions/extended-join"""
    source = event.source
    return f"JOIN {channel} {source.account or '*'} :{body.realname or source.nick}"


def _kicked(_: Event, channel: str, body: Kicked) -> str:
    return f"KICK {channel} {body.nick} :{body.reason}"


def _parted(_: Event, channel: str, body: Parted) -> str:
    return f"PART {channel} :{body.reason}" if body.reason else f"PART {channel}"


def _modes(_: Event, channel: str, body: ModesSet) -> str:
    changes = [(change.add, change.mode, change.arg) for change in body.changes]
    return f"MODE {channel} {' '.join(format_changes(changes))}"


def _user_modes(event: Event, _: str, body: UserModesSet) -> str:
    changes = [(change.add, change.mode, change.arg) for change in body.changes]
    return f"MODE {event.source.nick} {' '.join(format_changes(changes))}"


_LINES: Final[dict[type, Callable[..., str]]] = {
    Said: _said,
    Tagged: _tagged,
    TagsKept: _tagged,
    Blanked: _blanked,
    Joined: lambda _, channel, __: f"JOIN {channel}",
    Parted: _parted,
    Kicked: _kicked,
    Quit: lambda _, __, body: f"QUIT :{body.reason}",
    Renamed: lambda _, __, body: f"NICK {body.nick}",
    TopicSet: lambda _, channel, body: f"TOPIC {channel} :{body.text}",
    ModesSet: _modes,
    Invited: lambda _, channel, body: f"INVITE {body.nick} {channel}",
    Identified: lambda event, _, body: "" if event.log else f"ACCOUNT {body.account or '*'}",
    HostSet: lambda _, __, body: f"CHGHOST {body.user} {body.host}",
    AwaySet: lambda _, __, body: f"AWAY :{body.text}" if body.text else "AWAY",
    RealnameSet: lambda _, __, body: f"SETNAME :{body.text}",
    UserModesSet: _user_modes,
}
_EXTENDED_JOINS: Final[dict[type, Callable[..., str]]] = {Joined: _extended_join}
_TAGS: Final = frozenset({Tagged, TagsKept})


def line_bytes(event: Event, render_key: int, channel: str) -> bytes:
    """The line of an event for readers with one render key; empty if they do not see it."""
    if type(event.body) in _TAGS and not render_key & MESSAGE_TAGS:
        return b""
    line = render(event, render_key, channel)
    return text_of(line).encode() if line is not None else b""


def text_line(words: str, text: str, target: str, room: int, new_batch: Callable[[], str], server: str) -> Rendered:
    """``:server <words> :<text>``; one of several lines, or of more than ``room`` bytes, as a batch about a target."""
    head = f":{server} {words} :"
    parts = pieces(text, joints(text, room))
    if len(parts) == 1:
        return Rendered("", head + text)
    name = new_batch()
    inside = [f"@batch={name}{_CONCAT if joined else ''} {head}{piece}" for piece, joined in parts]
    opening = f":{server} BATCH +{name} draft/multiline {target}"
    return Rendered("", "\r\n".join([opening, *inside, f":{server} BATCH -{name}"]))
