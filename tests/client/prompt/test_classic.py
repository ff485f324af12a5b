import asyncio
import contextlib
import re
import signal
import sys

import pytest

from chover.wire.capabilities import NONCE
from tests.client.scripted import SERVER, scripted
from tests.terminal import ROOT, environment, terminal

PROMPT = re.compile(r"You \| [A-Z][a-z]{2} \d\d \d\d \[\d\d:\d\d [AP]M\] ❯")
BOB = ":Bob!b@cloak PRIVMSG"
EVENING = "time=2026-06-19T17:01:00.000Z"


def program(port, nick="Alice", patience=10.0):
    call = f"classic.run('', {port}, nick={nick!r}, patience={patience})"
    return ["-c", f"import sys; from chover.client.prompt import classic; sys.exit({call})"]


def on_terminal(server, nick="Alice"):
    return terminal(*program(server.port, nick), TZ="UTC")


async def piped(server, text, **options):
    """The client with its input from a pipe."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *program(server.port, **options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environment(TZ="UTC"),
    )
    process.stdin.write(text.encode())
    process.stdin.close()
    return process


async def ended(process):
    """Exit status, output, error output."""
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


# ---- on a terminal


async def test_a_new_conversation_is_welcomed_with_the_originals_prompt():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.shows("Welcome, begin a new conversation.")
        prompt = await screen.prompts("❯")
        assert PROMPT.fullmatch(prompt)
        assert screen.lines == ["Welcome, begin a new conversation.", prompt]


async def test_the_history_is_shown_with_own_lines_as_you():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome(f"@{EVENING} {BOB} #lobby :hi", f"@{EVENING} :alice!a@cloak PRIVMSG #lobby :hello")
        await screen.prompts("❯")
        assert screen.lines[:2] == ["Bob | Jun 19 [05:01 PM] ❯ hi", "You | Jun 19 [05:01 PM] ❯ hello"]
        assert "Welcome, begin a new conversation." not in screen.lines


async def test_a_guests_own_lines_stay_a_guests():
    async with scripted() as server, on_terminal(server, "guest") as screen:
        peer = await server.accept()
        await peer.welcome(f"@{EVENING} :guest!g@cloak PRIVMSG #lobby :hello")
        assert await screen.shows("hello") == "guest | Jun 19 [05:01 PM] ❯ hello"


async def test_messages_appear_above_what_is_being_typed():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.prompts("❯")
        screen.type("half a sen")
        await screen.prompts("❯ half a sen")
        peer.send(f"@{EVENING};msgid=m1 {BOB} #lobby :\x1b[2Jhi \x0304there")
        await screen.shows("there")
        typed = await screen.prompts("❯ half a sen")
        assert screen.lines == ["Welcome, begin a new conversation.", "Bob | Jun 19 [05:01 PM] ❯ [2Jhi there", typed]


async def test_what_is_typed_is_sent_and_not_shown_twice():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.prompts("❯")
        screen.type("Hello everyone!\r")
        heard = await peer.hear()
        assert heard.params == ["#lobby", "Hello everyone!"]
        peer.echo(heard, "m1")
        peer.send(f"@{EVENING};msgid=m2 {BOB} #lobby :after")
        await screen.shows("after")
        assert [line.endswith("❯ Hello everyone!") for line in screen.lines].count(True) == 1


async def test_help_is_the_originals():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.prompts("❯")
        screen.type("/?\r")
        await screen.shows("default            - send as message")
        assert "/q | /quit | /exit - exit chatOverSockets" in screen.lines
        assert "/? | /help | /h    - print this help message" in screen.lines
        assert "//text             - send as message what begins with /" in screen.lines


@pytest.mark.parametrize("way", ["/q\r", "/exit\r", "\x03", "\x04"], ids=["/q", "/exit", "Ctrl-C", "Ctrl-D"])
async def test_leaving_says_so_and_is_a_success(way):
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.prompts("❯")
        screen.type(way)
        await peer.expect("QUIT")
        peer.hang_up()
        assert await screen.ends() == 0
        assert screen.lines[-2:] == ["[!] Client shutting down...", "[i] Done."]


async def test_a_lost_server_is_told_and_the_message_follows_when_it_is_back():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.prompts("❯")
        screen.type("kept\r")
        nonce = (await peer.hear()).tags[NONCE]
        peer.hang_up()
        await screen.shows("[!] Server disconnected.")
        await screen.shows("[i] Reconnecting...")
        again = await server.accept()
        await again.welcome()
        await screen.shows("[i] Connected again as Alice.")
        assert (await again.hear()).tags[NONCE] == nonce


async def test_what_is_typed_while_there_is_no_server_brings_the_next_attempt_at_once_and_is_sent_once():
    """Without a word the pauses between attempts grow to half a minute, however soon the server is back."""
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.prompts("❯")
        server.deaf()
        peer.hang_up()
        await screen.shows("[!] Server disconnected.")
        for word in ("one", "two"):
            screen.type(f"{word}\r")
            await screen.shows(f"❯ {word}")
        await server.listen(server.port)
        screen.type("three\r")
        again = await server.accept()
        await again.welcome()
        await screen.shows("[i] Connected again as Alice.")
        assert [(await again.hear()).params[1] for _ in range(3)] == ["one", "two", "three"]


async def test_a_refused_message_is_told():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.prompts("❯")
        screen.type("psst\r")
        heard = await peer.hear()
        peer.send(f"@label={heard.tags['label']} :{SERVER} 404 Alice #lobby :Cannot send to channel (+m)")
        await screen.shows("[!] Not delivered: psst (Cannot send to channel (+m))")


async def test_nobody_listening_is_a_failure():
    async with scripted() as server:
        server.deaf()
        async with on_terminal(server) as screen:
            assert await screen.ends() == 1
            where = f"127.0.0.1:{server.port}"
            assert screen.lines[0] == f"[x] Failed to connect to {where}."
            assert screen.lines[1] == f"[i] No connection to {where}: Connection refused."


async def test_an_original_server_is_named():
    async with scripted() as server:
        server.greet_all(b'[{"username": "Bob", "now": "now", "message": "hi"}]')
        async with on_terminal(server) as screen:
            assert await screen.ends() == 1
            assert f"[x] 127.0.0.1:{server.port}: this is a server of the original ChatOverSockets" in screen.lines[0]


async def test_a_taken_name_is_told():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome(nick="Alice2")
        await screen.shows("[i] You are Alice2 here: Alice is taken.")


# ---- from a pipe


async def test_all_lines_of_a_pipe_are_acknowledged_before_the_end():
    async with scripted() as server:
        process = await piped(server, "one\ntwo\n\nthree")
        peer = await server.accept()
        await peer.welcome()
        for number, text in enumerate(["one", "two", "three"]):
            heard = await peer.hear()
            assert heard.params[1] == text
            peer.echo(heard, f"m{number}")
        await peer.expect("QUIT")
        peer.hang_up()
        status, out, err = await ended(process)
        assert status == 0
        assert out.splitlines() == [
            "Welcome, begin a new conversation.",
            "",
            "[!] Client shutting down...",
            "[i] Done.",
        ]
        assert err == ""


async def test_a_pipe_survives_a_lost_connection():
    async with scripted() as server:
        process = await piped(server, "kept\n")
        peer = await server.accept()
        await peer.welcome()
        nonce = (await peer.hear()).tags[NONCE]
        peer.hang_up()
        again = await server.accept()
        await again.welcome()
        heard = await again.hear()
        assert heard.tags[NONCE] == nonce
        again.echo(heard, "m1")
        await again.expect("QUIT")
        again.hang_up()
        assert (await ended(process))[0] == 0


async def test_a_pipe_that_nobody_acknowledges_is_a_failure():
    async with scripted() as server:
        process = await piped(server, "lost\n", patience=0.1)
        peer = await server.accept()
        await peer.welcome()
        await peer.hear()
        await peer.expect("QUIT")
        peer.hang_up()
        status, _, err = await ended(process)
        assert status == 1
        assert err == "[!] Not delivered: 1 of your messages.\n"


async def test_a_refused_line_of_a_pipe_is_a_failure():
    async with scripted() as server:
        process = await piped(server, "psst\n/q\nnever\n")
        peer = await server.accept()
        await peer.welcome()
        heard = await peer.hear()
        peer.send(f"@label={heard.tags['label']} :{SERVER} 404 Alice #lobby :Cannot send")
        await peer.expect("QUIT")
        peer.hang_up()
        status, out, _ = await ended(process)
        assert status == 1
        assert "[!] Not delivered: psst (Cannot send)\n" in out


@pytest.mark.parametrize("joined", [True, False], ids=["with a message on its way", "before it is in"])
async def test_an_interrupted_pipe_says_goodbye_once(joined):
    async with scripted() as server:
        process = await piped(server, "one\n")
        peer = await server.accept()
        if joined:
            await peer.welcome()
            await peer.hear()
        else:
            await peer.expect("CAP")
        process.send_signal(signal.SIGINT)
        if joined:
            await peer.expect("QUIT")
        peer.hang_up()
        status, out, _ = await ended(process)
        assert status == (1 if joined else 0)
        assert out.endswith("\n[!] Client shutting down...\n[i] Done.\n")
        assert out.count("Done.") == 1


# ---- several places


@contextlib.asynccontextmanager
async def in_the_lobby():
    async with scripted() as server, on_terminal(server) as screen:
        peer = await server.accept()
        await peer.welcome()
        await screen.prompts("❯")
        yield peer, screen


async def goes_to_tea(peer, screen):
    screen.type("/join #tea\r")
    await peer.expect("JOIN", "#tea")
    peer.join("#tea")
    await peer.expect("CHATHISTORY")
    peer.batch("#tea")
    await screen.shows("[i] You speak in #tea now.")
    await screen.matches(r"^You \(#tea\) \| .*❯$")


async def test_anyone_who_joins_a_channel_speaks_there_and_the_prompt_says_so():
    async with in_the_lobby() as (peer, screen):
        await goes_to_tea(peer, screen)
        screen.type("kettle?\r")
        assert (await peer.hear()).params == ["#tea", "kettle?"]
        peer.send(f"@{EVENING};msgid=m1 {BOB} #lobby :hi", f"@{EVENING};msgid=m2 {BOB} #tea :it is on")
        assert (await screen.shows("❯ hi")).startswith("Bob (#lobby) | ")
        assert (await screen.shows("❯ it is on")).startswith("Bob | ")
        screen.type("/query #lobby\r")
        await screen.matches(r"^You \(#lobby\) \| .*❯$")
        screen.type("hi bob\r")
        assert (await peer.hear()).params == ["#lobby", "hi bob"]


async def test_a_query_is_with_one_person_and_an_empty_one_leads_back():
    async with in_the_lobby() as (peer, screen):
        screen.type("/query Bob\r")
        await screen.shows("[i] You speak to Bob alone now.")
        await peer.expect("CHATHISTORY")
        peer.batch("Bob")
        await screen.matches(r"^You \(Bob\) \| .*❯$")
        screen.type("psst\r")
        assert (await peer.hear()).params == ["Bob", "psst"]
        peer.send(f"@{EVENING};msgid=m1 {BOB} Alice :yes?")
        assert (await screen.shows("❯ yes?")).startswith("Bob | ")
        screen.type("/query\r")
        await screen.shows("[i] You speak in #lobby now.")
        screen.type("hello\r")
        assert (await peer.hear()).params == ["#lobby", "hello"]


async def test_anyone_who_is_put_out_of_a_channel_is_told_where_they_speak_now():
    async with in_the_lobby() as (peer, screen):
        await goes_to_tea(peer, screen)
        peer.send(":Bob!b@cloak KICK #tea Alice :enough")
        await screen.shows("[!] You are not in #tea: kicked by Bob (enough)")
        await screen.shows("[i] You speak in #lobby now.")
        screen.type("oh\r")
        assert (await peer.hear()).params == ["#lobby", "oh"]


async def test_anyone_who_parts_is_back_in_the_first_channel():
    async with in_the_lobby() as (peer, screen):
        await goes_to_tea(peer, screen)
        screen.type("/part\r")
        await peer.expect("PART", "#tea")
        peer.send(":Alice!chover@cloak PART #tea")
        await screen.shows("[i] You have left #tea.")
        await screen.shows("[i] You speak in #lobby now.")
        await screen.matches(rf"^{PROMPT.pattern}$")


async def test_a_message_and_an_action_go_where_they_are_to():
    async with in_the_lobby() as (peer, screen):
        screen.type("/msg NickServ REGISTER hunter2!\r")
        assert (await peer.hear()).params == ["NickServ", "REGISTER hunter2!"]
        screen.type("/me waves\r")
        assert (await peer.hear()).params == ["#lobby", "\x01ACTION waves\x01"]
        screen.type("//join is a command\r")
        assert (await peer.hear()).params == ["#lobby", "/join is a command"]
        screen.type("/usr/bin/env is a path\r")
        assert (await peer.hear()).params == ["#lobby", "/usr/bin/env is a path"]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("/w Bob", "WHOIS Bob"),
        ("/away at lunch", "AWAY :at lunch"),
        ("/away", "AWAY"),
        ("/topic all about tea", "TOPIC #lobby :all about tea"),
        ("/nick Alicia", "NICK Alicia"),
        ("/kb Bob out", "MODE #lobby +b Bob!*@*"),
        ("/quote PING x", "PING x"),
    ],
)
async def test_the_commands_are_those_of_the_other_clients(typed, line):
    async with in_the_lobby() as (peer, screen):
        screen.type(f"{typed}\r")
        await peer.expect(*line.split()[:1])
        assert peer.seen[-1] == line


async def test_what_the_server_answers_is_told_and_a_list_is_one():
    async with in_the_lobby() as (peer, screen):
        peer.send(":s 311 Alice Bob b cloak * :Bob B", ":s 322 Alice #tea 3 :all about tea", ":s 323 Alice :End")
        await screen.shows("[i] Bob is b@cloak: Bob B")
        await screen.shows("[i] #tea (3) all about tea")
        peer.send(":Bob!b@cloak INVITE Alice #tea")
        await screen.shows("[i] Bob invites you to #tea: /join #tea")


async def test_tab_completes_who_spoke_last_and_commands():
    async with in_the_lobby() as (peer, screen):
        peer.send(
            ":Bert!b@c JOIN #lobby", f"@{EVENING} {BOB} #lobby :hi", ":Bob!b@c JOIN #lobby", ":Bill!b@c JOIN #lobby"
        )
        peer.send(f"@{EVENING};msgid=m2 :Bert!b@c PRIVMSG #lobby :hello")
        await screen.shows("❯ hello")
        screen.type("b\t")
        await screen.prompts("❯ Bert:")
        screen.type("\x15/topi\tkettle\r")
        await peer.expect("TOPIC", "#lobby", "kettle")


async def test_what_lines_cannot_do_says_why():
    async with in_the_lobby() as (_, screen):
        screen.type("/react tada\r")
        await screen.shows("[!] /react does nothing here: printed lines cannot be selected.")
        screen.type("/help away\r")
        await screen.shows("[i] /away [text]: marks you as away, with a reason; without one")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/jion #tea", "[!] There is no /jion. Did you mean /join? Nothing was sent"),
        ("/join", "[!] /join #channel [key]: joins a channel."),
        ("/query #tea", "[!] #tea is a channel: /join #tea."),
        ("/part #tea", "[!] You are not in #tea: /join #tea goes there."),
        ("/msg Bob", "[!] /msg nick|#channel text: sends a message to somebody or to a channel."),
        ("/me", "[!] /me action: describes what you do."),
        ("identify hunter2!", "[!] That looks like a password: it was not sent."),
        ("/me identify hunter2!", "[!] That looks like a password: it was not sent."),
        ("/msg #lobby NickServ identify hunter2!", "[!] That looks like a password: it was not sent."),
    ],
)
async def test_what_cannot_be_meant_is_told_and_never_sent(typed, told):
    async with in_the_lobby() as (peer, screen):
        screen.type(f"{typed}\r")
        await screen.shows(told)
        screen.type("next\r")
        assert (await peer.hear()).params == ["#lobby", "next"]


async def test_a_slash_in_a_pipe_is_text():
    async with scripted() as server:
        process = await piped(server, "/join #tea\n")
        peer = await server.accept()
        await peer.welcome()
        heard = await peer.hear()
        assert heard.params == ["#lobby", "/join #tea"]
        peer.echo(heard, "m1")
        await peer.expect("QUIT")
        peer.hang_up()
        assert (await ended(process))[0] == 0
