"""Links of invitations."""

import pytest

from chover.wire.invite import InvitationLink, parse

PIN = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
TOKEN = "Jx2-_9k0aQeWzR7tYb1mNw"


@pytest.mark.parametrize("host", ["chat.example.org", "192.0.2.7", "2001:db8::1"])
@pytest.mark.parametrize("pin", ["", PIN, "+/" * 21 + "a="])
def test_a_link_is_read_as_it_was_written(host, pin):
    link = InvitationLink(host, 55555, TOKEN, pin)
    assert parse(link.for_clients) == parse(link.for_browsers) == link


def test_nothing_secret_stands_before_the_fragment():
    link = InvitationLink("chat.example.org", 443, TOKEN, PIN)
    before, _, fragment = link.for_browsers.partition("#")
    assert before == "https://chat.example.org:443/"
    assert fragment.startswith(f"invite={TOKEN}&pin=")
    assert "+" not in fragment
    assert fragment.count("=") == 2


def test_a_link_without_a_port_leads_to_ours():
    assert parse(f"chover://chat.example.org/#invite={TOKEN}") == InvitationLink("chat.example.org", 55555, TOKEN)


def test_what_a_later_version_adds_is_left_alone():
    assert parse(f"chover://h.example:1/#invite={TOKEN}&colour=red").token == TOKEN


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("chat.example.org", "begins with chover://"),
        (f"http://h.example/#invite={TOKEN}", "begins with chover://"),
        ("chover://h.example/", "contains no invitation"),
        ("chover://h.example/#invite=short", "contains no invitation"),
        (f"chover://h.example/#invite={TOKEN}&pin=abc", "pin is damaged"),
        (f"chover://h.example:99999/#invite={TOKEN}", "cannot be read"),
        (f"chover://[::1/#invite={TOKEN}", "cannot be read"),
    ],
)
def test_a_damaged_link_says_what_is_wrong(text, part):
    with pytest.raises(ValueError, match=part):
        parse(text)


@pytest.mark.parametrize("place", ["chat.example.org@evil.example", "u:p@chat.example.org", "a b", "[::]@x]", "a*b"])
def test_a_link_to_what_is_no_host_or_reads_as_another_is_refused(place):
    with pytest.raises(ValueError, match=r"the link's address (is damaged|cannot be read)"):
        parse(f"chover://{place}/#invite=abcdefghijklmnop")


@pytest.mark.parametrize(
    "place", ["müller.example:1", "[fe80::1%eth0]:6697", "192.0.2.7", "[2001:db8::1]", "a_b-c.lan"]
)
def test_names_and_addresses_of_every_kind_are_hosts(place):
    found = parse(f"chover://{place}/#invite=abcdefghijklmnop")
    assert parse(found.for_clients) == found
