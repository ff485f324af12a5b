"""Anybody does anything, in any order: the log alone gives the same state, and the invariants of a chat hold."""

from __future__ import annotations

import itertools

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from chover.engine import nicks, verbs
from chover.engine.append import Append
from chover.engine.apply import apply
from chover.engine.events import Arrived, Event, Joined, Kicked, ModesSet, Said, Source, TopicSet
from chover.engine.ids import NOWHERE, UserId
from chover.engine.model import Rules
from chover.engine.modes import ModeRequest
from chover.engine.refusals import Refusal
from chover.engine.state import ChatState

RULES = Rules(channels_per_user=2, list_modes=2, permanent=frozenset({"#grün"}))
CHANNELS = st.sampled_from(["#tea", "#TEA", "#tea", "#grün"])
NICKS = st.sampled_from(["alice", "Bob", "müller"])
MODES = st.lists(
    st.builds(
        ModeRequest,
        st.booleans(),
        st.sampled_from("ovbklimnst?"),
        st.sampled_from(["", "alice", "Bob", "2", "1", "key", "*!*@*", "bob!*@*"]),
    ),
    max_size=4,
)


class ChatMachine(RuleBasedStateMachine):
    """The engine with a store that is a list, as one node runs it."""

    users = Bundle("users")

    def __init__(self):
        super().__init__()
        self.numbers = itertools.count()
        self.chat = ChatState(RULES, lambda: f"{next(self.numbers)}", lambda: 5000)
        self.logs = {}
        self.present = {}

    @initialize(target=users)
    def begin(self):
        people = [self.arrive_as(nick) for nick in ("alice", "Bob", "müller")]
        for user in people[:2]:
            self.attempt(verbs.join, self.chat, self.user(user), "#tea")
        return multiple(*people)

    def commit(self, append: Append):
        for event in append.events:
            log = self.logs.setdefault(event.log, [])
            event.at = 1000 + len(log)
            if event.kept:
                event.seq = len(log) + 1
                log.append(event)
            apply(self.chat, event)

    def attempt(self, verb, *args):
        try:
            append = verb(*args)
        except Refusal:
            return
        for log, head in append.expect.items():
            channel = self.chat.channels.get(log)
            assert head == (channel.rules_version if channel else 0)
        for event in append.events:
            self.judge(event)
        self.commit(append)
        for channel in list(self.chat.channels.values()):
            self.commit(verbs.close_forsaken(self.chat, channel))

    def judge(self, event):
        """Whether the event was allowed, checked independently of the code that decided it."""
        channel, user = self.chat.channels.get(event.log), event.source.id
        member = channel.members.get(user) if channel else None
        match event.body:
            case Kicked() | ModesSet():
                assert "o" in member.modes
            case TopicSet():
                assert member is not None
                assert "o" in member.modes or "t" not in channel.modes
            case Said() if channel is not None:
                assert member is not None or "n" not in channel.modes
                assert (member is not None and member.modes) or "m" not in channel.modes
            case Joined() if channel is not None:
                assert member is None
                assert len(channel.members) < int(channel.modes.get("l", 99)) or user in channel.invited
                assert "i" not in channel.modes or user in channel.invited

    def user(self, user_id):
        return self.chat.users[user_id]

    @precondition(lambda self: len(self.present) < 5)
    @rule(target=users, nick=NICKS)
    def arrive(self, nick):
        return self.arrive_as(nick)

    def arrive_as(self, nick):
        user_id = UserId(f"g{next(self.numbers)}")
        try:
            folded = nicks.require_free(self.chat, nick, user_id)
        except Refusal as refusal:
            folded = nicks.require_free(self.chat, refusal.hint, user_id)
            nick = refusal.hint
        self.chat.reservations.claim(folded, user_id)
        self.commit(Append([Event(NOWHERE, Source(user_id, nick, "~u", "host"), Arrived(nick))]))
        self.present[user_id] = nick
        return user_id

    @rule(user=users, name=CHANNELS, key=st.sampled_from(["", "key", "2"]))
    def join(self, user, name, key):
        self.attempt(verbs.join, self.chat, self.user(user), name, key)

    @rule(user=users, name=CHANNELS)
    def part(self, user, name):
        self.attempt(lambda: verbs.part(self.chat, self.user(user), self.chat.find_channel(name), "bye"))

    @rule(user=users, name=CHANNELS, text=st.sampled_from(["hi", ""]))
    def speak(self, user, name, text):
        self.attempt(verbs.say, self.chat, self.user(user), name, Said(text))

    @rule(user=users, nick=NICKS, text=st.just("psst"))
    def whisper(self, user, nick, text):
        self.attempt(verbs.say, self.chat, self.user(user), nick, Said(text))

    @rule(user=users, name=CHANNELS, wanted=MODES)
    def mode(self, user, name, wanted):
        self.attempt(lambda: verbs.set_modes(self.chat, self.user(user), self.chat.find_channel(name), wanted))

    @rule(user=users, name=CHANNELS, nick=NICKS)
    def kick(self, user, name, nick):
        self.attempt(lambda: verbs.kick(self.chat, self.user(user), self.chat.find_channel(name), nick, "out"))

    @rule(user=users, name=CHANNELS, nick=NICKS)
    def invite(self, user, name, nick):
        self.attempt(lambda: verbs.invite(self.chat, self.user(user), self.chat.find_channel(name), nick))

    @rule(user=users, name=CHANNELS, text=st.sampled_from(["about tea", ""]))
    def topic(self, user, name, text):
        self.attempt(lambda: verbs.set_topic(self.chat, self.user(user), self.chat.find_channel(name), text))

    @rule(user=users, nick=NICKS)
    def rename(self, user, nick):
        try:
            self.chat.reservations.claim(nicks.require_free(self.chat, nick, user), user)
        except Refusal:
            return
        self.attempt(verbs.rename, self.user(user), nick)

    @precondition(lambda self: len(self.present) > 2)
    @rule(user=consumes(users))
    def leave(self, user):
        self.attempt(verbs.leave_server, self.user(user), "gone")
        del self.present[user]

    @invariant()
    def membership_is_the_same_from_both_sides(self):
        for channel in self.chat.channels.values():
            for user_id, membership in channel.members.items():
                assert membership.user is self.chat.users[user_id]
                assert membership.user.channels[channel.id] is channel
        for user in self.chat.users.values():
            assert len(user.channels) <= RULES.channels_per_user
            assert all(user.id in channel.members for channel in user.channels.values())

    @invariant()
    def every_present_user_has_one_nick_and_every_nick_one_user(self):
        assert self.chat.users.keys() == self.present.keys()
        assert {user.id for user in self.chat.nicks.values()} == self.present.keys()
        assert len(self.chat.nicks) == len(self.present)
        assert sorted(self.chat.reservations.nicks.values()) == sorted(self.present)

    @invariant()
    def the_invisible_are_known_and_nobody_else_is_counted_among_them(self):
        assert self.chat.invisible == {user.id for user in self.chat.users.values() if "i" in user.modes}

    @invariant()
    def limits_hold_and_no_private_channel_is_left_empty(self):
        for channel in self.chat.channels.values():
            assert all(len(entries) <= RULES.list_modes for entries in channel.lists.values())
            assert channel.members or not channel.private or channel.folded in RULES.permanent

    @invariant()
    def the_empty_channels_are_known(self):
        empty = {log for log, channel in self.chat.channels.items() if not channel.members}
        assert self.chat.empty.keys() == empty

    @invariant()
    def who_is_inside_needs_no_invitation_any_more(self):
        for channel in self.chat.channels.values():
            assert not channel.invited.keys() & channel.members.keys()

    @invariant()
    def the_logs_alone_give_the_same_channels(self):
        replayed = ChatState(RULES, str, int)
        for log in self.logs.values():
            for event in log:
                apply(replayed, event)
        assert facts(replayed) == facts(self.chat)


def facts(state):
    return {
        channel.id: (
            channel.name, channel.topic, channel.topic_by, channel.topic_at, channel.said, channel.modes,
            channel.head, channel.rules_version, list(channel.invited),
            {letter: entries for letter, entries in channel.lists.items() if entries},
            {user: (member.modes, member.joined_at, member.spoke_at) for user, member in channel.members.items()},
        )
        for channel in state.channels.values()
    }  # fmt: skip


ChatMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=80, deadline=None)
TestChatMachine = ChatMachine.TestCase
