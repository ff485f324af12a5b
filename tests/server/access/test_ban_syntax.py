"""What operators write about a ban."""

import pytest

from chover.server.access.ban_syntax import BadBan, is_duration, seconds_of, target_of


@pytest.mark.parametrize(
    ("word", "seconds"),
    [("10m", 600), ("2h", 7200), ("7d", 604800), ("1w2d", 777600), ("90S", 90), ("forever", 0), ("Permanent", 0)],
)
def test_a_duration_is_a_number_with_a_unit_or_forever(word, seconds):
    assert is_duration(word)
    assert seconds_of(word) == seconds


@pytest.mark.parametrize("word", ["", "10", "m", "10x", "1.5h", "-2h", "2h!", "٣d"])
def test_everything_else_is_none(word):
    assert not is_duration(word)
    with pytest.raises(BadBan, match="10m, 2h, 7d, 4w, forever"):
        seconds_of(word)


@pytest.mark.parametrize("word", ["0m", "999999w"])
def test_a_duration_ends_within_a_lifetime(word):
    with pytest.raises(BadBan, match="36500d"):
        seconds_of(word)


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("192.0.2.7", "address", "192.0.2.7"),
        ("192.0.2.7/24", "address", "192.0.2.0/24"),
        ("*!*@192.0.2.7", "address", "192.0.2.7"),
        ("*@192.0.2.0/24", "address", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "address", "192.0.2.7"),
        ("::ffff:192.0.2.0/120", "address", "192.0.2.0/24"),
        ("2001:DB8::/48", "address", "2001:db8::/48"),
        ("2001:db8::7", "address", "2001:db8::/64"),
        ("::1", "address", "::1"),
        ("198.51.100.7/32", "address", "198.51.100.7"),
        ("*!*@::ffff:198.51.100.7", "address", "198.51.100.7"),
        ("*!*@[2001:db8::7]", "address", "2001:db8::/64"),
        ("[2001:0DB8:0::7]", "address", "2001:db8::/64"),
        ("2001:db8::9/128", "address", "2001:db8::/64"),
        ("198.51.100.*", "address", "198.51.100.0/24"),
        ("*!*@198.51.*.*", "address", "198.51.0.0/16"),
        ("198.*.100.*", "cloak", "198.*.100.*"),
        ("account:Bob", "account", "Bob"),
        ("a:Bob", "account", "Bob"),
        ("abc.def.ghi.guest", "cloak", "abc.def.ghi.guest"),
        ("*!*@*.DEF.ghi.guest", "cloak", "*.def.ghi.guest"),
        ("a::7", "address", "a::/64"),
        ("a::/64", "address", "a::/64"),
        ("*!*@localhost", "mask", "*!*@localhost"),
        ("*!*@[:2]", "address", "::/64"),
        ("*!*@*", "mask", "*!*@*"),
        ("bad*", "mask", "bad*!*@*"),
        ("bad*!*@*", "mask", "bad*!*@*"),
        ("~spam@*", "mask", "*!~spam@*"),
        ("bad!*", "mask", "bad!*@*"),
        ("!~spam@", "mask", "*!~spam@*"),
        ("alice", "nick", "alice"),
    ],
)
def test_the_target_of_a_ban_follows_from_its_form(text, kind, what):
    assert target_of(text) == (kind, what)


@pytest.mark.parametrize("text", ["", "account:", "192.0.2.0/33", "*!*@x/24", "alice/24"])
def test_what_is_none_of_these_is_refused_with_what_would_be(text):
    with pytest.raises(BadBan):
        target_of(text)


@pytest.mark.parametrize("text", ["notathing!!", "a!b!c@d", "a!b@c@d", "a@b!c", "@@", "m:*!*@*", "U:a!b@c"])
def test_what_could_cover_nobody_is_no_mask(text):
    with pytest.raises(BadBan, match=r"is not a mask: a mask is nick!user@host, with one ! and one @"):
        target_of(text)
