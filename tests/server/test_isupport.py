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
    assert said["CHANMODES"] == "Ibe,k,Wdfjl,CEMRUimnstu"
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


async def filehost(stage, **peer):
    wire = await stage.enter("alice", **peer)
    (said,) = [word for line in wire.log if line.command == "005" for word in line.params if "FILEHOST" in word]
    return said.partition("=")[2]


async def test_everybody_is_told_where_files_go_as_they_reach_the_server(stage):
    stage.node.reached_at = "chat.example.org:55555"
    assert await filehost(stage, address="192.0.2.7") == "https://chat.example.org:55555/files"


async def test_who_is_on_the_servers_own_machine_needs_no_tls_for_files(stage):
    stage.node.reached_at = "chat.example.org:55555"
    assert await filehost(stage) == "http://localhost:55555/files"


async def test_who_came_by_a_page_sends_files_to_where_the_page_is(stage):
    assert await filehost(stage, site="https://example.org/chat") == "https://example.org/chat/files"


async def test_nobody_is_told_of_files_where_none_are_taken(stage):
    stage.node.reconfigure(config(files__enabled=False))
    wire = await stage.enter("alice")
    assert not [line for line in wire.log if line.command == "005" and any("FILEHOST" in word for word in line.params)]
