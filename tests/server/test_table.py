"""One table of commands: nothing is missing, and HELP shows all of it."""

import inspect
import re
from pathlib import Path

import pytest

from chover.server import commands
from chover.server.table import COMMANDS
from chover.wire.message import LINE_BYTES

PROMISED = (
    *("CAP", "PASS", "NICK", "USER", "PING", "PONG", "QUIT", "ERROR"),
    *("JOIN", "PART", "TOPIC", "NAMES", "LIST", "INVITE", "RENAME", "KICK", "MODE"),
    *(
        "PRIVMSG",
        "NOTICE",
        "TAGMSG",
        "RECOVER",
        "REDACT",
        "DRAFT",
        "EDIT",
        "BATCH",
        "CHATHISTORY",
        "WHO",
        "WHOIS",
        "WHOWAS",
        "AWAY",
        "SETNAME",
        "ISON",
        "USERHOST",
        "REPORT",
        "RELAYMSG",
        "NPC",
        "NPCA",
        "SCENE",
        "SILENCE",
        "MONITOR",
        "METADATA",
    ),
    *(
        "WEBIRC",
        "MARKREAD",
        "PERSISTENCE",
        "SEARCH",
        "ACCEPT",
        "AUTHENTICATE",
        "REGISTER",
        "VERIFY",
        "OPER",
        "KILL",
        "WALLOPS",
        "REHASH",
        "NICKSERV",
        "NS",
        "CHANSERV",
        "CS",
        "HISTSERV",
        "SEARCHSERV",
        "REDEEM",
    ),
    "IDENTIFY",
    *("MOTD", "LUSERS", "VERSION", "TIME", "INFO", "LINKS", "HELP", "HELPOP"),
    *(
        "CATCHUP",
        "MENTIONS",
        "THREAD",
        "THREADS",
        "PREVIEW",
        "EMOJI",
        "PIN",
        "UNPIN",
        "PINNED",
        "SCHEDULE",
        "REMIND",
        "UNSCHEDULE",
        "SCHEDULED",
        "WEBPUSH",
        "HISTORY",
        "ZNC",
        "DEOPER",
        "USERS",
    ),
    "SUMMON",
    *("DLINE", "KLINE", "UNDLINE", "UNKLINE", "STATS", "ISUPPORT", "OPERSERV", "OS"),
)


def test_every_promised_command_is_there_and_no_other():
    assert sorted(COMMANDS) == sorted(PROMISED)


def test_every_family_is_gathered():
    # Services make their commands from their own table.
    families = {path.stem for path in Path(commands.__file__).parent.rglob("*.py")} - {"__init__"} | {"table"}
    assert {command.run.__module__.rpartition(".")[2] for command in COMMANDS.values()} == families


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_says_how_it_is_used_and_what_it_does(command):
    assert command.usage.partition(" ")[0] == command.name
    assert command.meaning
    needed = re.findall(r":?<[^>]+>(?:\[[^\]]*\])*|\S+", command.usage)[1:]
    assert len([word for word in needed if not word.startswith("[")]) >= command.least
    assert len(f"{command.usage} - {command.meaning}".encode()) < LINE_BYTES - 150


@pytest.mark.parametrize("command", [row for row in COMMANDS.values() if row.pipelined], ids=lambda row: row.name)
def test_what_runs_beside_messages_does_not_wait_by_itself(command):
    assert not inspect.iscoroutinefunction(command.run)


async def test_help_shows_every_command(stage):
    alice = await stage.enter("alice")
    answers = await alice.numerics("HELP")
    assert [answer[0] for answer in answers] == ["704", *["705"] * (len(answers) - 2), "706"]
    assert [answer[-1].partition(" ")[0] for answer in answers[-1 - len(COMMANDS) : -1]] == list(COMMANDS)


async def test_help_on_one_command_shows_that(stage):
    alice = await stage.enter("alice")
    [_, text, _] = await alice.numerics("HELP join")
    assert text == ("705", "join", f"{COMMANDS['JOIN'].usage} - {COMMANDS['JOIN'].meaning}")


async def test_help_on_what_there_is_not_says_so(stage):
    alice = await stage.enter("alice")
    assert (await alice.numerics("HELP nothing"))[0][:2] == ("524", "nothing")


@pytest.mark.parametrize("command", [row for row in COMMANDS.values() if row.least], ids=lambda row: row.name)
async def test_a_command_with_too_few_parameters_is_answered_with_its_usage(stage, command):
    alice = await stage.enter("alice")
    words = " ".join([command.name, *["x"] * (command.least - 1)])
    [answer] = await alice.numerics(words)
    assert answer[:2] == ("461", command.name)
    assert command.usage in answer[2]


@pytest.mark.parametrize("command", [row for row in COMMANDS.values() if not row.before], ids=lambda row: row.name)
async def test_before_registration_a_command_is_refused(stage, command):
    nobody = stage.connect()
    assert (await nobody.numerics(f"{command.name} a b c d"))[0][0] == "451"
