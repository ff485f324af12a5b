"""By which names a server is asked for, and by which not."""

import pytest

from chover.edge.own_names import OwnNames, name_in


@pytest.fixture
def names():
    names = OwnNames(lambda: ["irc.example.org", "*.chat.example.net"])
    names.configure(["chat.example.org:55555", "https://www.example.org/chat", "", "2001:db8::1"])
    return names


@pytest.mark.parametrize(
    "place",
    [
        "chat.example.org", "CHAT.Example.org.", "chat.example.org:1", "www.example.org", "irc.example.org:6697",
        "eu.chat.example.net", "localhost", "app.localhost:80", "pi", "pi.local", "pi.lan", "chat.internal",
        "chat.home.arpa", "127.0.0.1", "203.0.113.9:55555", "[::1]:55555", "[2001:db8::1]",
    ],
)  # fmt: skip
def test_it_is_ours(names, place):
    assert names.includes(place)


@pytest.mark.parametrize(
    "place",
    [
        "", ":55555", "example.org", "evil.chat.example.org", "chat.example.org.evil.example", "chat.example.net",
        "a.b.chat.example.net", "evil.example", "local.evil.example", "evil-local.example", "127.0.0.1.evil.example",
        "[::1", "a@evil.example", "home.arpa.example",
    ],
)  # fmt: skip
def test_it_is_not(names, place):
    assert not names.includes(place)


def test_what_is_configured_anew_replaces_what_was(names):
    names.configure(["https://chat.example.com"])
    assert names.includes("chat.example.com")
    assert not names.includes("chat.example.org")


@pytest.mark.parametrize(
    ("place", "name"),
    [("https://A.example:1/x", "a.example"), ("[::1]:5", "::1"), ("host.:5", "host"), ("http://[broken", "")],
)
def test_the_name_in_a_place(place, name):
    assert name_in(place) == name
