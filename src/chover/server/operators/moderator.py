"""What ``chover ban``, ``channel`` and ``who --past`` do, whether the server is running or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine.append import Append
from chover.engine.events import Grant, Source
from chover.engine.ids import SERVER
from chover.engine.lines import cut
from chover.engine.model import Channel
from chover.engine.modes import RANKS, parse
from chover.engine.refusals import Refusal
from chover.engine.verbs import overruling
from chover.names import is_channel
from chover.plurals import counted
from chover.ports import (
    AuditEntry,
    Ban,
    Banned,
    ChannelDetails,
    ChannelFacts,
    ConnectionRecord,
    Denied,
    Erased,
    StoreError,
)
from chover.server.access.ban_syntax import BadBan, seconds_of
from chover.server.access.moderation import CONSOLE, WantedBan
from chover.server.operators.erasing import erase
from chover.server.pipeline.ledger import NotKept
from chover.server.session.refusal_lines import line_of
from chover.server.users import nick_ownership

if TYPE_CHECKING:
    from chover.server.session.session import Node

NICK: Final = "OperServ"


class ChannelModerator:
    """Implements ports.Moderator."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._source = Source(SERVER, NICK, NICK, node.name)

    # ---- bans and logs -------------------------------------------------------------------------------------------

    async def set_ban(self, whom: str, duration: str, reason: str, note: str, force: bool) -> Banned:
        try:
            wanted = WantedBan(whom, seconds_of(duration) if duration else 0, reason, note, force)
            return Banned(*await self._node.moderation.ban(CONSOLE, wanted))
        except (BadBan, Denied) as error:
            hint = "; --force sets it anyway" if isinstance(error, Denied) else ""
            raise Denied("INVALID", f"{error}{hint}") from error

    async def lift(self, which: str) -> list[Ban]:
        try:
            return await self._node.moderation.unban(CONSOLE, which)
        except BadBan as bad:
            raise Denied("INVALID", str(bad)) from bad

    async def all_bans(self) -> list[Ban]:
        return list(self._node.moderation.bans)

    async def audit_entries(self, limit: int) -> list[AuditEntry]:
        return await self._node.store.records.audit_entries(limit)

    async def past(self, whom: str, limit: int) -> list[ConnectionRecord]:
        try:
            return await self._node.connections.find(whom, limit)
        except BadBan as bad:
            raise Denied("INVALID", str(bad)) from bad

    async def erase(self, account: str) -> Erased:
        found = self._node.accounts.find(account)
        if found is None:
            raise Denied("NO_SUCH_ACCOUNT", f"there is no account {account}; account list shows them")
        try:
            erased = await erase(self._node, found.id)
        except NotKept as error:
            raise StoreError(str(error)) from error
        await self._node.moderation.note(CONSOLE, "ERASE MESSAGES", found.name, counted(erased.messages, "message"))
        return erased

    # ---- channels ------------------------------------------------------------------------------------------------

    async def channels(self) -> list[ChannelFacts]:
        return sorted(map(facts, self._node.chat.channels.values()), key=lambda row: row.name.lower())

    async def channel(self, name: str) -> ChannelDetails:
        return details(self._find(name))

    async def drop(self, name: str, reason: str, end: bool) -> None:
        channel, rules = self._find(name), self._node.chat.rules
        if end:
            if channel.folded in rules.permanent:
                raise Denied("PERMANENT", f"{channel.name} is listed in channels.autojoin: remove it there first")
            why = cut(reason or "This channel was ended", rules.kick_len)
            await self._commit(partial(overruling.end, channel, why, self._source))
        elif channel.access:
            await self._commit(partial(overruling.release, channel, self._source))
        else:
            raise Denied("NOT_REGISTERED", f"{channel.name} belongs to nobody; --end removes everybody and deletes it")
        await self._node.moderation.note(CONSOLE, "END CHANNEL" if end else "DROP CHANNEL", channel.name, reason)

    async def transfer(self, name: str, account: str) -> None:
        chat, to = self._node.chat, nick_ownership.owner(self._node, account)
        to_come = self._to_come(name)
        channel = None if to_come else self._find(name)
        if to is None:
            raise Denied("NO_SUCH_ACCOUNT", f"there is no account {account}; account list shows them")
        grant = Grant(to.id, to.name, "q")
        if channel is None:
            await self._commit(partial(overruling.open_for, chat, to_come, grant, self._source))
        else:
            await self._commit(partial(overruling.transfer, channel, grant, self._source))
        await self._node.moderation.note(
            CONSOLE, "TRANSFER CHANNEL", channel.name if channel else to_come, f"to {to.name}"
        )

    async def set_modes(self, name: str, words: Sequence[str]) -> ChannelFacts:
        channel, chat = self._find(name), self._node.chat
        wanted = list(parse(words))
        await self._commit(lambda: overruling.set_modes(chat, channel, wanted, self._source))
        await self._node.moderation.note(CONSOLE, "MODE", channel.name, " ".join(words))
        return facts(channel)

    def _to_come(self, name: str) -> str:
        """The name of a channel in the settings that everybody will join and nobody has joined yet; or empty."""
        rules = self._node.chat.rules
        wanted = {rules.same_channel(each): each for each in self._node.config.channels.autojoin}
        folded = rules.same_channel(name) if is_channel(name) else ""
        return "" if folded in self._node.chat.by_name else wanted.get(folded, "")

    def _find(self, name: str) -> Channel:
        try:
            return self._node.chat.find_channel(name)
        except Refusal as refusal:
            raise Denied("NO_SUCH_CHANNEL", f"there is no channel {name}; channel list shows them") from refusal

    async def _commit(self, decide: Callable[[], Append]) -> None:
        try:
            await self._node.ledger.commit(decide)
        except Refusal as refusal:
            raise Denied("INVALID", " ".join([*refusal.subject, line_of(refusal)[1][-1]])) from refusal
        except NotKept as error:
            raise StoreError(str(error)) from error


def facts(channel: Channel) -> ChannelFacts:
    founder = channel.founder
    args = [arg for arg in channel.modes.values() if arg]
    modes = " ".join(["+" + "".join(channel.modes), *args]) if channel.modes else ""
    owner = founder.name if founder is not None else ""
    return ChannelFacts(channel.name, len(channel.members), channel.created_at, owner, modes, channel.topic)


def details(channel: Channel) -> ChannelDetails:
    row = facts(channel)
    people = sorted((m.prefixes + m.user.nick for m in channel.members.values()), key=str.lower)
    ranked = sorted(channel.access.values(), key=lambda grant: (RANKS.find(grant.role), grant.name))
    access = tuple((grant.name, grant.role) for grant in ranked)
    lists = {letter: tuple(entries) for letter, entries in channel.lists.items() if entries}
    return ChannelDetails(
        row.name, row.members, row.created_at, row.founder, row.modes, row.topic, tuple(people), access, lists
    )
