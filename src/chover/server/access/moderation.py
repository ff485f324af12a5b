"""Bans from the server: setting, lifting and applying them; operators' actions are recorded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from ipaddress import ip_network
from typing import Final, Generic, NamedTuple, Protocol

from chover.engine.ids import UserId
from chover.engine.model import User
from chover.engine.state import ChatState
from chover.names import BadName
from chover.ports import Accounts, AuditEntry, Ban, Denied, Records, Refused, StoreError
from chover.server.access import ban_guard, ban_syntax
from chover.server.access.ban_syntax import BadBan, BanTarget
from chover.server.access.bans import Bans, Network, covers_labels, inside, now, until, words
from chover.server.access.cloaks import Cloaks
from chover.server.access.departures import quitting
from chover.server.access.whowas import Whowas
from chover.server.delivery.recipient import C, ConnectedSession
from chover.server.pipeline.ledger import Ledger
from chover.server.pipeline.live_settings import LiveSettings

_log = logging.getLogger(__name__)

DAY: Final = 86_400_000
"""In milliseconds."""
CONSOLE: Final = "console"
"""The name for a person who uses the operator's socket."""


class WantedBan(NamedTuple):
    """A requested ban; ``seconds`` 0: without end."""

    whom: str
    seconds: int = 0
    reason: str = ""
    note: str = ""
    force: bool = False


class RemoteDevices(Protocol):
    """The devices of a user on another node."""

    @property
    def addresses(self) -> tuple[str, ...]: ...


class MadeBans(NamedTuple):
    """What a wish for a ban has led to.

    ``ban`` is the one that was wanted, ``gone`` the nicks of the people it disconnected. ``also`` are bans of what
    somebody with an account came from, so that they do not come back as a guest. ``left_open`` are cloaks that they
    came from and that are not banned, because others would be hit.
    """

    ban: Ban
    gone: list[str]
    also: list[Ban]
    left_open: list[str]


class Moderation(Generic[C]):
    """Implements what ``chover ban`` and OperServ do."""

    def __init__(
        self,
        settings: LiveSettings,
        records: Records,
        accounts: Accounts,
        chat: ChatState,
        ledger: Ledger[C],
        cloaks: Cloaks,
        whowas: Whowas,
        sessions: AbstractSet[C],
    ) -> None:
        self._settings = settings
        self._records = records
        self._accounts = accounts
        self._chat = chat
        self._ledger = ledger
        self._cloaks = cloaks
        self._whowas = whowas
        self._sessions = sessions
        self.bans = Bans()
        self.elsewhere: Callable[[UserId], Sequence[RemoteDevices]] = lambda _: ()
        """The devices of a user on other nodes, which apply bans themselves."""
        self._changing = asyncio.Lock()
        """Rows and memory change together: a reload never comes between the two."""

    async def load(self) -> None:
        """Load the stored bans. Raises StoreError."""
        for ban in await self._records.bans(now()):
            self.bans.add(ban)

    async def reload(self) -> None:
        """Read the bans again, because another node has changed some, and put out whom a new one covers.

        Raises StoreError, and NotKept.
        """
        async with self._changing:
            rows = {ban.no: ban for ban in await self._records.bans(now())}
            for ban in list(self.bans):
                if ban.no not in rows:
                    self.bans.drop(ban)
            new = [ban for no, ban in rows.items() if self.bans.numbered(no) is None]
            for ban in new:
                self.bans.add(ban)
        for ban in new:
            await self._put_out(BanTarget(ban.kind, ban.what), words(ban))

    # ---- who comes -----------------------------------------------------------------------------------------------

    def require_address(self, address: str) -> None:
        """Raises Refused if the address is banned."""
        ban = self.bans.of_address(address)
        if ban is not None:
            raise Refused(words(ban), "banned")

    def ban_of(self, session: C, nick: str = "") -> Ban | None:
        """The ban that applies to a session, under its nick or the one that it wants."""
        account = session.login.account if session.login is not None else None
        hosts = [session.host, self._cloaks.of_account(account.id)] if account else [session.host]
        return (
            self.bans.of_address(session.peer.address)
            or (self.bans.of_account(account.folded) if account else None)
            or self.bans.of_labels(nick or session.nick_or_star, session.username, hosts)
        )

    def require_account(self, folded: str) -> None:
        """Raises Denied if the account is banned."""
        ban = self.bans.of_account(folded)
        if ban is not None:
            raise Denied("ACCOUNT_BANNED", words(ban))

    # ---- what operators do ---------------------------------------------------------------------------------------

    async def ban(self, by: str, wanted: WantedBan, asker: C | None = None) -> MadeBans:
        """Ban somebody; a nick of an account stands for the account and for what it comes from.

        Raises BadBan, Denied for a ban that affects more than was probably meant unless it is forced, and StoreError.
        """
        target = self.resolve(wanted.whom)
        if not wanted.force and (objections := self._objections(target, asker)):
            raise Denied("WOULD_HIT", f"Not banned: {target} is {'; and '.join(objections)}")
        moment = now()
        origins = self._origins(target) if ban_syntax.target_of(wanted.whom).kind == "nick" else []
        ban, gone = await self._set(by, wanted, target, moment)
        # They are gone now, so that whoever is still hit is somebody else.
        left_open = [origin for origin in origins if self.hit(origin) or self._objections(origin, asker)]
        also = [(await self._set(by, wanted, origin, moment))[0] for origin in origins if origin not in left_open]
        return MadeBans(ban, gone, also, [origin.what for origin in left_open])

    def _origins(self, target: BanTarget) -> list[BanTarget]:
        """What the devices of an account come from."""
        hosts = {session.host for session in self.hit(target)} if target.kind == "account" else set()
        return [_of_host(host) for host in sorted(hosts)]

    async def _set(self, by: str, wanted: WantedBan, target: BanTarget, moment: int) -> tuple[Ban, list[str]]:
        expires = moment + wanted.seconds * 1000 if wanted.seconds else 0
        ban = Ban(target.kind, target.what, by, moment, expires, wanted.reason, wanted.note)  # type: ignore[arg-type]  # no nick any more
        why = f"{until(ban)}: {wanted.reason}" + (f" | {wanted.note}" if wanted.note else "")
        async with self._changing:
            ban = await self._records.add_ban(ban, AuditEntry(moment, by, "BAN", str(target), why))
            self.bans.add(ban)
        _log.warning("%s bans %s %s", by, target, why)
        account = self._accounts.named(target.what) if target.kind == "account" else None
        covers = partial(_covers_elsewhere, target, account.id if account is not None else "")
        elsewhere = [user.nick for user in self._chat.users.values() if covers(user, self.elsewhere(user.id))]
        return ban, sorted({*await self._put_out(target, words(ban)), *elsewhere})

    async def unban(self, by: str, which: str) -> list[Ban]:
        """Lift the ban with that number or exactly that target; an account's with those that were set together with it.

        Raises BadBan and StoreError.
        """
        ban = self.which(which)
        along = [ban, *(row for row in self.bans if ban.kind == "account" and _set_along(row, ban))]
        for row in along:
            target = str(BanTarget(row.kind, row.what))
            async with self._changing:
                await self._records.lift_ban(row.no, AuditEntry(now(), by, "UNBAN", target, f"ban {row.no}"))
                self.bans.drop(row)
            _log.warning("%s lifts the ban of %s", by, target)
        return along

    def which(self, text: str) -> Ban:
        """The ban with that number or target. Raises BadBan if there is none."""
        numbered = text.isascii() and text.isdigit()
        found = self.bans.numbered(int(text[:18])) if numbered else self.bans.find(self.resolve(text))
        if found is None or found.over(now()):
            raise BadBan(f"there is no ban of {text}; BANS lists all bans")
        return found

    async def note(self, by: str, did: str, whom: str = "", why: str = "", *, logged: bool = True) -> None:
        """Record and log an operator's action, even if it cannot be stored."""
        if logged:
            _log.info("operator %s: %s", by, " ".join(filter(None, (did, whom, why))))
        try:
            await self._records.note(AuditEntry(now(), by, did, whom, why))
        except StoreError as error:
            _log.error("could not write to the audit log: %s %s %s %s: %s", by, did, whom, why, error)

    async def retain(self, moment: int) -> int:
        """Delete the bans and rows that are expired or too old at ``moment``. Returns how many. Raises StoreError."""
        settings = self._settings.now.records
        self.bans.drop_over(moment)
        audit_before = moment - settings.audit_days * DAY if settings.audit_days else 0
        return await self._records.retain(moment, audit_before, moment - settings.connection_days * DAY)

    # ---- whom a ban is for ---------------------------------------------------------------------------------------

    def resolve(self, text: str) -> BanTarget:
        """The target that a text names; a nick becomes its account, or the cloak of its address. Raises BadBan."""
        target = ban_syntax.target_of(text)
        if target.kind == "account":
            return self._account(target.what)
        return self._somebody(target.what) if target.kind == "nick" else target

    def _account(self, name: str) -> BanTarget:
        try:
            folded = self._chat.rules.same_nick(name)
        except BadName as bad:
            raise BadBan(f"{name} is not a valid account name: {bad}") from bad
        if self._accounts.named(folded) is None and self.bans.of_account(folded) is None:
            raise BadBan(f"there is no account {name}")
        return BanTarget("account", folded)

    def _somebody(self, nick: str) -> BanTarget:
        """Somebody who is online, or was recently."""
        chat = self._chat
        try:
            folded = chat.rules.same_nick(nick)
        except BadName:
            folded = ""
        user = chat.nicks.get(folded)
        gone = next(self._whowas.find(folded), None)
        source = user.source if user is not None else gone.source if gone is not None else None
        if source is None:
            raise BadBan(f"nobody called {nick} is online or was recently; a ban needs {ban_syntax.ALLOWED}")
        if source.account:
            return self._account(source.account)
        return _of_host(source.host)

    def _objections(self, target: BanTarget, asker: C | None) -> list[str]:
        return ban_guard.objections(self._settings.now, self._sessions, target, self.hit(target), asker)

    # ---- those who are on ----------------------------------------------------------------------------------------

    def hit(self, target: BanTarget) -> list[C]:
        """The sessions that a ban would end."""
        covers = self._test(target)
        return [session for session in self._sessions if not session.ending and covers(session)]

    def _test(self, target: BanTarget) -> partial[bool]:
        if target.kind == "address":
            return partial(_from_network, network=ip_network(target.what))
        if target.kind == "account":
            return partial(_of_account, folded=target.what)
        return partial(_labelled, target=target)

    async def _put_out(self, target: BanTarget, text: str) -> list[str]:
        hit = self.hit(target)
        nicks = sorted({session.me.nick for session in hit if session.user is not None})
        for session in hit:
            session.end(text)
        account = self._accounts.named(target.what) if target.kind == "account" else None
        user = self._chat.users.get(account.id) if account is not None else None
        if user is not None and not hit and not self.elsewhere(user.id):
            # They are always on, but have no device connected.
            await self._ledger.commit(partial(quitting, self._chat, user, text))
            nicks.append(user.nick)
        return nicks


def _set_along(row: Ban, ban: Ban) -> bool:
    """Whether a ban was set together with that of an account: right behind it, in the same words."""
    return row.no > ban.no and (row.at, row.by, row.expires_at, row.reason) == (
        ban.at,
        ban.by,
        ban.expires_at,
        ban.reason,
    )


def _of_host(host: str) -> BanTarget:
    """The target for a host as it is shown, where an IPv6 address may begin with 0 in place of nothing."""
    return ban_syntax.target_of(f"*!*@{host.removeprefix('0') if ':' in host else host}")


def _from_network(session: ConnectedSession, network: Network) -> bool:
    return inside(session.peer.address, network)


def _of_account(session: ConnectedSession, folded: str) -> bool:
    login = session.login
    return login is not None and login.account.folded == folded


def _covers_elsewhere(target: BanTarget, account: str, user: User, devices: Sequence[RemoteDevices]) -> bool:
    """Whether other nodes end sessions of a user for a ban: they do it as soon as they have read it."""
    if not devices or target.kind == "account":
        return bool(devices) and user.id == account
    if target.kind == "address":
        network = ip_network(target.what)
        return any(inside(address, network) for one in devices for address in one.addresses)
    return covers_labels(target.kind, target.what, user.nick, user.username, [user.host])


def _labelled(session: ConnectedSession, target: BanTarget) -> bool:
    if session.user is None:
        return target.kind == "cloak" and covers_labels("cloak", target.what, "", "", [session.host])
    user = session.me
    return covers_labels(target.kind, target.what, user.nick, user.username, [user.host, session.host])
