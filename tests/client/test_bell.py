"""What rings, and where."""

import pytest
from prompt_toolkit.output import DummyOutput

from chover.client.bell import Bell, wanted
from chover.client.local.settings import ClientSettings
from chover.client.notifications import PlainLine
from chover.client.state import State
from chover.client.state.model.preferences import put
from chover.engine.metadata import BLOCKED, MUTED, NOTIFY
from tests.client.screen.stage import MemoryHost


class Terminal(DummyOutput):
    def __init__(self):
        self.rung = 0

    def bell(self):
        self.rung += 1


def line(text="hi", *, conversation="#tea", **more):
    return PlainLine(conversation, "Bob", text, 1000, **more)


CALL = line(mentions=True)


class Room:
    """A bell in a room."""

    def __init__(self, **settings):
        self.host, self.state, self.terminal = MemoryHost(), State(), Terminal()
        self.settings = ClientSettings(self.host)
        for name, value in settings.items():
            self.settings.set(name, value)
        self.bell = Bell(self.host, self.state, self.settings, self.terminal)

    def prefers(self, name, which, value):
        put(self.state.preferences.own, name, which, value)
        self.state.preferences.remade()

    def rings(self, said, *, focused=False):
        before = self.terminal.rung
        self.bell.ring(said, focused=focused)
        return self.terminal.rung > before


@pytest.mark.parametrize(
    ("level", "said", "rings"),
    [
        ("all", line(), True),
        ("mentions", line(), False),
        ("mentions", CALL, True),
        ("off", CALL, False),
        ("all", line(own=True), False),
        ("all", line(past=True, mentions=True), False),
    ],
)
def test_what_is_told_depends_on_the_level_and_is_never_old_or_our_own(level, said, rings):
    assert wanted(level, said) is rings


def test_a_conversation_may_have_a_level_of_its_own():
    room = Room(notify="mentions")
    room.prefers("#tea", NOTIFY, "all")
    room.prefers("#noise", NOTIFY, "off")

    assert room.rings(line())
    assert not room.rings(line(conversation="#other"))
    assert not room.rings(line(conversation="#noise", mentions=True))


def test_nothing_rings_from_where_it_is_muted_or_of_whom_we_ignore():
    room = Room(notify="all")
    assert room.rings(line())

    room.prefers("#tea", MUTED, "1")
    assert not room.rings(line(conversation="#Tea", mentions=True))

    room.prefers("bob", BLOCKED, "1")
    assert not room.rings(line(conversation="#milk", mentions=True))


def test_what_somebody_looks_at_does_not_ring():
    room = Room(notify="all")
    room.state.active, room.state.looking = "#tea", True

    assert not room.rings(line(), focused=True)
    assert room.rings(line(), focused=False)
    assert room.rings(line(conversation="#milk"), focused=True)


def test_the_desktop_is_told_who_and_where_if_that_is_wanted():
    room = Room(notify="all", bell="no", desktop="yes")

    assert not room.rings(line("tea?"))
    room.rings(line("psst", conversation="Bob", private=True))
    assert room.host.notified == [("Bob in #tea", "tea?"), ("Bob", "psst")]


def test_a_notification_does_not_tell_what_is_hidden():
    room = Room(notify="all", desktop="yes")
    room.bell.ring(line("it was ||the butler||"), focused=False)
    assert room.host.notified == [("Bob in #tea", "it was ▒▒▒")]
