"""Bans of the server: set, lifted, and held against whoever comes; what operators do is written down."""

from __future__ import annotations

import logging
from functools import partial
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final, NamedTuple

from chover.names import BadName
from chover.ports import Ban, Deed, Denied, Refused, StoreError
from chover.server import ban_guard, ban_words
from chover.server.ban_words import BadBan, Target
from chover.server.bans import Bans, Network, covers_labels, inside, now, until, words

if TYPE_CHECKING:
    from chover.server.node import Node
    from chover.server.session import Session

_log = logging.getLogger(__name__)

DAY: Final = 86_400_000
"""In milliseconds."""
CONSOLE: Final = "console"
"""Who it was that came by the operator's socket."""


class Wanted(NamedTuple):
    """A ban as it was asked for; ``seconds`` 0: for good."""

    whom: str
    seconds: int = 0
    reason: str = ""
    note: str = ""
    force: bool = False


class Moderation:
    """Implements what ``chover ban`` and OperServ do."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.bans = Bans()

    def load(self) -> None:
        """Take up what was kept. Raises StoreError."""
        for ban in self._node.store.records.bans(now()):
            self.bans.add(ban)

    # ---- who comes -----------------------------------------------------------------------------------------------

    def require_address(self, address: str) -> None:
        """Raises Refused."""
        ban = self.bans.of_address(address)
        if ban is not None:
            raise Refused(words(ban))

    def ban_of(self, session: Session, nick: str = "") -> Ban | None:
        """The ban that keeps a session out, under the nick that it has or would have."""
        said, user = session.registration, session.user
        account = said.login.account if said.login is not None else None
        hosts = [session.host, self._node.cloaks.of_account(account.id)] if account else [session.host]
        username = user.username if user is not None else said.username
        return (
            self.bans.of_address(session.peer.address)
            or (self.bans.of_account(account.folded) if account else None)
            or self.bans.of_labels(nick or session.nick_or_star, username, hosts)
        )

    def require_account(self, folded: str) -> None:
        """Raises Denied."""
        ban = self.bans.of_account(folded)
        if ban is not None:
            raise Denied("ACCOUNT_BANNED", words(ban))

    # ---- what operators do ---------------------------------------------------------------------------------------

    async def ban(self, by: str, wanted: Wanted, asker: Session | None = None) -> tuple[Ban, list[str]]:
        """The ban, and the nicks of those who were put out by it.

        Raises BadBan; Denied for one that would hit more than was meant, unless it is forced; StoreError.
        """
        target = self.resolve(wanted.whom)
        if not wanted.force and (objections := ban_guard.objections(self._node, target, asker)):
            raise Denied("WOULD_HIT", f"Not banned: {target} is {'; and '.join(objections)}")
        moment = now()
        expires = moment + wanted.seconds * 1000 if wanted.seconds else 0
        ban = Ban(target.kind, target.what, by, moment, expires, wanted.reason, wanted.note)  # type: ignore[arg-type]  # no nick any more
        why = f"{until(ban)}: {wanted.reason}" + (f" | {wanted.note}" if wanted.note else "")
        ban = await self._node.store.records.add_ban(ban, Deed(moment, by, "BAN", str(target), why))
        self.bans.add(ban)
        _log.warning("%s bans %s %s", by, target, why)
        return ban, await self._put_out(target, words(ban))

    async def unban(self, by: str, which: str) -> Ban:
        """Lift the ban of that number, or of exactly that. Raises BadBan and StoreError."""
        ban = self.which(which)
        target = str(Target(ban.kind, ban.what))
        await self._node.store.records.lift_ban(ban.no, Deed(now(), by, "UNBAN", target, f"ban {ban.no}"))
        self.bans.drop(ban)
        _log.warning("%s lifts the ban of %s", by, target)
        return ban

    def which(self, text: str) -> Ban:
        """Raises BadBan when there is none."""
        numbered = text.isascii() and text.isdigit()
        found = self.bans.numbered(int(text[:18])) if numbered else self.bans.find(self.resolve(text))
        if found is None or found.over(now()):
            raise BadBan(f"there is no ban of {text}; BANS lists those there are")
        return found

    async def note(self, by: str, did: str, whom: str = "", why: str = "") -> None:
        """Write down what an operator did. It is done, whether that can be kept or not."""
        try:
            await self._node.store.records.note(Deed(now(), by, did, whom, why))
        except StoreError as error:
            _log.error("not in the audit log: %s %s %s %s: %s", by, did, whom, why, error)

    async def retain(self) -> int:
        """Forget what is over or too old; how many rows went. Raises StoreError."""
        settings, moment = self._node.config.records, now()
        self.bans.drop_over()
        audit_before = moment - settings.audit_days * DAY if settings.audit_days else 0
        return await self._node.store.records.retain(moment, audit_before, moment - settings.connection_days * DAY)

    # ---- whom a ban is for ---------------------------------------------------------------------------------------

    def resolve(self, text: str) -> Target:
        """Whom somebody means; a nick becomes its account, or else the cloak of its address. Raises BadBan."""
        target = ban_words.target_of(text)
        if target.kind == "account":
            return self._account(target.what)
        return self._somebody(target.what) if target.kind == "nick" else target

    def _account(self, name: str) -> Target:
        try:
            folded = self._node.chat.rules.same_nick(name)
        except BadName as bad:
            raise BadBan(f"{name} is no name of an account: {bad}") from bad
        if self._node.accounts.named(folded) is None and self.bans.of_account(folded) is None:
            raise BadBan(f"there is no account {name}")
        return Target("account", folded)

    def _somebody(self, nick: str) -> Target:
        """Somebody who is on, or was a while ago."""
        chat = self._node.chat
        try:
            folded = chat.rules.same_nick(nick)
        except BadName:
            folded = ""
        user = chat.nicks.get(folded)
        gone = next(self._node.whowas.find(folded), None)
        source = user.source if user is not None else gone.source if gone is not None else None
        if source is None:
            raise BadBan(f"nobody called {nick} is on or was lately; a ban is for {ban_words.ALLOWED}")
        if source.account:
            return self._account(source.account)
        return ban_words.target_of(f"*!*@{source.host.removeprefix('0') if ':' in source.host else source.host}")

    # ---- those who are on ----------------------------------------------------------------------------------------

    def hit(self, target: Target) -> list[Session]:
        """The sessions that a ban would end."""
        covers = self._test(target)
        return [session for session in self._node.sessions if not session.ending and covers(session)]

    def _test(self, target: Target) -> partial[bool]:
        if target.kind == "address":
            return partial(_from_network, network=ip_network(target.what))
        if target.kind == "account":
            return partial(_of_account, folded=target.what)
        return partial(_labelled, target=target)

    async def _put_out(self, target: Target, text: str) -> list[str]:
        node = self._node
        hit = self.hit(target)
        nicks = sorted({session.me.nick for session in hit if session.user is not None})
        for session in hit:
            session.end(text)
        account = node.accounts.named(target.what) if target.kind == "account" else None
        user = node.chat.users.get(account.id) if account is not None else None
        if user is not None and not hit:
            # Always on, and without a device just now.
            await node.ledger.commit(partial(node.quitting, user, text))
            nicks.append(user.nick)
        return nicks


def _from_network(session: Session, network: Network) -> bool:
    return inside(session.peer.address, network)


def _of_account(session: Session, folded: str) -> bool:
    login = session.registration.login
    return login is not None and login.account.folded == folded


def _labelled(session: Session, target: Target) -> bool:
    if session.user is None:
        return target.kind == "cloak" and covers_labels("cloak", target.what, "", "", [session.host])
    user = session.me
    return covers_labels(target.kind, target.what, user.nick, user.username, [user.host, session.host])
