"""The state of the chat: data, and look-ups in it.

A server fills it once when it starts (pipeline/boot.py). From then on engine/apply.py alone changes it, by committed
events; only ``reservations`` are changed by whoever decides.
"""

from __future__ import annotations

from collections.abc import Callable

from chover import names
from chover.engine import rights
from chover.engine.ids import LogId, UserId
from chover.engine.looks import Looks
from chover.engine.model import Channel, Rules, User, covered
from chover.engine.refusals import Refusal, Why
from chover.engine.reservations import Reservations
from chover.engine.rights import Clock


class ChatState:
    """All users and channels, as far as what was committed goes; and what is reserved for what is under way."""

    def __init__(
        self,
        rules: Rules,
        fresh_id: Callable[[], str],
        now: Clock,
        account_id: Callable[[str], UserId | None] | None = None,
    ) -> None:
        self.rules = rules
        self.users: dict[UserId, User] = {}
        self.nicks: dict[str, User] = {}
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
        """The people who may write to somebody whatever +g and +R say, the oldest first; kept like ``blocks``."""
        self.channels: dict[LogId, Channel] = {}
        self.by_name: dict[str, Channel] = {}
        self.former: dict[str, LogId] = {}
        """Which channel had this folded name until it was renamed, the longest ago first."""
        self.empty: dict[LogId, None] = {}
        """Channels that nobody is in, the longest empty first."""
        self.redacted: dict[str, None] = {}
        """The msgids deleted last, the oldest first: what was read from the store before is not shown after."""
        self.fresh_id = fresh_id
        self.now = now
        self.reservations = Reservations()
        self.account_id = account_id
        """Which account has a name; None where there are no accounts, and entries of lists go by the name."""

    def find_user(self, nick: str) -> User:
        """Raises NO_SUCH_NICK."""
        try:
            return self.nicks[self.rules.same_nick(nick)]
        except (KeyError, names.BadName):
            raise Refusal(Why.NO_SUCH_NICK, nick) from None

    def find_channel(self, name: str) -> Channel:
        """Raises NO_SUCH_CHANNEL."""
        try:
            return self.by_name[self.rules.same_channel(name)]
        except (KeyError, names.BadName):
            raise Refusal(Why.NO_SUCH_CHANNEL, name) from None

    def known_channel(self, user: User, name: str) -> Channel:
        """Raises NO_SUCH_CHANNEL, for a secret channel in which somebody has no place as for one that is not there."""
        channel = self.find_channel(name)
        if "s" in channel.modes:
            rights.require_place(channel, user, name)
        return channel

    def blocked(self, user: User, by: User) -> bool:
        """Whether somebody does not want to hear another in private."""
        masks = self.blocks.get(user.id) if self.blocks else None
        return masks is not None and user is not by and covered(masks, by)

    def first_modes(self, folded: str) -> str:
        """The member modes of whoever opens a channel, or comes back to an empty one."""
        return "" if folded in self.rules.permanent else "o"
