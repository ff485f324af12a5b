"""What the server says about itself is what it does."""

import pytest

from chover.config import ConfigError, load
from chover.engine.modes import CHANNEL_MODES
from chover.server.info.isupport import TOKENS_PER_LINE, lines, tokens
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


def test_what_depends_on_settings_is_there_when_they_are():
    said = tokens(config(accounts__required=True, server__icon="https://chat.example.org/icon.svg"))
    assert "draft/ACCOUNTREQUIRED" in said
    assert said["draft/ICON"] == "https://chat.example.org/icon.svg"
    assert not {"draft/ACCOUNTREQUIRED", "draft/ICON"} & set(tokens(config()))


def test_an_icon_is_a_url():
    with pytest.raises(ConfigError, match="must be a URL that begins with https"):
        config(server__icon="icon.svg")


async def test_isupport_is_told_before_registration_to_those_who_asked(stage):
    early = stage.connect()
    early.send("ISUPPORT")
    await early.expect(" 451 * :Request draft/extended-isupport first")
    early.send("CAP REQ :batch draft/extended-isupport")
    await early.expect("ACK")
    early.send("ISUPPORT")
    rows = await early.messages()
    assert rows[0].params[1:] == ["draft/isupport"]
    name = rows[0].params[0].removeprefix("+")
    assert {row.command for row in rows[1:-1]} == {"005"}
    assert {row.tags["batch"] for row in rows[1:-1]} == {name}
    assert {row.params[0] for row in rows[1:-1]} == {"*"}
    assert rows[-1].params == [f"-{name}"]


async def test_no_isupport_is_sent_outside_of_a_batch_to_those_who_asked_for_both(stage):
    alice = stage.connect()
    alice.send("CAP REQ :batch draft/extended-isupport labeled-response", "NICK alice", "USER a 0 * :a", "CAP END")
    await alice.expect(" 001 ")
    alice.send("VERSION", "@label=x ISUPPORT")
    await alice.all()
    told = [message for message in alice.log if message.command == "005"]
    assert len(told) > 6
    assert all("batch" in message.tags for message in told)


async def test_without_the_capability_isupport_is_bare_and_for_those_who_are_on(stage):
    alice = await stage.enter("alice", caps="batch")
    alice.send("ISUPPORT")
    assert {message.command for message in await alice.messages()} == {"005"}


async def filehost(stage, **peer):
    wire = await stage.enter("alice", **peer)
    (said,) = [word for line in wire.log if line.command == "005" for word in line.params if "FILEHOST" in word]
    return said.partition("=")[2]


async def test_everybody_is_told_where_files_go_as_they_reach_the_server(stage):
    stage.node.reached_at = "chat.example.org:55555"
    assert await filehost(stage, address="192.0.2.7") == "https://chat.example.org:55555/files"


async def test_anyone_who_is_on_the_servers_own_machine_needs_no_tls_for_files(stage):
    stage.node.reached_at = "chat.example.org:55555"
    assert await filehost(stage) == "http://localhost:55555/files"


async def test_anyone_who_came_by_a_page_sends_files_to_where_the_page_is(stage):
    assert await filehost(stage, site="https://example.org/chat") == "https://example.org/chat/files"


async def test_nobody_is_told_of_files_where_none_are_taken(stage):
    stage.host.reconfigure(config(files__enabled=False))
    wire = await stage.enter("alice")
    assert not [line for line in wire.log if line.command == "005" and any("FILEHOST" in word for word in line.params)]
