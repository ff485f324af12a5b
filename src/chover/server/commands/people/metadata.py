"""METADATA: metadata of people and channels (draft/metadata-3)."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from chover.engine import verbs
from chover.engine.metadata import (
    DISPLAY_NAME,
    KEY_BYTES,
    PRIVATE,
    SHARED_PINS,
    BadValue,
    is_key,
    marked,
    require_value,
    unmarked,
)
from chover.engine.model import Channel, User, visible_to
from chover.engine.refusals import Refusal
from chover.names import is_channel
from chover.ports import Denied, StoreError
from chover.server.access.limits import Bucket
from chover.server.delivery import metadata_lines
from chover.server.delivery.names_cache import packed
from chover.server.delivery.render import Rendered
from chover.server.history.replay import enclose
from chover.server.profile import metadata as notes
from chover.server.profile import preferences
from chover.server.profile.metadata import word
from chover.server.session.command import Command, Fault
from chover.server.users import lookalikes
from chover.wire.message import LINE_BYTES, Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session

AT_ONCE: Final = 20
"""Changes of one's own metadata that may be made at once; each is sent to everybody around."""
PER_SECOND: Final = 0.2
"""Additional changes per second."""


Handler = Callable[["Session", str, list[str]], Awaitable[None] | None]


class MetadataTarget(NamedTuple):
    """Whose metadata is meant. ``owner`` is None for whoever is no user yet."""

    name: str
    owner: User | Channel | None
    held: dict[str, str]

    def own(self, session: Session) -> bool:
        return self.owner is session.user


def metadata(session: Session, message: Message) -> Awaitable[None] | None:
    target, sub, params = message.params[0], message.params[1].upper(), message.params[2:]
    try:
        handler = _handler(message.params[1])
        if sub in _WITH_KEYS and not params:
            usage = f"METADATA {target} {sub} <key>"
            session.reply(Err.NEEDMOREPARAMS, "METADATA", f"Not enough parameters; usage: {usage}")
            return None
        work = handler(session, target, params)
    except Fault as fault:
        _answer(session, fault)
        return None
    return _guarded(session, work) if work is not None else None


def _handler(sub: str) -> Handler:
    handler = _SUBCOMMANDS.get(sub.upper())
    if handler is None:
        raise Fault("INVALID_PARAMS", word(sub), text=f"The subcommands are {', '.join(_SUBCOMMANDS)}")
    return handler


async def _guarded(session: Session, work: Awaitable[None]) -> None:
    try:
        await work
    except Fault as fault:
        _answer(session, fault)
    except StoreError as error:
        session.fail("METADATA", "INTERNAL_ERROR", text=f"That could not be saved: {error}")


def _answer(session: Session, fault: Fault) -> None:
    session.add(notes.failed(session, fault))


# ---- whose -----------------------------------------------------------------------------------------------------------


def _target(session: Session, name: str) -> MetadataTarget:
    """The target of a command.

    Raises Fault INVALID_TARGET if it does not exist, or is a channel hidden from the user.
    """
    chat = session.node.chat
    try:
        if session.user is None:
            if name == "*":
                return MetadataTarget("*", None, session.registration.metadata)
        elif is_channel(name):
            channel = chat.find_channel(name)
            if visible_to(channel, session.me):
                shown = {key: value for key, value in channel.metadata.items() if key != SHARED_PINS}
                return MetadataTarget(channel.name, channel, shown)
        else:
            user = session.me if name == "*" else chat.find_user(name)
            return MetadataTarget(user.nick, user, user.metadata)
    except Refusal:
        pass
    raise Fault("INVALID_TARGET", word(name), text="There is no such user or channel")


def _readable(session: Session, name: str) -> MetadataTarget:
    """Raises Fault: the metadata of a channel that is not open to everybody is only for its members."""
    target = _target(session, name)
    owner = target.owner
    if isinstance(owner, Channel) and owner.private and session.me.id not in owner.members:
        raise Fault("KEY_NO_PERMISSION", target.name, "*", text="Only members can read the metadata of this channel")
    return target


def _writable(session: Session, name: str, key: str) -> MetadataTarget:
    """Raises Fault: people may change their own metadata, and that of channels where they are operators."""
    target = _target(session, name)
    owner = target.owner
    if isinstance(owner, Channel):
        membership = owner.members.get(session.me.id)
        if membership is None or not membership.rules:
            text = "Only operators of a channel can change its metadata"
            raise Fault("KEY_NO_PERMISSION", target.name, key, text=text)
    elif not target.own(session):
        raise Fault("KEY_NO_PERMISSION", target.name, key, text="You can change your own metadata only")
    return target


def _bad_key(key: str) -> Fault:
    return Fault("INVALID_KEY", word(key), text=f"A key has 1 to {KEY_BYTES} of a-z 0-9 _ . / -")


# ---- reading ---------------------------------------------------------------------------------------------------------


def _get(session: Session, name: str, keys: list[str]) -> None:
    if PRIVATE.keys() >= set(keys):
        # There may be private metadata about somebody who is not online.
        own = preferences.place(session, name, keys[0])
        target, held = own.name, preferences.at(session, own)
    else:
        public = _readable(session, name)
        target, held = public.name, {**public.held, **_noted(session, name)}
    notes.give(session, target, [_one(session, target, held, key) for key in keys])


def _one(session: Session, target: str, held: Mapping[str, str], key: str) -> Rendered:
    """The value of a key; an error takes its place, because the answers are in the order of the keys."""
    if is_key(key):
        return metadata_lines.line(session, target, key, held.get(key, unmarked(key)))
    return notes.failed(session, _bad_key(key))


def _noted(session: Session, name: str) -> dict[str, str]:
    """A user's private metadata about a channel or a nick, or nothing."""
    try:
        return preferences.at(session, preferences.place(session, name))
    except Fault:
        return {}


def _list(session: Session, name: str, _: list[str]) -> None:
    noted = _noted(session, name)
    try:
        target = _readable(session, name)
    except Fault:
        if not noted:
            raise
        target = MetadataTarget(preferences.place(session, name).name, None, {})
    lines = [metadata_lines.line(session, target.name, *pair) for pair in {**target.held, **noted}.items()]
    notes.give(session, target.name, lines)


def _sync(session: Session, name: str, _: list[str]) -> None:
    if session.user is not None and name.upper() == notes.EVERYTHING:
        notes.give(session, notes.EVERYTHING, [*notes.everything(session), *preferences.everything(session)])
        return
    target = _readable(session, name)
    held = notes.around(session, target.owner) if isinstance(target.owner, Channel) else _held(session, target)
    noted = metadata_lines.wanted(session, target.name, _noted(session, name))
    notes.give(session, target.name, [*held, *noted])


def _held(session: Session, target: MetadataTarget) -> Iterator[Rendered]:
    return metadata_lines.wanted(session, target.name, target.held)


# ---- changing --------------------------------------------------------------------------------------------------------


def _set(session: Session, name: str, params: list[str]) -> Awaitable[None] | None:
    key, value = params[0], params[1] if len(params) > 1 else ""
    if not is_key(key):
        raise _bad_key(key)
    if key in PRIVATE:
        where = preferences.place(session, name, key)
        _require_value(session, key, value)
        return _marked(session, where, key, marked(key, value))
    target = _writable(session, name, key)
    if key == SHARED_PINS:
        raise Fault("KEY_NO_PERMISSION", target.name, key, text="PIN and UNPIN change what is pinned for everybody")
    _require_room(session, target, key, value)
    if session.user is None:
        _before(session, key, value)
        return None
    if key == DISPLAY_NAME and target.own(session):
        _require_own_look(session, value)
    return _changed(session, target, key, value or None)


def _require_room(session: Session, target: MetadataTarget, key: str, value: str) -> None:
    most = session.node.config.limits.metadata_keys
    if not value and key not in target.held:
        raise Fault("KEY_NOT_SET", target.name, key, text="That key is not set")
    if value and key not in target.held and len(target.held) >= most:
        raise Fault("LIMIT_REACHED", target.name, str(most), text=f"At most {most} keys are allowed; remove one first")
    _require_value(session, key, value)


def _require_value(session: Session, key: str, value: str) -> None:
    try:
        if value:
            require_value(key, value, notes.longest_value(session.node.config))
    except BadValue as bad:
        raise Fault("INVALID_VALUE", key, text=f"That value is not valid: {bad}") from None


def _require_own_look(session: Session, value: str) -> None:
    """Raises Fault if the value looks like somebody else's name."""
    try:
        lookalikes.require_own_look(session.node, session.me, value)
    except Refusal as taken:
        text = f"That looks like somebody else's name ({taken.hint}); choose another"
        raise Fault("INVALID_VALUE", DISPLAY_NAME, text=text) from None


async def _marked(session: Session, where: preferences.PreferenceTarget, key: str, value: str | None) -> None:
    try:
        await preferences.put(session, where, key, value)
    except Denied as denied:
        raise Fault("LIMIT_REACHED", where.name, text=str(denied)) from None
    after = unmarked(key) if value is None else value
    session.add(metadata_lines.line(session, where.name, key, after))
    if metadata_lines.by_command(session):
        # As in soju: these clients use notifications, not answers.
        session.add_each(list(metadata_lines.wanted(session, where.name, {key: after})))


def _before(session: Session, key: str, value: str) -> None:
    held = session.registration.metadata
    held.pop(key, None)
    if value:
        held[key] = value
    session.add(metadata_lines.line(session, "*", key, value or None))


async def _changed(session: Session, target: MetadataTarget, key: str, value: str | None) -> None:
    await _change(session, target, {key: value}, key)
    session.add(metadata_lines.line(session, target.name, key, value))


async def _change(session: Session, target: MetadataTarget, values: dict[str, str | None], key: str) -> None:
    if isinstance(target.owner, Channel):
        channel = target.owner
        await session.commit(lambda: verbs.set_channel_metadata(session.me, channel, values))
    else:
        _slow_down(session, target.name, key)
        await notes.change(session, values)


def _slow_down(session: Session, target: str, key: str) -> None:
    """Raises Fault RATE_LIMITED, because a change is sent to everybody who shares a channel."""
    said, now = session.registration, time.monotonic()
    if said.changes is None:
        said.changes = Bucket(PER_SECOND, AT_ONCE, now)
    if wait := said.changes.take(now):
        seconds = str(math.ceil(wait))
        raise Fault("RATE_LIMITED", target, key, seconds, text=f"Too many changes; try again in {seconds} s")


def _clear(session: Session, name: str, _: list[str]) -> Awaitable[None] | None:
    target = _writable(session, name, "*")
    if session.user is not None:
        return _cleared(session, target)
    keys, session.registration.metadata = list(target.held), {}
    notes.give(session, "*", [metadata_lines.line(session, "*", key, None) for key in keys])
    return None


async def _cleared(session: Session, target: MetadataTarget) -> None:
    values: dict[str, str | None] = dict.fromkeys(target.held)
    if values:
        await _change(session, target, values, "*")
    notes.give(session, target.name, [metadata_lines.line(session, target.name, key, None) for key in values])


# ---- subscribing -----------------------------------------------------------------------------------------------------


def _sub(session: Session, name: str, keys: list[str]) -> None:
    """In order; the first one without room ends it."""
    _require_self(session, name)
    held, most = session.registration.subscribed, session.node.config.limits.metadata_subs
    added: dict[str, None] = {}
    full = ""
    for key in keys:
        if not is_key(key):
            _answer(session, _bad_key(key))
        elif key not in held and len(held) >= most:
            full = key
            break
        else:
            held[key] = added[key] = None
    if session.user is not None and PRIVATE.keys() & added.keys():
        # As in soju: when a key is confirmed, all its values have been sent.
        preferences.show(session)
    _keys(session, Rpl.METADATASUBOK, added)
    if full:
        _answer(session, Fault("LIMIT_REACHED", full, str(most), text=f"At most {most} subscriptions are allowed"))
    if added.keys() - PRIVATE.keys() and session.user is not None:
        session.reply(Rpl.METADATASYNCLATER, notes.EVERYTHING, "0", "Request the values with METADATA SYNC")


def _unsub(session: Session, name: str, keys: list[str]) -> None:
    _require_self(session, name)
    for key in keys:
        if not is_key(key):
            _answer(session, _bad_key(key))
        session.registration.subscribed.pop(key, None)
    _keys(session, Rpl.METADATAUNSUBOK, dict.fromkeys(filter(is_key, keys)))


def _subs(session: Session, name: str, _: list[str]) -> None:
    _require_self(session, name)
    lines = [
        notes.numeric(session, Rpl.METADATASUBS, tail) for tail in _tails(session, session.registration.subscribed)
    ]
    enclose(session, "metadata-subs", lines)


def _require_self(session: Session, name: str) -> None:
    if not _target(session, name).own(session):
        raise Fault("INVALID_TARGET", word(name), text="The target of a subscription is always *")


def _keys(session: Session, numeric: Rpl, keys: dict[str, None]) -> None:
    session.reply_each(numeric, _tails(session, keys))


def _tails(session: Session, keys: dict[str, None]) -> list[str]:
    room = LINE_BYTES - 2 - len(f":{session.node.name} 770 {session.nick_or_star} ".encode())
    return list(packed(iter(keys), room))


_SUBCOMMANDS: Final[dict[str, Handler]] = {
    "GET": _get,
    "LIST": _list,
    "SET": _set,
    "CLEAR": _clear,
    "SUB": _sub,
    "UNSUB": _unsub,
    "SUBS": _subs,
    "SYNC": _sync,
}
_WITH_KEYS: Final = frozenset({"GET", "SET", "SUB", "UNSUB"})

ROWS: Final = (
    Command(
        "METADATA", metadata, "METADATA <*|nick|#channel> GET|LIST|SET|CLEAR|SUB|UNSUB|SUBS|SYNC [key…] [:value]",
        "shows, changes and follows the metadata of people and channels", 2, before=True,
    ),
)  # fmt: skip
