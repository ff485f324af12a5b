"""The engine with a store that is a list: what is decided is committed at once.

scene = Scene()
alice = scene.arrive("alice")
tea = scene.join(alice, "#tea")
"""

from __future__ import annotations

import itertools

from chover.engine import nicks, verbs
from chover.engine.append import Append
from chover.engine.apply import apply
from chover.engine.events import Arrived, Event, Source
from chover.engine.ids import NOWHERE, UserId
from chover.engine.model import Rules
from chover.engine.modes import parse
from chover.engine.state import ChatState


class Scene:
    def __init__(self, **rules):
        numbers = itertools.count(1)
        self.fresh = lambda: str(next(numbers))
        self.chat = ChatState(Rules(**rules), self.fresh, lambda: self.now)
        self.logs = {}
        self.now = 1000

    def arrive(self, nick):
        user_id = UserId("g" + self.fresh())
        self.chat.reservations.claim(nicks.require_free(self.chat, nick, user_id), user_id)
        self.commit(Append([Event(NOWHERE, Source(user_id, nick, "~u", "host"), Arrived(nick))]))
        return self.chat.users[user_id]

    def join(self, user, name, key=""):
        self.commit(verbs.join(self.chat, user, name, key))
        return self.chat.find_channel(name)

    def join_as(self, nick, name):
        """A new user in a channel."""
        user = self.arrive(nick)
        self.join(user, name)
        return user

    def mode(self, user, channel, text):
        append = verbs.set_modes(self.chat, user, channel, parse(text.split()))
        self.commit(append)
        return append

    def commit(self, append):
        """Apply a decision. Returns which of its events took effect."""
        return [self.happen(event) for event in append.events]

    def happen(self, event):
        log = self.logs.setdefault(event.log, [])
        self.now += 1
        event.at = self.now
        if event.kept:
            event.seq = len(log) + 1
            log.append(event)
        return apply(self.chat, event)


def only(append):
    """The body of a decision's only event."""
    [event] = append.events
    return event.body
