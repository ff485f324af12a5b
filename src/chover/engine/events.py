"""Events: what the engine returns, the store keeps, the bus carries and rendering shows.

An event is an envelope (log, place, time, source) around a body. Bodies contain immutable ids and the labels of the
moment, never text of a protocol. Changing a body in a way that an older version could misread means a new number in
``VERSIONS``; a reader that does not know a kind or its version keeps the event as ``Unknown``, in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from chover.engine import ids, lines
from chover.engine.ids import LogId, UserId
from chover.engine.kinds import EventKind, kinds_where


class Source(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The person who did it, with the labels of that moment. ``id`` never changes, the rest are labels."""

    id: UserId
    nick: str
    user: str
    host: str
    account: str = ""
    bot: bool = False
    """Whether it has marked itself as a program (user mode B)."""
    oper: bool = False
    """Whether it is an operator of the server; shown, but not kept."""

    @property
    def mask(self) -> str:
        return f"{self.nick}!{self.user}@{self.host}"


class Body(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", gc=False):
    """What happened. ``kind`` is the tag; see kinds.KINDS."""


class Said(Body, frozen=True, tag="said"):
    """A message. ``tags`` are the client-only tags worth keeping; ``to`` is the other's label in private ones."""

    text: str
    notice: bool = False
    tags: dict[str, str] = {}
    to: str = ""
    status: str = ""
    """Prefix of a message for members of at least that rank (STATUSMSG), otherwise empty."""
    held: bool = False
    """Whether a plain member of an op-moderated channel (+U) said it: only operators and its author see it."""
    joints: tuple[int, ...] = ()
    """Where a protocol line ended inside a line of the text.

    ``text`` is complete, with a line feed between its lines.
    """
    edited: int = 0
    """When its author last edited it, in milliseconds since 1970; 0: never."""
    edit: int = 0
    """The place of that edit in the log."""

    relayed_by: str = ""
    """The nick that said it under another name (RELAYMSG, roleplay), otherwise empty."""

    @property
    def rank(self) -> str:
        """The lowest prefix that may read it; empty for everybody."""
        return self.status or ("@" if self.held else "")

    @property
    def several(self) -> bool:
        """Whether it arrived in several protocol lines."""
        return lines.several(self.text, self.joints)

    def pieces(self) -> list[tuple[str, bool]]:
        """Its protocol lines, and for each whether it continues the previous one (draft/multiline-concat)."""
        return lines.pieces(self.text, self.joints)


class Tagged(Body, frozen=True, tag="tagged"):
    """A TAGMSG: only tags, not kept."""

    tags: dict[str, str]
    to: str = ""
    status: str = ""


class TagsKept(Body, frozen=True, tag="marked"):
    """A TAGMSG that is kept with the conversation: a reaction, or one that its sender asked to keep."""

    tags: dict[str, str]
    to: str = ""
    status: str = ""
    about: int = 0
    """The place in the log of the message that it reacts to; 0: none."""


class Redacted(Body, frozen=True, tag="redacted"):
    """Somebody deleted the message at a place of this log: everything that holds its text must drop it.

    The store has blanked that place, and earlier edits of it, in the same transaction.
    """

    msgid: str
    place: int
    reason: str = ""
    to: str = ""
    status: str = ""


class Edited(Body, frozen=True, tag="edited"):
    """The author edited the message at a place of this log: its text is ``text`` from now on.

    The store has changed that place in the same transaction, and blanked the previous edit.
    """

    msgid: str
    place: int
    text: str
    to: str = ""
    status: str = ""
    quiet: bool = False
    """Whether clients without support for edits are not told, because the author has edited much in a short time."""
    notice: bool = False
    joints: tuple[int, ...] = ()
    """As in Said."""

    @property
    def several(self) -> bool:
        """As in Said."""
        return lines.several(self.text, self.joints)

    def pieces(self) -> list[tuple[str, bool]]:
        """As in Said."""
        return lines.pieces(self.text, self.joints)


class Blanked(Body, frozen=True, tag="blanked"):
    """The message at this place was deleted. The place and the nonce stay, so that a repeat is still recognized."""

    to: str = ""
    notice: bool = False


class Opened(Body, frozen=True, tag="opened"):
    """A channel began. Its log is new; ``modes`` are the flags that it begins with."""

    name: str
    modes: str = ""


class Closed(Body, frozen=True, tag="closed"):
    """A private channel ended with its last member; its log is kept, its name is free."""


class Joined(Body, frozen=True, tag="joined"):
    """``modes`` are the member modes that the newcomer begins with ("o" or "")."""

    modes: str = ""
    contested: bool = False
    """Whether it took one of a limited number of places, so that concurrent decisions are made again."""
    realname: str = ""
    """A label of the moment, like those of the source."""


class Parted(Body, frozen=True, tag="parted"):
    reason: str = ""


class Quit(Body, frozen=True, tag="quit"):
    """Somebody left the server: one reference in the log of each channel, and one presence event."""

    reason: str


class Kicked(Body, frozen=True, tag="kicked"):
    who: UserId
    nick: str
    reason: str


class Renamed(Body, frozen=True, tag="renamed"):
    """A new nick: one reference in the log of each channel, and one presence event."""

    nick: str


class Identified(Body, frozen=True, tag="identified"):
    """Somebody logged in or out: from now on the user has another id.

    There is one reference in the log of each channel, and one presence event. The source has the earlier identity;
    ``account`` is the account's name, empty for a guest.
    """

    who: UserId
    account: str = ""


class TopicSet(Body, frozen=True, tag="topic"):
    text: str


class ModeChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mode that was set or removed. ``who`` is the target of a member mode; ``arg`` is shown.

    ``account`` is the account that a list entry names: the name in ``arg`` may belong to another one some day.
    ``until``: when a list entry ends, in milliseconds since 1970; 0: never.
    """

    add: bool
    mode: str
    arg: str = ""
    who: UserId = UserId("")
    account: UserId = UserId("")
    until: int = 0


class ModesSet(Body, frozen=True, tag="modes"):
    changes: tuple[ModeChange, ...]


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account and its permanent rank in a channel; an empty ``role`` removes it."""

    account: UserId
    name: str
    role: str = ""


class ChannelRenamed(Body, frozen=True, tag="channel-renamed"):
    """A channel has another name. Its log, its members and all its rules stay, because its id does."""

    name: str
    old: str
    reason: str = ""


class AccessSet(Body, frozen=True, tag="access"):
    """The rank of an account in a registered channel. A channel with a founder (role q) is registered."""

    grants: tuple[Grant, ...]


class HistorySet(Body, frozen=True, tag="history"):
    """The people who may read what was said (engine/visibility.py), and the days until it is deleted.

    Both as they are from now on; empty, and 0: as the server has it.
    """

    visibility: str = ""
    days: int = 0


class MetadataSet(Body, frozen=True, tag="metadata"):
    """Metadata of the log's channel, or of the source if it is in no log. None: the key is removed."""

    values: dict[str, str | None]


class Invited(Body, frozen=True, tag="invited"):
    who: UserId
    nick: str


class Arrived(Body, frozen=True, tag="arrived"):
    """A user is present. Not kept: presence is owned by a node."""

    realname: str


class AwaySet(Body, frozen=True, tag="away"):
    """Not kept. Empty: back."""

    text: str = ""


class RealnameSet(Body, frozen=True, tag="realname"):
    """Not kept: presence, like the next one."""

    text: str


class HostSet(Body, frozen=True, tag="host"):
    """Another cloak or user name: for instance, the cloak of an address is replaced by that of an account."""

    user: str
    host: str


class UserModesSet(Body, frozen=True, tag="user-modes"):
    """Modes that somebody has set on themselves."""

    changes: tuple[ModeChange, ...]


class BlocksSet(Body, frozen=True, tag="blocks"):
    """Masks of people whose private messages and invitations somebody has blocked. Not kept: the account keeps them."""

    masks: tuple[str, ...]


class AcceptsSet(Body, frozen=True, tag="accepts"):
    """The people who may send somebody private messages despite a user mode. Not kept, as above."""

    who: tuple[UserId, ...]


class Unknown(msgspec.Struct, frozen=True):
    """An event of a newer version: it keeps its place in the log and has no effect here."""

    kind: str
    version: int
    raw: bytes


Known = (
    Said
    | Tagged
    | TagsKept
    | Redacted
    | Edited
    | Blanked
    | Opened
    | Closed
    | Joined
    | Parted
    | Quit
    | Kicked
    | Renamed
    | Identified
    | TopicSet
    | ModesSet
    | ChannelRenamed
    | AccessSet
    | HistorySet
    | MetadataSet
    | Invited
    | Arrived
    | AwaySet
    | RealnameSet
    | HostSet
    | UserModesSet
    | BlocksSet
    | AcceptsSet
)

VERSIONS: Final[dict[str, int]] = {body.__struct_config__.tag: 1 for body in Known.__args__} | {"said": 2}
"""The version of each kind that this code writes; it also reads older ones."""


class Event(msgspec.Struct, omit_defaults=True, gc=False):
    """Something that happened.

    ``seq`` is the place in the log, from 1, without holes; 0 before the store has assigned it, and for events that are
    not kept. ``at`` is in milliseconds since 1970, UTC, never less than that of the previous event in the log. Mutable,
    because the store fills in ``seq`` and ``at`` on the hot path, and the feed ``after``; nothing else changes one.
    """

    log: LogId
    source: Source
    body: Known | Unknown
    msgid: str = ""
    seq: int = 0
    at: int = 0
    nonce: str = ""
    after: int = -1
    """Between this place of the log and its own nothing changes the state; -1: not known. For other nodes, not kept."""

    @property
    def changes_rules(self) -> bool:
        """Whether later decisions in its log depend on it: the log's rules version moves to it."""
        body = self.body
        return type(body) in _RULE_CHANGES or (isinstance(body, Joined) and (body.contested or bool(body.modes)))

    @property
    def kept(self) -> bool:
        """Whether it has a place in a log."""
        return type(self.body) not in _UNKEPT and bool(self.log)


def bodies_where(chosen: Callable[[EventKind], bool]) -> frozenset[type]:
    """The bodies of the kinds whose rows (kinds.KINDS) are chosen."""
    names = kinds_where(chosen)
    return frozenset(body for body in Known.__args__ if body.__struct_config__.tag in names)


# Called several times for each message: a look into a set takes 25 ns, isinstance 80 ns for each class.
SPOKEN: Final = bodies_where(lambda kind: kind.spoken)
"""What people say to a channel or a user."""
TALK: Final = bodies_where(lambda kind: kind.talk)
"""What changes no state but that something was said."""
_RULE_CHANGES: Final = bodies_where(lambda kind: kind.changes_rules)
_UNKEPT: Final = bodies_where(lambda kind: not kind.kept)


def in_own_name(event: Event) -> bool:
    """Whether the author said it under their own identity: without echo-message it is not sent back to them."""
    body = event.body
    return type(body) in SPOKEN and not (isinstance(body, Said) and body.relayed_by)


SERVER: Final = Source(ids.SERVER, "", "", "")
"""The source of the server's own actions."""


def ranked(event: Event) -> str:
    """The lowest prefix that may read it; empty for everybody."""
    body = event.body
    return body.rank if isinstance(body, Said) else getattr(body, "status", "")
