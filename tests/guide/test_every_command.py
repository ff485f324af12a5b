"""Every command that a page tells people to type is run by a test, or stands here with the reason why it is not."""

import hmac
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from chover.cli import app
from chover.client.commands import COMMANDS as SLASH
from chover.server.services.table import SERVICES
from chover.server.table import COMMANDS as IRC
from tests.e2e.server import environment
from tests.e2e.wire import Irc
from tests.guide.pages import PAGES, blocks, commands, run, spans

RUN = {"sh", "irc", "console", "python", "irssi", "weechat"}
"""Kinds of blocks whose lines are run."""
NOT_RUN = {
    "sh root": "see MACHINE",
    "toml": "settings: test_the_settings_in_the_guide_are_settings loads them",
    "text": "what a command prints",
    "json": "what a hook sends: tests/notify",
    "yaml": "settings of Prometheus and Alertmanager",
    "nginx": "settings of another program",
    "caddy": "settings of another program",
    "scfg": "settings of another program",
    "js": "settings of another program",
}
MACHINE = {
    "useradd": "makes a user of the machine",
    "python3 -m venv /opt/chover": "every environment of the tests was made like this",
    "/opt/chover/bin/pip install": "every environment of the tests was made like this",
    "touch /etc/chover.toml": "writes to /etc",
    "install ": "gives files to another user",
    "systemctl ": "needs systemd as process 1; test_operating.py runs what the units run",
    "systemd-analyze": "run by test_operating.py, offline",
    "journalctl": "needs systemd's journal",
    "#!/bin/sh": "the hook of certbot, with its certificates",
    "set -e": "the same",
    "ufw ": "changes the firewall of the machine",
    "firewall-cmd": "changes the firewall of the machine",
    "nft ": "changes the firewall of the machine",
    "sysctl": "changes the kernel's settings",
    "echo net.ipv4": "changes the kernel's settings",
    "timedatectl": "sets the clock of the machine",
    "chronyc": "sets the clock of the machine",
    "fail2ban-client": "needs fail2ban; the filter's expressions: tests/accounts/test_failed_logins.py",
    "jq ": "run by test_an_export_is_read_with_jq",
    "sqlite3 -readonly": "opens SQLite's own prompt",
    "curl --insecure": "tests/e2e/test_printed_lines.py runs the line that is printed",
    "curl -d": "run with its data by test_hooks_as_they_are_printed",
    "scp ": "needs another machine",
    "make ": "tests of the release run it",
    "pip install": "every environment of the tests was made like this",
    "python -P -m chover.ssh_worker": "the server runs it; a name, not to be typed",
    "python -m benchmarks": "measures for minutes",
    "python chatOverSockets.py": "tests/test_chat_over_sockets.py runs it",
    "send-proxy-v2": "a word of HAProxy",
}
CHAPTERS_RUN = {
    ("operating", kind): set(re.findall(pattern, (Path(__file__).parent / name).read_text(encoding="utf-8")))
    for kind, pattern, name in (
        ("sh", r'commands\("([^"]+)"\)', "test_operating.py"),
        ("irc", r'typed\("operating", "([^"]+)"', "test_every_command.py"),
    )
}


@pytest.mark.parametrize("name", PAGES)
def test_each_block_is_of_a_kind_that_is_run_or_has_a_reason(name):
    assert [kind for _, kind, _ in blocks(name) if kind not in RUN | NOT_RUN.keys()] == []


@pytest.mark.parametrize("kind", ["sh", "irc"])
def test_each_chapter_of_the_guide_has_a_test_that_runs_it(kind):
    assert {title for title, what, _ in blocks("operating") if what == kind} == CHAPTERS_RUN["operating", kind]


def test_what_changes_the_machine_has_a_reason_why_it_is_not_run():
    lines = [line for name in PAGES for _, kind, lines in blocks(name) if kind == "sh root" for line in lines]
    assert [line for line in lines if not line.startswith(tuple(MACHINE))] == []


# ---- commands in the text


def all_spans():
    return sorted({span for name in PAGES for span in spans(name)})


def test_each_command_of_chover_in_the_text_exists():
    for span in all_spans():
        words = shlex.split(span.replace("…", "")) if re.match(r"(\S*/)?chover \w", span) else []
        assert not words or understood(words[1:]), span


def understood(words):
    """Whether the command line has this command with these flags."""
    command = typer.main.get_command(app)
    for word in words:
        if word.startswith("--"):
            known = {flag for each in command.params for flag in each.opts}
            if word not in known:
                return False
        elif word in getattr(command, "commands", {}):
            command = command.commands[word]
        elif hasattr(command, "commands") and not command.params:
            return False
    return True


def test_each_line_for_a_client_in_the_text_exists():
    slashes = {word for row in SLASH.values() for word in (row.name, *row.aliases)}
    by_nick = {row.nick.lower(): row for row in SERVICES.values()}
    for span in all_spans():
        first, *rest = span.split()
        if (
            re.fullmatch(r"/[a-z]+", first)
            and not Path(first).exists()
            and first not in {"/metrics", "/healthz", "/chat"}
        ):
            assert first[1:] in slashes, span
        if first == "/msg" and rest[0].lower() in by_nick:
            assert rest[1] in {*by_nick[rest[0].lower()].verbs, "HELP"}, span
        if first in {"MODE", "KICK", "KILL", "OPER"}:
            assert first in IRC, span


def test_each_other_command_in_the_text_has_a_reason_why_it_is_not_run():
    programs = re.compile(
        r"(sudo|systemctl|systemd-analyze|journalctl|ufw|nft|firewall-cmd|echo|timedatectl|chronyc|fail2ban-client|jq"
        r"|sqlite3|curl|install|scp|pip|make|python|useradd) \S"
    )
    found = [span for span in all_spans() if programs.match(span)]
    run_by_chover = [span for span in found if " /opt/chover/bin/chover " in span]
    for span in run_by_chover:
        assert understood(shlex.split(span.partition("/chover ")[2])), span
    assert [span for span in found if span not in run_by_chover and not span.startswith(tuple(MACHINE))] == []


# ---- lines for a client, run by an operator against somebody who is there


class Room:
    """An operator of a server and of a channel, and somebody called nick, who comes back from another address."""

    def __init__(self, server, channel):
        self.server, self.channel, self.comings = server, channel, 0
        self.others = [Irc(server.port, f"other{number}") for number in range(3)]
        self.mod = Irc(server.port, "mod", "")
        self.mod.send("NS REGISTER sesame-and-poppy", f"JOIN {channel}")
        self.mod.expect(" 900 ")
        self.mod.fence()
        self.guest = None

    def become_operator(self, root):
        add = f"{sys.executable} -m chover operator add mod --data {self.server.data}"
        run(add, root)
        run(f"{sys.executable} -m chover channel transfer '{self.channel}' mod --data {self.server.data}", root)
        self.mod.send("OPER mod sesame-and-poppy")
        self.mod.expect(" 381 ")

    def somebody_is_there(self):
        if self.guest is not None and "nick" in self.names():
            return
        if self.guest is not None:
            self.guest.close()
        self.comings += 1
        self.mod.send(f"MODE {self.channel} -RMidjW")
        self.mod.fence()
        self.guest = Irc(self.server.port, "nick", "", lobby="", address=f"127.{self.comings}.9.1")
        self.guest.send(f"JOIN {self.channel}")
        self.guest.expect(f" 366 nick {self.channel} ")

    def names(self):
        self.mod.send(f"NAMES {self.channel}")
        return " ".join(self.mod.until(" 366 ")).replace("@", " ").split()

    def answer(self, line):
        self.mod.send(sent_for(line, self.channel))
        return self.mod.fence()

    def close(self):
        for client in (self.mod, self.guest, *self.others):
            if client is not None:
                client.close()


def sent_for(line, channel):
    """What a client sends: for what is typed with a slash, too (tests/client/commands/cases.json)."""
    word, _, rest = line.partition(" ")
    match word:
        case "/msg":
            target, _, text = rest.partition(" ")
            return f"PRIVMSG {target} :{text}"
        case "/ban" | "/kickban" | "/unban":
            return f"PRIVMSG ChanServ :{word[1:].upper()} {channel} {rest}"
        case "/join":
            return f"JOIN {rest}"
        case _:
            assert not word.startswith("/"), line
            return line


REFUSED = re.compile(
    r" (4\d\d|5\d\d|696) mod | FAIL |There is no|cannot|may not|refused|would |Only |usage|not found", re.IGNORECASE
)


def typed(name, chapter, room):
    """Type each line of a chapter; what the server answered to each. None of it may be a refusal."""
    answers = {}
    for line in commands(chapter, "irc", name):
        room.somebody_is_there()
        answers[line] = room.answer(line)
        assert not [said for said in answers[line] if REFUSED.search(said)], (line, answers[line])
    return answers


@pytest.fixture
def room_of(root, running):
    rooms = []

    def enter(channel):
        run(f"{sys.executable} -m chover account add NAME --data {running.data}", root)
        rooms.append(Room(running, channel))
        return rooms[-1]

    yield enter
    for room in rooms:
        room.close()


def test_the_lines_against_a_flood(room_of):
    answers = typed("moderation", "A flood in progress", room_of("#channel"))
    assert any(" MODE #channel +MdjW" in said for said in answers["MODE #channel +MdjW 60 3:10 5"])
    for line, said in answers.items():
        if "KICK" in line:
            assert any(" KICK #channel nick" in each for each in said), (line, said)


def test_the_lines_for_a_group_of_a_class(room_of):
    room = room_of("#group1")
    typed("operating", "A private server for a class", room)
    assert any("NAME: +v" in said for said in room.answer("/msg ChanServ ACCESS #group1"))


def test_the_lines_against_an_attack(room_of, root):
    room = room_of("#lobby")
    room.become_operator(root)
    answers = typed("operating", "Moderation under attack", room)
    assert any(" KICK #lobby nick" in said for said in answers["/msg ChanServ KICKBAN #lobby nick NET flood"])
    assert any("127." in said for said in answers["/msg OperServ SEEN nick"])
    assert any("198.51.100.0/24" in said for said in answers["/msg OperServ BANS"])
    assert any("KILL" in said and "nick" in said for said in answers["/msg OperServ LOG 20"])


# ---- hooks, Python, and other programs


def prompted(chapter):
    """The commands behind a prompt."""
    lines = [line[2:] for line in commands(chapter, "console", "hooks") if line.startswith("$ ")]
    return [line.replace("chover", f"{sys.executable} -m chover", 1) for line in lines]


def test_hooks_as_they_are_printed(root, running):
    with Irc(running.port, "ops") as ops:
        ops.send("JOIN #ops")
        ops.expect(" 366 ops #ops ")
        add, listed, revoke = prompted("Hooks: other programs in a channel")
        there = f"--data {running.data}"
        token = re.search(r"/hooks/(\S+)", run(f"{add} {there}", root))[1]
        for line in commands("curl", "sh", "hooks"):
            here = line.replace("https://chat.example.org:55555", f"http://127.0.0.1:{running.port}")
            assert run(here.replace("TOKEN", token), root).strip().endswith("ok")
        ops.expect("PRIVMSG #ops :the backup is done")
        ops.expect(":backup!.* PRIVMSG #ops")
        made = re.search(r"^([0-9a-f]{8}) ", run(f"{listed} {there}", root), re.MULTILINE)[1]
        run(f"{revoke.replace('9300ba0f', made)} {there}", root)
        (tell,) = prompted("The other way: a channel tells a program")
        assert "signed with" in run(f"{tell.replace('https://example.org', 'https://1.1.1.1')} {there}", root)


def test_the_program_of_the_page_about_python_answers(root, running):
    program = "\n".join(commands("Chatting from Python", "python", "python"))
    program = program.replace('"chat.example.org"', f'"127.0.0.1:{running.port}"')
    with (
        Irc(running.port, "bob") as bob,
        subprocess.Popen(
            [sys.executable, "-c", program], env=environment(root), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as bot,
    ):
        bob.send("JOIN #tea")
        bob.expect(" PRIVMSG #tea :Water is boiling")
        bob.say("!ping", "#tea")
        bob.expect(":bot!.* PRIVMSG #tea :.*pong")
        bot.terminate()


def test_the_signature_of_a_hook_is_checked_as_the_page_says():
    body, key, timestamp = b'{"text": "it is out"}', "secret", str(int(time.time()))
    signature = "sha256=" + hmac.new(b"secret", timestamp.encode() + b"." + body, "sha256").hexdigest()
    names = {"hmac": hmac, "time": time, "key": key, "timestamp": timestamp, "body": body, "signature": signature}
    exec("\n".join(commands("The other way: a channel tells a program", "python", "hooks")), names)
    assert names["genuine"]


@pytest.mark.parametrize("span", [span for span in all_spans() if span.startswith("jq ")])
def test_an_export_is_read_with_jq(needs, root, running, span):
    needs("jq", "apt-get install jq")
    run(f"{sys.executable} -m chover export {root}/out --data {running.data}", root)
    assert run(f"cd {root}/out && {span}", root) == "kept for years\n"
