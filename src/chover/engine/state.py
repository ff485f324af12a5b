"""The state of the chat: data, and lookups in it.

A server fills it once when it starts (pipeline/boot.py). From then on only engine/apply.py changes it, by committed
events. The exception is ``reservations``, which verbs change.
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
    """All users and channels as of the last committed event, and reservations for pending decisions."""

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
        """How the nicks and display names of present users look, so that nobody is shown under another's name."""
        self.invisible: set[UserId] = set()
        """Users with +i: they are counted for every new connection, so they are not searched for."""
        self.formerly: dict[UserId, UserId] = {}
        """The new id of somebody who had this one: events on their way to the old id still arrive."""
        self.operators: set[UserId] = set()
        """Users with +o: they are counted for every new connection, too."""
        self.blocks: dict[UserId, tuple[str, ...]] = {}
        """Masks of blocked people: of accounts always, of guests while they are connected."""
        self.accepts: dict[UserId, dict[UserId, None]] = {}
        """The people who may write to somebody whatever +g and +R say, the oldest first; kept like ``blocks``."""
        self.channels: dict[LogId, Channel] = {}
        self.by_name: dict[str, Channel] = {}
        self.former: dict[str, LogId] = {}
        """The channel that had this folded name until it was renamed, the longest ago first."""
        self.empty: dict[LogId, None] = {}
        """Channels without members, the longest empty first."""
        self.redacted: dict[str, None] = {}
        """The msgids deleted last, the oldest first: pages read from the store before do not show them."""
        self.fresh_id = fresh_id
        self.now = now
        self.reservations = Reservations()
        self.account_id = account_id
        """The id of the account with a name; None without accounts: entries of lists then use the name."""

    def find_user(self, nick: str) -> User:
        """The user with a nick. Raises NO_SUCH_NICK."""
        try:
            return self.nicks[self.rules.same_nick(nick)]
        except (KeyError, names.BadName):
            raise Refusal(Why.NO_SUCH_NICK, nick) from None

    def find_channel(self, name: str) -> Channel:
        """The channel with a name. Raises NO_SUCH_CHANNEL."""
        # Most clients write a name as it is folded, and this is asked for each message.
        if (channel := self.by_name.get(name)) is not None:
            return channel
        try:
            return self.by_name[self.rules.same_channel(name)]
        except (KeyError, names.BadName):
            raise Refusal(Why.NO_SUCH_CHANNEL, name) from None

    def known_channel(self, user: User, name: str) -> Channel:
        """The same. Raises NO_SUCH_CHANNEL also for a secret channel in which the user has no place."""
        channel = self.find_channel(name)
        if "s" in channel.modes:
            rights.require_place(channel, user, name)
        return channel

    def blocked(self, user: User, by: User) -> bool:
        """Whether somebody has blocked another's private messages."""
        masks = self.blocks.get(user.id) if self.blocks else None
        return masks is not None and user is not by and covered(masks, by)

    def first_modes(self, folded: str) -> str:
        """The member modes of somebody who opens a channel, or returns to an empty one."""
        return "" if folded in self.rules.permanent else "o"


def present_id(state: ChatState, who: UserId) -> UserId:
    """The id under which somebody is present: their own, or the later one, if the log has not told of it yet."""
    seen = {who}
    while who not in state.users and (later := state.formerly.get(who, who)) not in seen:
        seen.add(later)
        who = later
    return who
