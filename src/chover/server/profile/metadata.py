"""Metadata: its owners, notifications of changes, and its form in lines (draft/metadata-3).

The draft is https://github.com/ircv3/ircv3-specifications/pull/613: changes are reported by the numerics 761 and 766.
In the previous one, draft/metadata-2, unsolicited values are sent as the command METADATA, and two codes differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from chover.config import Config
from chover.engine import verbs
from chover.engine.ids import is_account
from chover.engine.metadata import DISPLAY_NAME, KEY_BYTES, KEYS
from chover.engine.model import Channel, User
from chover.ports import AccountSettings
from chover.server.delivery.metadata_lines import FOLLOWS, Values, by_command, tell, told, wanted
from chover.server.delivery.render import Rendered
from chover.server.history.replay import enclose
from chover.server.session.channel_introduction import seen
from chover.server.session.command import Fault
from chover.server.users import lookalikes
from chover.wire.message import LINE_BYTES, format_line, middles
from chover.wire.numerics import Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session

EVERYTHING: Final = "*ALL"
"""The target of a SYNC for everything that concerns the client."""
LARGE: Final = 200
"""In a channel with more members, their metadata is sent on request, not on joining."""
LATER_SECONDS: Final = 3
"""When a new member of a large channel may request it: after names and history have been read."""
LONGEST_VALUE: Final = 300

_TAKEN: Final = ("INVALID_VALUE", DISPLAY_NAME)
CODES_OF_2: Final = {"INVALID_KEY": "KEY_INVALID", "INVALID_VALUE": "VALUE_INVALID"}


def longest_value(config: Config) -> int:
    """The maximum length of a value in bytes, so that each line with it stays within the limit."""
    limits, server = config.limits, config.server.server_name
    target = max(limits.nick_len, limits.channel_len)
    around = len(f":{server} 761   {'k' * KEY_BYTES} * :".encode()) + limits.nick_len + target
    return min(LONGEST_VALUE, LINE_BYTES - 2 - around)


def capability(config: Config) -> str:
    """The value of the capability."""
    limits = config.limits
    return (
        f"before-connect,max-subs={limits.metadata_subs},max-keys={limits.metadata_keys},"
        f"max-value-bytes={longest_value(config)}"
    )


# ---- how it looks ----------------------------------------------------------------------------------------------------


def failed(session: Session, fault: Fault) -> Rendered:
    code = CODES_OF_2.get(fault.code, fault.code) if by_command(session) else fault.code
    return Rendered(
        "", format_line("FAIL", "METADATA", code, *middles([*fault.context, fault.text]), source=session.node.name)
    )


def word(text: str) -> str:
    """A client's text as a parameter in the middle of a line."""
    return "*" if not text or text[0] == ":" or " " in text else text


def numeric(session: Session, numeric: Rpl, tail: str) -> Rendered:
    """A numeric with its parameters after the nick, in the form of a line."""
    return Rendered("", f":{session.node.name} {numeric.value} {session.nick_or_star} {tail}")


def give(session: Session, target: str, lines: Iterable[Rendered]) -> None:
    enclose(session, f"metadata {target}", list(lines))


def around(session: Session, channel: Channel) -> Iterator[Rendered]:
    """What a session has subscribed to, about a channel and its members."""
    yield from wanted(session, channel.name, channel.metadata)
    for membership in seen(session, channel):
        yield from wanted(session, membership.user.nick, membership.user.metadata)


def everything(session: Session) -> Iterator[Rendered]:
    """What a session has subscribed to, about everybody whose changes it is told, each once."""
    users = {session.me.id: session.me}
    for channel in session.me.channels.values():
        yield from wanted(session, channel.name, channel.metadata)
        users.update((membership.user.id, membership.user) for membership in seen(session, channel))
    chat = session.node.chat
    watched = session.node.fanout.monitor.watched(session)
    users.update((user.id, user) for nick in watched if (user := chat.nicks.get(nick)) is not None)
    for user in users.values():
        yield from wanted(session, user.nick, user.metadata)


def show_channel(session: Session, channel: Channel) -> None:
    """What a new member is told: the values, or when to request them."""
    if not session.caps & FOLLOWS or not session.registration.subscribed:
        return
    if len(channel.members) > LARGE:
        session.reply(Rpl.METADATASYNCLATER, channel.name, str(LATER_SECONDS), "Request it with METADATA SYNC")
    else:
        give(session, channel.name, around(session, channel))


def show_own(session: Session) -> None:
    """Part of the burst: what is kept about the user who has just connected."""
    if session.caps & FOLLOWS:
        me = session.me
        give(session, me.nick, [told(session, me.nick, key, value) for key, value in me.metadata.items()])


def show_watched(session: Session, user: User) -> None:
    """What a session has subscribed to, about somebody whom it watches from now on."""
    if session.caps & FOLLOWS:
        give(session, user.nick, wanted(session, user.nick, user.metadata))


def show_in_whois(session: Session, user: User) -> None:
    """The user's keys with a known meaning."""
    if session.caps & FOLLOWS:
        for key in [key for key in KEYS if key in user.metadata]:
            session.reply(Rpl.WHOISKEYVALUE, user.nick, key, "*", user.metadata[key])


# ---- who is told -----------------------------------------------------------------------------------------------------


def tell_own(session: Session, target: str, values: Values, *, apart: bool) -> None:
    """Tell the devices of a user about private metadata; ``apart``: except this session, which gets an answer."""
    fanout = session.node.fanout
    lines = list(wanted(session, target, values)) if not apart and session.caps & FOLLOWS else []
    session.add_each(lines)
    tell((device for device in fanout.sessions.get(session.me.id, ()) if device is not session), target, values)


# ---- whose it is -----------------------------------------------------------------------------------------------------


async def change(session: Session, values: dict[str, str | None]) -> None:
    """Set or remove one's own metadata; an account's is kept. Raises NotKept and StoreError."""
    user = session.me
    await _keep(session, user, values)
    await session.commit(partial(verbs.set_metadata, user, values))


async def _keep(session: Session, user: User, values: Values) -> None:
    if values and is_account(user.id):
        await session.node.accounts.change(user.id, partial(_changed, values))


def _changed(values: Values, settings: AccountSettings) -> AccountSettings:
    merged = {**settings.metadata, **values}
    return msgspec.structs.replace(
        settings, metadata={key: value for key, value in merged.items() if value is not None}
    )


async def bring(session: Session) -> None:
    """Metadata set before registration becomes the user's, as far as there is room."""
    said = session.registration.take_metadata()
    if said:
        own = lookalikes.own_only(session.node, session.me, said)
        if own.keys() != said.keys():
            session.fail("METADATA", *_TAKEN, text="That name looks like somebody else's; choose another")
        await change(session, within(own, session.me.metadata, session.node.config.limits.metadata_keys))


def within(new: Mapping[str, str], held: Mapping[str, str], most: int) -> dict[str, str | None]:
    """Those of the new values for which there is room."""
    room = most - len(held)
    fresh = [key for key in new if key not in held][: max(0, room)]
    return {key: value for key, value in new.items() if key in held or key in fresh}


async def become(session: Session) -> None:
    """A guest has logged in: the account's values take precedence, and the guest's are added."""
    node, user = session.node, session.me
    account = node.accounts.get(user.id)
    kept = lookalikes.own_only(node, user, account.settings.metadata) if account is not None else {}
    own = {key: value for key, value in user.metadata.items() if key not in kept}
    taken = within(own, kept, node.config.limits.metadata_keys)
    lost = dict.fromkeys(own.keys() - taken.keys())
    await _keep(session, user, taken)
    await session.commit(partial(verbs.set_metadata, user, {**kept, **taken, **lost}))


async def leave_behind(session: Session) -> None:
    """An account has logged out: its metadata does not stay with the guest."""
    user = session.me
    values: dict[str, str | None] = dict.fromkeys(user.metadata)
    await session.commit(partial(verbs.set_metadata, user, values))
