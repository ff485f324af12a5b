"""What the server says about itself is what it does."""

import pytest

from chover.config import load
from chover.engine.modes import CHANNEL_MODES
from chover.server.isupport import TOKENS_PER_LINE, lines, tokens
from chover.wire.message import LINE_BYTES


def config(**flags):
    return load(environ={}, flags={name.replace("__", "."): value for name, value in flags.items()})


def test_tokens_follow_the_settings():
    said = tokens(config(limits__nick_len=20, limits__channels_per_user=7, limits__max_targets=3))
    assert said["NICKLEN"] == "20"
    assert said["CHANLIMIT"] == "#:7"
    assert said["MAXTARGETS"] == "3"
    assert "PRIVMSG:3" in said["TARGMAX"].split(",")


def test_tokens_of_modes_follow_their_table():
    said = tokens(config())
    assert said["PREFIX"] == "(qaohv)~&@%+"
    assert said["CHANMODES"] == "Ibe,k,Wdfjl,CMRUimnstu"
    assert said["MAXLIST"] == "beI:60"
    assert set(CHANNEL_MODES) == set("qaohv" + said["CHANMODES"].replace(",", ""))


def test_the_casemapping_is_named():
    assert tokens(config())["UTF8MAPPING"] == "rfc8265"
    assert "UTF8MAPPING" not in tokens(config(server__casemapping="ascii"))


def test_lines_hold_all_tokens_and_are_within_the_limit():
    every = list(lines(config()))
    assert [word.partition("=")[0] for words in every for word in words] == list(tokens(config()))
    for words in every:
        assert len(words) <= TOKENS_PER_LINE
        assert len(" ".join(words).encode()) < LINE_BYTES - 150


@pytest.mark.parametrize("token", tokens(config()))
def test_no_token_holds_what_would_break_a_line(token):
    assert not set(tokens(config())[token]) & set(" =\r\n")
