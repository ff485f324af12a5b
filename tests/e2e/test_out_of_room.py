"""A disk, a table of open files, a certificate or a database that fails: told once, plainly, and over with it."""

import re
import resource
import ssl
import sys
import urllib.request
from pathlib import Path

import pytest

from chover.edge.tls.certificate import keep_self_signed
from tests.e2e.server import chover
from tests.e2e.test_bad_input import no_more_room
from tests.e2e.wire import Irc
from tests.terminal import BOUND


@pytest.mark.single_process("it fills the disk of one process")
def test_anyone_who_came_before_the_lobby_existed_is_in_it_when_the_disk_has_room_again(serve):
    server = serve()
    with no_more_room(server), Irc(server.port) as early:
        early.send("NICK early", "USER e 0 * :e")
        early.expect(r"CANNOT_SAVE|:the disk|the disk ")
        server_is_told = server.log()
        early.send("PING :still")
        assert not [line for line in early.until("PONG") if " JOIN " in line]
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        early.expect(r":early!\S+ JOIN :?#lobby")
        early.expect(r" 366 early #lobby ")
        early.send("PRIVMSG #lobby :here I am", "PING :said")
        assert not [line for line in early.until("PONG") if re.search(r" (403|404|442|FAIL) ", line)]
    assert "Traceback" not in server_is_told
    assert "could not commit 1 appends" in server_is_told


@pytest.mark.single_process("each process has open files of its own")
def test_too_few_open_files_are_told_once_at_the_start(serve):
    server = serve(before=(sys.executable, "-c", LIMITED, "300"))
    told = [line for line in server.log().splitlines() if "may open" in line]
    assert len(told) == 1
    assert "this process may open 300 files, and limits.connections is 20000" in told[0]
    assert "LimitNOFILE" in told[0]


LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]),) * 2)
os.execvp(sys.argv[2], sys.argv[2:])
"""


@pytest.mark.single_process("each process has open files of its own")
def test_the_soft_limit_is_raised_as_far_as_it_is_needed(serve):
    server = serve(
        before=(sys.executable, "-c", LIMITED.replace("* 2", "+ (1000,)"), "300"), CHOVER_LIMITS_CONNECTIONS="800"
    )
    assert resource.prlimit(server.pid, resource.RLIMIT_NOFILE)[0] == 900
    assert "may open" not in server.log()


@pytest.mark.single_process("each process has open files of its own")
def test_connections_that_cannot_be_accepted_are_one_line_with_what_to_do(serve):
    server = serve(before=(sys.executable, "-c", LIMITED, "300"))
    # The pages are read, too, from here on.
    urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=BOUND).close()
    taken = len([*Path(f"/proc/{server.pid}/fd").iterdir()])
    with Irc(server.port, "inside") as inside:
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (taken + 3, 300))
        crowd = [Irc(server.port) for _ in range(12)]
        try:
            inside.say("still heard")
        finally:
            for one in crowd:
                one.close()
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (300, 300))
        with Irc(server.port, "later") as later:
            later.say("in again")
    told = [line for line in server.log().splitlines() if "cannot accept connections" in line]
    assert len(told) == 1
    assert "Too many open files" in told[0]
    assert "raise LimitNOFILE (systemd) or ulimit -n" in told[0]


# ---- certificates


@pytest.fixture
def configured(tmp_path):
    """A configuration that names a pair: its file, the pair."""
    (tmp_path / "pair").mkdir()
    pair = keep_self_signed(tmp_path / "pair")
    file = tmp_path / "chover.toml"
    file.write_text(f'[tls]\ncert = "{pair.certificate}"\nkey = "{pair.key}"\n')
    return file, pair


def checked(file, home):
    return chover("config", "--check", "--config", str(file), home=home)


def test_config_check_is_content_with_what_a_server_can_use(configured, tmp_path):
    done = checked(configured[0], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "the settings can be used\n", "")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda pair: pair.key.unlink(), "tls-key.pem cannot be read: No such file"),
        (lambda pair: pair.key.write_text("no key"), "no private key in PEM"),
        (lambda pair: pair.certificate.write_bytes(pair.certificate.read_bytes()[:-30]), "is cut off"),
    ],
)
def test_config_check_finds_what_a_server_could_not_use_and_makes_nothing(configured, tmp_path, spoil, told):
    file, pair = configured
    spoil(pair)
    done = checked(file, tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert told in done.stderr
    assert not (tmp_path / ".local").exists()


def test_config_check_finds_a_certificate_of_another_listener_and_a_wrong_setting(configured, tmp_path):
    file, pair = configured
    file.write_text(
        file.read_text() + f'[[listeners]]\nport = 6697\ntls_cert = "/nowhere.pem"\ntls_key = "{pair.key}"\n'
    )
    assert "/nowhere.pem cannot be read" in checked(file, tmp_path).stderr
    file.write_text("no = 'such setting'\n")
    assert checked(file, tmp_path).returncode == 2


def test_a_reload_with_a_half_written_pair_fails_and_keeps_the_old_one(serve, configured):
    file, pair = configured
    server = serve("--config", str(file))
    whole = pair.certificate.read_bytes()
    pair.certificate.write_bytes(whole + whole[: len(whole) // 2])
    refused = chover("reload", "--data", str(server.data), home=server.home)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "is cut off" in refused.stderr
    assert "nothing was changed" in server.log()
    assert ssl.get_server_certificate(("127.0.0.1", server.port)).split() == whole.decode().split()
    pair.certificate.write_bytes(whole + whole)
    assert chover("reload", "--data", str(server.data), home=server.home).returncode == 0


# ---- a database that was emptied


@pytest.mark.single_process("it changes the file of SQLite")
def sizes(data):
    """The number of the process that runs, or ran, may have one digit more."""
    return {path.name: path.stat().st_size for path in data.iterdir() if path.name != "chover.pid"}


@pytest.mark.single_process("it changes the file of SQLite")
def test_an_empty_database_beside_the_keys_of_a_server_is_refused(serve):
    server = serve()
    with Irc(server.port, "alice") as alice:
        alice.say("kept")
    server.stop()
    (server.data / "chover.db").write_bytes(b"")
    before = sizes(server.data)
    for command in (["serve", "--port", "0"], ["account", "list"]):
        done = chover(*command, "--data", str(server.data), home=server.home)
        told = [line for line in done.stderr.splitlines() if line.startswith("chover: ")]
        assert (done.returncode, len(told)) == (1, 1)
        assert str(server.data) in told[0]
    done = chover("serve", "--port", "0", "--data", str(server.data), home=server.home)
    assert "is empty, and tls-key.pem beside it is of a server that has run" in done.stderr
    assert "Restore a backup" in done.stderr
    assert sizes(server.data) == before
