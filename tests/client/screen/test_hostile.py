"""What others send never reaches the terminal as anything but text: the bytes that were written are looked at."""

import re

import pytest

from chover.client.screen.rendering.painter import BEGIN, END
from tests.client.screen.stage import stage

ESCAPES = [
    "\x1b[2J\x1b[Hgone",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1bP1$r0m\x1b\\",
    "\x9b31mred",
    "\x9d0;title\x9c",
    "a\x08\x08\x08b\x7f",
    "\x0e\x0fshifted\x0e",
    "tab\there\vand\fthere\x85done",
    "\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c",
    "\x00\x01\x02bold\x1d\x1f\x16\x03",
    "\x0304,99\x1b[31m",
    "https://example.org/\x1b]8;;http://evil\x1b\\x",
    "\U000e0041\U000e007f tags",
]
OURS = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]"  # CSI: of this program and of prompt_toolkit
    r"|\x1b[78]"
    r"|\x1b\[\d+;2t"
    r"|\x1b\]8;(?:id=[0-9a-f]+)?;(?:https?://[!-~]*)?\x1b\\"
    r"|\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x1b\\"
    r"|[\r\n\x07]"
)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\U000e0000-\U000e007f]")


def strange(written: str) -> list[str]:
    """What is written beside text and the commands of this program."""
    return CONTROL.findall(OURS.sub("", written))


def harmful(written: str) -> list[str]:
    """Commands that only somebody else can have meant."""
    return re.findall(r"\x1b\[2J\x1b\[H(?=gone)|\x1b\]52|\x1bP|\x1b\]0;|\x1b\[31m", written)


@pytest.mark.parametrize("text", ESCAPES)
async def test_nothing_of_a_hostile_text_reaches_the_terminal(text):
    bare = text.replace("\x00", "").replace("\n", "").replace("\r", "")
    word = bare.replace(" ", "_")
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.nothing_written()
        screen.bob(bare)
        screen.bob(f"\x01ACTION {bare}\x01")
        screen.says(
            f"@msgid=k1;account={word} :{word}!b@c PRIVMSG #lobby :{bare}",
            f"@msgid=k2;+draft/reply=k1 :{word}!b@c PRIVMSG #lobby :{bare}",
            f"@+draft/react={word};+draft/reply=k2 :{word}!b@c TAGMSG #lobby",
            f":{word}!b@c JOIN #lobby {word} :{bare}",
            f":{word}!b@c TOPIC #lobby :{bare}",
            f":{word}!b@c KICK #lobby Carol :{bare}",
            f":{word}!b@c NICK {word}2",
            f":{word}2!b@c QUIT :{bare}",
            f":chat.test NOTICE Alice :{bare}",
            f":chat.test 353 Alice = #lobby :@{word} Alice",
            ":chat.test 366 Alice #lobby :End",
            f":chat.test 311 Alice {word} u h * :{bare}",
            f":{word}!b@c INVITE Alice #{word}",
            f":{word}!b@c PRIVMSG Alice :{bare}",
            f":Alice!a@c JOIN #{word}",
            f"@+typing=active :{word}!b@c TAGMSG #lobby",
            f"FAIL * WHATEVER :{bare}",
        )
        await screen.settled()
        await screen.keys("\x1bk")
        await screen.keys("\x1b")
        await screen.keys("\x1ba")
        await screen.keys(f"\x1b[200~/whois {word}\x1b[201~")
        await screen.settled()
        written = screen.written.getvalue()
        assert strange(written) == []
        assert harmful(written) == []


async def test_a_hostile_nick_is_completed_without_its_commands():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(":ab\x1b[31mx!b@c JOIN #lobby", ":ab\x1b[32my!b@c JOIN #lobby")
        screen.nothing_written()
        await screen.keys("ab\t")
        await screen.settled()
        assert strange(screen.written.getvalue()) == []


async def test_what_is_searched_for_and_found_is_harmless():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/search evil")
        label = next(line for line in screen.wire.sent if " SEARCH " in line).partition(" ")[0][1:]
        screen.nothing_written()
        screen.says(
            f"@{label} BATCH +s soju.im/search",
            "@batch=s;msgid=z1 :B\x1b[31mob!b@c PRIVMSG #lobby :\x1b[2J\x1b[Hgone",
            "BATCH -s",
        )
        assert "[2J[Hgone" in await screen.picture()
        assert strange(screen.written.getvalue()) == []
        assert harmful(screen.written.getvalue()) == []


async def test_links_are_links_to_the_web_only():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.nothing_written()
        screen.bob("javascript:alert(1) file:///etc/passwd ssh://x https://example.org/a?b=c. (http://e.org/x)")
        await screen.settled()
        links = re.findall(r"\x1b\]8;id=[0-9a-f]+;([^\x1b]*)\x1b\\", screen.written.getvalue())
        assert links == ["https://example.org/a?b=c", "http://e.org/x"]


async def test_each_frame_is_one_synchronized_update():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        screen.nothing_written()
        screen.bob("hello")
        await screen.settled()
        written = screen.written.getvalue()
        assert written.count(BEGIN) == written.count(END) == 1
