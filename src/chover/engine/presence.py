"""Who is present, under which nick, and what of them is seen: the half of ``Applies`` that is in no log."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from chover import names
from chover.engine.events import (
    AcceptsSet,
    Arrived,
    AwaySet,
    BlocksSet,
    Event,
    HostSet,
    RealnameSet,
    Renamed,
    Source,
    UserModesSet,
)
from chover.engine.ids import UserId, is_account
from chover.engine.looks import Looks
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.model import Channel, Rules, User
from chover.engine.modes import OPERATOR


class Presence:
    """The users, and how events change them."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.users: dict[UserId, User] = {}
        self.nicks: dict[str, User] = {}
        self.claims: dict[str, UserId] = {}
        """Who holds what looks like this (names.skeleton): claimed before a nick is taken, released once left."""
        self.nick_looks: Looks[User] = Looks()
        self.display_looks: Looks[User] = Looks()
        """How the nicks and the display names of those present look: nobody is shown under what is another's."""
        self.invisible: set[UserId] = set()
        """Those with +i: counted for every newcomer, so they are not searched for."""
        self.formerly: dict[UserId, UserId] = {}
        """Under which id somebody goes on who had this one: what was on its way to it still arrives."""
        self.operators: set[UserId] = set()
        """Those with +o: counted for every newcomer, too."""
        self.blocks: dict[UserId, tuple[str, ...]] = {}
        """Masks of those whom somebody does not want to hear in private: of accounts always, of guests while here."""
        self.accepts: dict[UserId, dict[UserId, None]] = {}
        """Who may write to somebody whatever +g and +R say, the longest accepted first: kept as ``blocks`` are."""

    def meet(self, source: Source, realname: str = "") -> User:
        """A user who is present from now on, by the labels of an event."""
        folded = self.rules.same_nick(source.nick)
        user = User(source.id, source.nick, folded, source.user, source.host, realname, source.account)
        self.users[user.id] = user
        self._label(user)
        return user

    def _label(self, user: User) -> None:
        self.nicks[user.folded] = user
        self.nick_looks.add(user.nick, user)
        self.claim(user.folded, user.id)

    def _unlabel(self, user: User, *, keep: str = "") -> None:
        """Free the user's nick; a claim on what looks like ``keep`` stays."""
        if self.nicks.get(user.folded) is user:
            del self.nicks[user.folded]
        self.nick_looks.remove(user.nick, user)
        if names.skeleton(user.folded) != names.skeleton(keep):
            self.release(user.folded, user.id)

    def claim(self, folded: str, claimant: UserId) -> None:
        """Reserve a nick that ``Chat.require_free`` found free."""
        self.claims[names.skeleton(folded)] = claimant

    def release(self, folded: str, claimant: UserId) -> None:
        look = names.skeleton(folded)
        if self.claims.get(look) == claimant:
            del self.claims[look]

    def show_as(self, user: User, before: str = "") -> None:
        """The display name of somebody, in place of the one ``before``, is what others may not be seen as."""
        self.display_looks.remove(before, user)
        self.display_looks.add(user.metadata.get(DISPLAY_NAME, ""), user)

    def _arrived(self, event: Event, _: Channel | None, body: Arrived) -> bool:
        if event.source.id in self.users:
            return False
        self.meet(event.source, body.realname)
        return True

    def _renamed(self, event: Event, _: Channel | None, body: Renamed) -> bool:
        user = self.users.get(event.source.id)
        if user is None or user.nick == body.nick:
            return False
        folded = self.rules.same_nick(body.nick)
        self._unlabel(user, keep=folded)
        user.nick, user.folded = body.nick, folded
        user.relabel()
        for channel in user.channels.values():
            channel.roster += 1
        self._label(user)
        return True

    def _host(self, event: Event, _: Channel | None, body: HostSet) -> bool:
        user = self.users.get(event.source.id)
        if user is None:
            return False
        user.username, user.host = body.user, body.host
        user.relabel()
        for channel in user.channels.values():
            channel.roster += 1
        return True

    def _away(self, event: Event, _: Channel | None, body: AwaySet) -> bool:
        user = self.users.get(event.source.id)
        if user is None:
            return False
        user.away = body.text
        return True

    def _realname(self, event: Event, _: Channel | None, body: RealnameSet) -> bool:
        user = self.users.get(event.source.id)
        if user is None:
            return False
        user.realname = body.text
        return True

    def _user_modes(self, event: Event, _: Channel | None, body: UserModesSet) -> bool:
        user = self.users.get(event.source.id)
        if user is None:
            return False
        for change in body.changes:
            (user.modes.add if change.add else user.modes.discard)(change.mode)
        for mode, marked in (("i", self.invisible), (OPERATOR, self.operators)):
            (marked.add if mode in user.modes else marked.discard)(user.id)
        user.relabel()
        return True

    def _blocks(self, event: Event, _: Channel | None, body: BlocksSet) -> bool:
        if body.masks:
            self.blocks[event.source.id] = body.masks
        else:
            self.blocks.pop(event.source.id, None)
        return True

    def _accepts(self, event: Event, _: Channel | None, body: AcceptsSet) -> bool:
        if body.who:
            self.accepts[event.source.id] = dict.fromkeys(body.who)
        else:
            self.accepts.pop(event.source.id, None)
        return True

    def _forget_guest(self, guest: UserId) -> None:
        """A guest is gone, and the id with it."""
        self.blocks.pop(guest, None)
        self.accepts.pop(guest, None)
        for accepted in self.accepts.values():
            accepted.pop(guest, None)

    def _follow(self, old: UserId, new: UserId) -> None:
        """Somebody goes on under another id: whom they accept and who accepts them stays so."""
        if is_account(old):
            return
        self.blocks.pop(old, None)
        if own := self.accepts.pop(old, None):
            self.accepts[new] = {**self.accepts.get(new, {}), **own}
        for accepted in self.accepts.values():
            if old in accepted:
                del accepted[old]
                accepted[new] = None

    HANDLERS: ClassVar[dict[type, Callable[..., bool]]] = {
        Arrived: _arrived,
        Renamed: _renamed,
        HostSet: _host,
        AwaySet: _away,
        RealnameSet: _realname,
        UserModesSet: _user_modes,
        BlocksSet: _blocks,
        AcceptsSet: _accepts,
    }
