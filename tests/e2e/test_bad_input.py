"""Bad input gets a clear answer, loses nothing, and leaves everybody else alone."""

import contextlib
import json
import re
import resource
import socket
import sqlite3
import struct

import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Gone, Irc, Original, text

# ---- what cannot be started


def refusal(*arguments, home, **env):
    """The exit status and the one line of a server that does not start."""
    ended = chover("serve", "--host", "127.0.0.1", *arguments, home=home, **env)
    assert ended.stdout == ""
    assert ended.stderr.startswith("chover: ")
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.returncode, ended.stderr.removeprefix("chover: ").rstrip()


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        status, line = refusal("--port", port, "--data", str(tmp_path / "data"), home=tmp_path)
    assert status == 1
    assert line.startswith(f"Port {port} is taken: ")
    assert "--port" in line


def test_a_bus_without_a_database_to_share_is_refused_and_nothing_is_written(tmp_path):
    url = "nats://user:secret@127.0.0.1:1"
    status, line = refusal("--port", "0", "--data", str(tmp_path / "data"), home=tmp_path, CHOVER_BUS_URL=url)
    assert status == 1
    assert line.startswith("bus.url connects servers that share a PostgreSQL, and store.url names none: ")
    assert "secret" not in line
    assert not (tmp_path / "data").exists()


def test_a_data_directory_in_use_names_the_process_that_uses_it(shared, tmp_path):
    status, line = refusal("--port", "0", "--data", str(shared.data), home=tmp_path)
    assert status == 1
    assert f"{shared.data} is in use by process {shared.pid}; " in line
    assert "--data" in line
    assert_it_serves(shared)


@pytest.mark.single_process("it changes the file of SQLite")
def test_a_database_of_a_newer_version_is_left_alone(serve, tmp_path):
    server = serve()
    with Irc(server.port, "alice") as alice:
        alice.say("kept")
    assert server.stop() == 0
    database = server.data / "chover.db"
    with contextlib.closing(sqlite3.connect(database)) as db:
        stamp = db.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    before = database.read_bytes()
    status, line = refusal("--port", "0", "--data", str(server.data), home=tmp_path)
    assert status == 1
    assert re.search(r"schema 9999, made by a newer version", line)
    assert database.read_bytes() == before

    with contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("UPDATE alembic_version SET version_num = ?", (stamp,))
        db.commit()
    server.start()
    with Irc(server.port, "bob") as bob:
        assert [text(line) for line in bob.history()] == ["kept"]


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    (tmp_path / "data").mkdir()
    database = tmp_path / "data" / "chover.db"
    database.write_bytes(b"somebody's diary\n" * 1000)
    status, line = refusal("--port", "0", "--data", str(tmp_path / "data"), home=tmp_path)
    assert status == 1
    assert str(database) in line
    assert "not a database" in line
    assert database.read_bytes() == b"somebody's diary\n" * 1000


def test_a_directory_that_cannot_be_one_is_named(tmp_path):
    (tmp_path / "data").write_text("a file")
    status, line = refusal("--port", "0", "--data", str(tmp_path / "data"), home=tmp_path)
    assert status == 1
    assert str(tmp_path / "data") in line


def test_a_certificate_that_is_not_there_is_one_line(tmp_path):
    pair = {"CHOVER_TLS_CERT": str(tmp_path / "none.pem"), "CHOVER_TLS_KEY": str(tmp_path / "none.key")}
    status, line = refusal("--port", "0", "--data", str(tmp_path / "data"), home=tmp_path, **pair)
    assert status == 1
    assert line.startswith(f"{tmp_path / 'none.pem'} cannot be read: ")


def test_an_unknown_setting_names_the_nearest_one(tmp_path):
    file = tmp_path / "chover.toml"
    file.write_text("[server]\nprot = 5000\n")
    status, line = refusal("--config", str(file), home=tmp_path)
    assert status == 2
    assert line == f"unknown setting server.prot in {file}; the nearest one is server.port"
    status, line = refusal("--port", "0", home=tmp_path, CHOVER_LIMITS_NICKLEN="9")
    assert status == 2
    assert line == "unknown setting CHOVER_LIMITS_NICKLEN; the nearest one is CHOVER_LIMITS_NICK_LEN"


def test_a_value_out_of_bounds_says_what_is_allowed(tmp_path):
    status, line = refusal("--port", "70000", home=tmp_path)
    assert status == 2
    assert "70000" in line
    assert "65535" in line


# ---- what people send


@pytest.fixture
def lobby(shared):
    """Alice and Bob, who go on chatting whatever happens beside them."""
    with Irc(shared.port, "bob") as bob, Irc(shared.port, "alice") as alice:
        yield alice
        alice.say("still here")
        bob.expect("PRIVMSG #lobby :still here$")
        alice.leave()
        bob.leave()


def assert_it_serves(server):
    with Irc(server.port, "somebody") as somebody:
        somebody.say("I can chat")


@pytest.mark.parametrize(
    ("nick", "suggestion"),
    [("two.dots.", "two_dots"), ("9lives", "_9lives"), ("a" * 40, "a" * 32), ("x!y@z", "x_y_z")],
)
def test_a_bad_nick_is_answered_with_what_is_allowed_and_a_suggestion(shared, lobby, nick, suggestion):
    with Irc(shared.port) as carol:
        carol.send(f"NICK {nick}", "USER carol 0 * :Carol")
        line = carol.expect(" 432 ")
        assert re.search(r" 432 \* \S+ :Erroneous nickname: a nick .*", line)
        assert suggestion in line
        carol.send(f"NICK {suggestion}")
        carol.expect(f" 001 {suggestion} ")


def test_a_nick_in_use_is_answered_with_a_free_one(shared, lobby):
    with Irc(shared.port) as other:
        other.send("NICK Alice", "USER other 0 * :Other")
        free = re.search(r" 433 \* Alice :.* (\S+) is free", other.expect(" 433 "))
        assert free
        other.send(f"NICK {free[1]}")
        other.expect(f" 001 {free[1]} ")


def test_a_line_that_is_too_long_is_answered_by_417_and_said_to_nobody(lobby):
    lobby.send("PRIVMSG #lobby :" + "x" * 600, "PRIVMSG #lobby :short")
    lines = lobby.until("PRIVMSG")
    assert " 417 alice :" in lines[0]
    assert lines[1].endswith("PRIVMSG #lobby :short")


def test_tags_that_are_too_long_are_answered_by_417(lobby):
    lobby.send("@+x=" + "y" * 5000 + " PRIVMSG #lobby :tagged")
    assert [" 417 alice :" in line for line in lobby.fence()] == [True]


def test_a_line_of_exactly_the_longest_length_is_said_whole(lobby):
    lobby.send("PRIVMSG #lobby :" + "x" * (510 - len("PRIVMSG #lobby :")))
    # What others receive has its author in front, and the same bound.
    room = re.search(r" 417 alice :.* (\d+) bytes of text fit in a line$", lobby.expect(" 417 "))
    assert lobby.say("x" * int(room[1]))


@pytest.mark.parametrize(
    ("said", "code"),
    [(b"caf\xe9", "INVALID_UTF8"), (b"cut \xe2\x98", "INVALID_UTF8"), (b"a\0b", "INVALID_CHARACTER")],
)
def test_what_is_no_text_is_refused_and_the_next_line_is_heard(lobby, said, code):
    lobby.send_bytes(b"PRIVMSG #lobby :" + said + b"\r\nPRIVMSG #lobby :after\r\n")
    lines = lobby.until(":after")
    assert f" FAIL PRIVMSG {code} :" in lines[0]
    assert lines[1].endswith("PRIVMSG #lobby :after")


def test_bad_bytes_before_the_registration_are_answered_too(shared, lobby):
    with Irc(shared.port) as client:
        client.send_bytes(b"NICK caf\xe9\r\nNICK a\0b\r\nNICK " + b"x" * 600 + b"\r\n\r\n\r\nNICK late\r\n")
        client.send("USER late 0 * :Late")
        lines = client.until(" 001 late ")
        assert [re.search(r"FAIL NICK \w+|417", line)[0] for line in lines[:3]] == [
            "FAIL NICK INVALID_UTF8",
            "FAIL NICK INVALID_CHARACTER",
            "417",
        ]


@pytest.mark.parametrize("first", [b"\0" * 64, b"\xff" * 64 + b"\n", b"NICK", b":" * 100 + b"\n", b"\r\n" * 50])
def test_garbage_first_leaves_the_others_alone(shared, lobby, first):
    with Original(shared.port) as client:
        client.send_bytes(first)
        lobby.say("undisturbed")


# ---- who does not end, does not read, or is not there


def test_a_client_that_never_finishes_its_first_line_is_sent_away_in_time(serve):
    server = serve(CHOVER_LIMITS_REGISTRATION_SECONDS="1")
    with Irc(server.port) as idle, Irc(server.port) as half:
        half.send_bytes(b"NICK hal")
        idle.send("NICK idle")
        idle.expect(r"^(:\S+ )?ERROR :Registration timed out")
        assert "ERROR :" in half.until_closed()[-1]
    assert_it_serves(server)


def test_a_line_without_an_end_is_bounded(shared, lobby):
    with Irc(shared.port, "endless") as endless:
        with contextlib.suppress(ConnectionError):
            endless.send_bytes(b"PRIVMSG #lobby :" + b"x" * 100_000)
        with contextlib.suppress(Gone):
            assert "ERROR :Input line was too long" in endless.expect("ERROR")
        lobby.expect(":endless!.* QUIT :Input line was too long")


def test_anyone_who_never_reads_is_cut_off_and_the_others_read_on(serve):
    server = serve(CHOVER_LIMITS_FLOOD="false", CHOVER_LIMITS_SEND_QUEUE_BYTES="65536")
    with Irc(server.port, "talker") as talker, Irc(server.port, "reader") as reader, deaf(server.port):
        reader.expect(":deaf!.* JOIN")
        number = 0
        while not any(" QUIT " in line for line in talker.fence()):
            number += 50
            talker.send(*[f"PRIVMSG #lobby :{'x' * 400}" for _ in range(50)])
            assert number < 20_000, "it is never cut off"
        lines = reader.until(":deaf!.* QUIT :You read too slowly")
        assert sum(" PRIVMSG " in line for line in lines) > 100
        present = chover("who", "--json", "--data", str(server.data), home=server.home).stdout
        assert sorted(json.loads(line)["nick"] for line in present.splitlines()) == ["reader", "talker"]
        talker.say("goes on")


@contextlib.contextmanager
def deaf(port):
    """In the lobby, and never reading."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"NICK deaf\r\nUSER deaf 0 * :Deaf\r\n")
        yield client


def test_anyone_who_vanishes_by_a_reset_is_gone_for_the_others(shared, lobby):
    with Irc(shared.port, "carol") as carol:
        carol.say("my last words")
        carol.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    lobby.expect("my last words")
    assert re.search(r"QUIT :Connection reset", lobby.expect(":carol!.* QUIT"))


def test_anyone_who_vanishes_without_a_word_is_asked_and_then_gone(serve):
    server = serve(CHOVER_LIMITS_PING_SECONDS="1")
    with Irc(server.port, "here") as here, Irc(server.port, "frozen") as frozen:
        here.send("PING :I am alive")
        answer_pings_until(here, ":frozen!.* QUIT :Ping timeout")
        assert any(line.startswith("PING ") for line in frozen.until("ERROR :Ping timeout"))


def answer_pings_until(client, pattern):
    while not re.search(pattern, line := client.expect(rf"^PING |{pattern}")):
        client.send(line.replace("PING", "PONG"))


def test_anyone_who_hangs_up_halfway_has_said_what_was_sent(shared, lobby):
    with Irc(shared.port, "carol") as carol:
        carol.send(*[f"PRIVMSG #lobby :line {number}" for number in range(20)])
        carol.socket.shutdown(socket.SHUT_WR)
        lines = lobby.until(":carol!.* QUIT")
    assert [text(line) for line in lines if ":carol!" in line and " PRIVMSG " in line] == [
        f"line {number}" for number in range(20)
    ]


# ---- a disk that takes no more


@pytest.mark.single_process("it fills the file of SQLite")
def test_a_full_disk_is_told_to_who_speaks_and_loses_nothing(serve):
    server = serve()
    server.excused = r"could not commit .*\n(?s:Traceback.*?)sqlite3\.OperationalError: disk I/O error"
    with Irc(server.port, "alice") as alice, Irc(server.port, "bob") as bob:
        alice.say("before")
        with no_more_room(server):
            alice.send("PRIVMSG #lobby :into the void")
            assert re.search(r" FAIL \* CANNOT_SAVE :the disk .*; nothing was sent$", alice.expect("CANNOT_SAVE"))
            alice.send("@label=7 PRIVMSG #lobby :into the void", "JOIN #void")
            refused = [line for line in alice.fence() if "CANNOT_SAVE" in line]
            assert len(refused) == 2
            assert refused[0].startswith("@label=7 ")
        alice.say("after")
        assert [text(line) for line in bob.until(":after$") if " PRIVMSG " in line] == ["before", "after"]
        assert [text(line) for line in bob.history()] == ["before", "after"]
    server.kill()
    server.start()
    with Irc(server.port, "carol") as carol:
        assert [text(line) for line in carol.history()] == ["before", "after"]


@contextlib.contextmanager
def no_more_room(server):
    """No file of the server's grows; the system says so as it does when a quota is used up."""
    size = (server.data / "chover.db-wal").stat().st_size
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    yield
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
