"""A user's private preferences about conversations and people: pinned, muted, notification levels, blocked people.

Nobody else is told or can ask. It is part of an account's settings, so that it follows the account, and a guest's for
as long as the guest is here. A mark belongs to a name, not to whoever has it: it stays when a channel has ended or
somebody is gone, and is there when the name is used again. Blocked people are in the list of SILENCE (blocks.py).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from chover.engine import metadata as known
from chover.engine.ids import UserId, is_account
from chover.engine.metadata import BLOCKED, HIGHLIGHTS, MUTED, NOTIFY, PRIVATE, UNREAD, highlights, phrases, unmarked
from chover.engine.model import Channel, visible_to
from chover.names import BadName, is_channel
from chover.ports import AccountSettings, ConversationPreference, Denied, StoreError
from chover.server.delivery import metadata_lines
from chover.server.delivery.render import Rendered
from chover.server.profile import blocks, metadata
from chover.server.profile.metadata import word
from chover.server.session.command import Fault

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session

_log = logging.getLogger(__name__)

MOST: Final = 500
"""The maximum number of channels and nicks with preferences, for one account or guest."""
OWN: Final = "*"
"""The name for preferences about the account itself."""

Marks = Mapping[str, ConversationPreference]


class PreferenceTarget(NamedTuple):
    """The target of a preference: a folded name, and the name as it is displayed."""

    folded: str
    name: str


def place(session: Session, name: str, key: str = "") -> PreferenceTarget:
    """The target for a name and key. Raises Fault for an invalid name, or a key that does not belong there."""
    if session.user is None:
        raise Fault("KEY_NO_PERMISSION", word(name), key or "*", text="Finish NICK and USER first")
    about_us = key in known.OWN
    rules, own = session.node.chat.rules, name == OWN or (about_us and name == session.me.nick)
    if own is not about_us and key:
        text = f"{key} stands at *" if about_us else "Name a channel or a nick"
        raise Fault("INVALID_TARGET", word(name), text=text)
    if own:
        return PreferenceTarget(OWN, OWN)
    if key == BLOCKED and is_channel(name):
        raise Fault("INVALID_TARGET", word(name), text=f"Only people can be blocked; {MUTED} mutes a channel")
    try:
        folded = rules.fold_channel(name) if is_channel(name) else rules.fold_nick(name)
    except BadName as bad:
        raise Fault("INVALID_TARGET", word(name), text=f"That is not a valid name: {bad}") from None
    return PreferenceTarget(folded, _shown(session, folded, name))


def _shown(session: Session, folded: str, name: str) -> str:
    """The name in its owner's spelling, if the user may know the channel."""
    chat = session.node.chat
    channel, user = chat.by_name.get(folded), chat.nicks.get(folded)
    if channel is not None:
        return channel.name if visible_to(channel, session.me) else name
    return user.nick if user is not None else name


# ---- what there is ---------------------------------------------------------------------------------------------------


def of(session: Session) -> Marks:
    account = session.node.accounts.get(session.me.id)
    return account.settings.marks if account is not None else session.registration.marks


def at(session: Session, where: PreferenceTarget) -> dict[str, str]:
    """What is set for a channel, a nick, or oneself."""
    mark = of(session).get(where.folded)
    elsewhere = _highlights(session) if where.folded == OWN else {}
    if where.folded != OWN and blocks.blocks(session, where.name):
        elsewhere = {BLOCKED: "1"}
    return {**(mark.values if mark is not None else {}), **elsewhere}


def at_own(session: Session) -> dict[str, str]:
    """What is set for the account, or the guest, itself."""
    return at(session, PreferenceTarget(OWN, OWN))


def _highlights(session: Session) -> dict[str, str]:
    """The words that an account has chosen, which SearchServ keeps, too."""
    account = session.node.accounts.get(session.me.id)
    words = highlights(account.settings.highlights) if account is not None else ""
    return {HIGHLIGHTS: words} if words else {}


def everything(session: Session) -> Iterator[Rendered]:
    """All that a session has subscribed to."""
    for folded, mark in of(session).items():
        yield from metadata_lines.wanted(session, _shown(session, folded, mark.name), mark.values)
    yield from metadata_lines.wanted(session, OWN, _highlights(session))
    for name in blocks.names(session):
        yield from metadata_lines.wanted(session, name, {BLOCKED: "1"})


def show(session: Session) -> None:
    """All of it, as a batch ``metadata *``: what is not named in it is not set."""
    if session.caps & metadata_lines.FOLLOWS and PRIVATE.keys() & session.registration.subscribed.keys():
        metadata.give(session, OWN, everything(session))


def silent(settings: AccountSettings, folded: str) -> bool:
    """Whether nothing in a conversation may notify an account."""
    mark = settings.marks.get(folded)
    return mark is not None and (MUTED in mark.values or mark.values.get(NOTIFY) == "off")


def wants_all(settings: AccountSettings, folded: str) -> bool:
    """Whether every message in a channel notifies it."""
    mark = settings.marks.get(folded)
    return mark is not None and mark.values.get(NOTIFY) == "all"


def unread_from(settings: AccountSettings, folded: str) -> int:
    """From when on a conversation counts as unread again, in ms since 1970; 0 if it does not."""
    mark = settings.marks.get(folded)
    return int(mark.values.get(UNREAD, 0)) if mark is not None else 0


# ---- changing --------------------------------------------------------------------------------------------------------


async def put(session: Session, where: PreferenceTarget, key: str, value: str | None) -> None:
    """Set or remove a value, and tell the user's other devices. Raises Denied, NotKept and StoreError."""
    if at(session, where).get(key) == value:
        return
    if key == BLOCKED:
        await blocks.put(session, where.name, on=value is not None)
        return
    await _change(session, where, {key: value})
    metadata.tell_own(session, where.name, {key: unmarked(key) if value is None else value}, apart=True)


async def _change(session: Session, where: PreferenceTarget, values: Mapping[str, str | None]) -> None:
    said = session.registration
    if is_account(session.me.id):
        await session.node.accounts.change(session.me.id, partial(_kept, where, values))
    else:
        said.marks = changed(said.marks, where, values)


def _kept(where: PreferenceTarget, values: Mapping[str, str | None], settings: AccountSettings) -> AccountSettings:
    marks = {key: value for key, value in values.items() if key != HIGHLIGHTS}
    words = phrases(values[HIGHLIGHTS] or "") if HIGHLIGHTS in values else settings.highlights
    return msgspec.structs.replace(settings, marks=changed(settings.marks, where, marks), highlights=words)


def tell_highlights(session: Session) -> None:
    """The words have changed: tell all devices."""
    metadata.tell_own(session, OWN, {HIGHLIGHTS: at_own(session).get(HIGHLIGHTS)}, apart=False)


def changed(
    marks: Marks, where: PreferenceTarget, values: Mapping[str, str | None]
) -> dict[str, ConversationPreference]:
    """The preferences with some values changed; None removes one.

    Raises Denied beyond the maximum number of targets.
    """
    after = dict(marks)
    merged = {**(marks[where.folded].values if where.folded in marks else {}), **values}
    left = {key: value for key, value in merged.items() if value is not None}
    if not left:
        after.pop(where.folded, None)
    elif where.folded not in marks and len(marks) >= MOST:
        raise Denied("LIMIT_REACHED", f"At most {MOST} channels and nicks can have preferences; remove some first")
    else:
        after[where.folded] = ConversationPreference(where.name, left)
    return after


# ---- whose it is -----------------------------------------------------------------------------------------------------


class Brought(NamedTuple):
    """A guest's preferences, and the people whom they block."""

    marks: Marks
    masks: tuple[str, ...]


def take(session: Session) -> Brought:
    """What a session that logs in brings along: a guest's preferences; an account's stay with the account."""
    if is_account(session.me.id):
        return Brought({}, ())
    marks, session.registration.marks = session.registration.marks, {}
    return Brought(marks, blocks.of(session))


async def bring(session: Session, brought: Brought) -> None:
    """After a login: the account's values take precedence, and the guest's are added as far as there is room.

    The session is sent all of it. Raises NotKept and StoreError.
    """
    for folded, mark in brought.marks.items():
        held = at(session, PreferenceTarget(folded, mark.name))
        fresh = {key: value for key, value in mark.values.items() if key not in held}
        with suppress(Denied):
            await _change(session, PreferenceTarget(folded, mark.name), fresh)
            metadata.tell_own(session, mark.name, fresh, apart=True)
    for mask in brought.masks:
        with suppress(Denied):
            await blocks.add(session, mask)
    show(session)


# ---- a channel gets another name -------------------------------------------------------------------------------------


async def follow(node: Node, old: str, channel: Channel) -> None:
    """Move everybody's preferences for a channel to its new name, if they may know it."""
    before, after = node.chat.rules.same_channel(old), PreferenceTarget(channel.folded, channel.name)
    if before == after.folded:
        return
    for account in [each for each in node.accounts.everybody() if before in each.settings.marks]:
        if may_know(channel, account.id):
            mark = account.settings.marks[before]
            try:
                await node.accounts.change(account.id, partial(_renamed, before, after))
            except (Denied, StoreError) as error:
                _log.warning(
                    "could not move the preferences of %s for %s to the new name: %s", account.name, old, error
                )
            else:
                _tell_moved(node, account.id, mark, after)
    for session in list(node.sessions):
        held = session.registration.marks
        if before in held and session.user is not None and session.user.id in channel.members:
            session.registration.marks = moved(held, before, after)
            _tell_moved(node, session.user.id, held[before], after)


def may_know(channel: Channel, account: UserId) -> bool:
    """Whether an account, present or not, may learn the current name of a channel."""
    return "s" not in channel.modes or account in channel.members or account in channel.access


def _renamed(before: str, after: PreferenceTarget, settings: AccountSettings) -> AccountSettings:
    return msgspec.structs.replace(settings, marks=moved(settings.marks, before, after))


def moved(marks: Marks, before: str, after: PreferenceTarget) -> dict[str, ConversationPreference]:
    """Preferences moved from one name to another; existing ones there take precedence."""
    rest = dict(marks)
    mark, there = rest.pop(before, None), rest.get(after.folded)
    if mark is not None:
        rest[after.folded] = ConversationPreference(
            after.name, {**mark.values, **(there.values if there is not None else {})}
        )
    return rest


def _tell_moved(node: Node, user: UserId, mark: ConversationPreference, after: PreferenceTarget) -> None:
    devices = node.fanout.sessions.get(user, ())
    metadata_lines.tell(devices, after.name, mark.values)
    metadata_lines.tell(devices, mark.name, {key: unmarked(key) for key in mark.values})
